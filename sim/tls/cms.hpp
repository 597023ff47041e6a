#pragma once
// A text that is sealed for the owners of certificates: CMS EnvelopedData (RFC 5652 section 6) as
// S/MIME 4.0 has it (RFC 8551 section 3.3).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/chance.hpp"
#include "sim/tls/certificate.hpp"

namespace tls {

/// DER of a ContentInfo. Each certificate (DER) has a key on P-256; its owner opens it: ephemeral
/// and static ECDH with SHA-256 (RFC 5753 section 3.1), AES-256 key wrap and AES-256-CBC (RFC
/// 3565). Draws its keys from `chance`.
std::string sealed_for(Library& library, core::Chance& chance,
                       const std::vector<std::string>& certificates, std::string_view content);
/// The content; nothing where `reader` is none of those it was sealed for, its form was altered on
/// the way, or it uses other algorithms than sealed_for. An altered text may open as another one:
/// CBC proves nothing.
std::optional<std::string> open_sealed(Library& library, const Identity& reader,
                                       std::string_view der);

}  // namespace tls
