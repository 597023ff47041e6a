#pragma once
// Trust anchors that are not in the chain: full data of TLSA records (RFC 7671 section 5.2.3).
#include <optional>
#include <string_view>

namespace tls {

/// What the full data of a TLSA record holds, by its selector (RFC 6698 section 2.1.2).
enum class FullData : std::uint8_t { certificate, key };

/// Is it one DER certificate, or one DER SubjectPublicKeyInfo, and nothing behind it? Of a kind of
/// key that is not built in here, too.
bool is_readable(FullData kind, std::string_view der);

/// What becomes of a chain when one anchor is all that is trusted.
struct AnchorTrial {
    bool anchors_leaf = false;  ///< The chain below the anchor holds ...
    bool dates_hold = false;    ///< ... and so do all dates on the way, the anchor's own as well.
};

}  // namespace tls
