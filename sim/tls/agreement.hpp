#pragma once
// The ephemeral keys of a handshake. No end ever tells its own, and Mbed TLS exports none: but all
// randomness of a run comes from its seed, and so who knows the seed draws them again. What is
// found is proven by the share that the end sent.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sim/tls/library.hpp"

namespace tls {

/// The private key to `share` in `group` (a number of IANA's): the next that `stream`, an end's
/// randomness, makes once it has drawn `random`, that of the end's hello. In the bytes that RFC
/// 7748 or SEC 1 has for it. Empty: it is not found, or there is no such curve.
std::string drawn_private_key(Library& library, Chance stream, std::string_view random,
                              std::uint64_t group, std::string_view share);

/// What both ends compute of one's private key and the other's share (RFC 8446 section 7.4.2, RFC
/// 8422 section 5.10). Empty: no such curve, or no point on it.
std::string agreed_secret(Library& library, std::uint64_t group, std::string_view private_key,
                          std::string_view share);

/// The premaster secret of RSA key exchange, which begins with the version that the client offered
/// (RFC 5246 section 7.4.7.1), as `stream`, the client's, makes it once it has drawn `random`.
/// `is_right` says which of those it is. Empty: none.
std::string drawn_premaster(Chance stream, std::string_view random, std::string_view version,
                            const std::function<bool(const std::string& premaster)>& is_right);

}  // namespace tls
