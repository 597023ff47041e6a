#pragma once
// What a mail program does for S/MIME: the body is sealed for its readers, the header fields stay
// as they are (RFC 8551 sections 3.1 and 3.3).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/tls/cms.hpp"

namespace mta::smime {

/// `message` with its body sealed for the owners of `certificates` (DER, keys on P-256). Subject,
/// From and To stay readable.
std::string sealed(tls::Library& library, core::Chance& chance, std::string_view message,
                   const std::vector<std::string>& certificates);
/// The text of a sealed message's body, as `reader` reads it; nothing where it is not sealed, not
/// for this reader, or spoiled. An altered text may open as another one (tls::open_sealed).
std::optional<std::string> opened(tls::Library& library, std::string_view message,
                                  const tls::Identity& reader);

}  // namespace mta::smime
