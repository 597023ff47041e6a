#pragma once
// Inside sim/tls only: does a chain hold? RFC 5280 section 6 as OpenSSL 3.0 has it for servers of
// TLS, which is what a mail server's peers meet. Mbed TLS reads the certificates and checks the
// signatures; it would leave out name constraints, the order of what was shown, and more
// (docs/decisions/0003-tls.md).
#include <cstdint>
#include <string>

#include <mbedtls/x509_crt.h>

namespace tls {

/// What is wrong with a chain: a set of these.
using Faults = std::uint32_t;
enum Fault : Faults {
    no_root = 1u << 0,           ///< It leads to nobody who is trusted.
    date_past = 1u << 1,         ///< Of any certificate of the chain.
    date_ahead = 1u << 2,        ///< Likewise.
    weak_digest = 1u << 3,       ///< Below security level 1: SHA-1, MD5.
    short_key = 1u << 4,         ///< Likewise: RSA of less than 1024 bits.
    wrong_purpose = 1u << 5,     ///< The certificate: extended key usage, key usage.
    wrong_purpose_ca = 1u << 6,  ///< The same of one of its issuers.
    no_authority = 1u << 7,      ///< One that signed is no CA (basic constraints).
    path_too_long = 1u << 8,     ///< There are more CAs below a CA than it allows.
    names_not_allowed = 1u << 9,
    wrong_signature = 1u << 10,
    unknown_critical = 1u << 11,  ///< An extension nobody here knows.
    too_many = 1u << 12,          ///< More certificates than Postfix follows.
    /// Not a fault of its own: the date that does not hold is the leaf's.
    date_of_leaf = 1u << 13,
    nothing_shown = 1u << 14,
};
inline constexpr Faults date_faults = date_past | date_ahead | date_of_leaf;
/// What security level 0 lets pass.
inline constexpr Faults weakness_faults = weak_digest | short_key;

/// Who ends a chain: a self-signed certificate that is trusted, or any (RFC 7671 section 5.2).
enum class Anchors : std::uint8_t { roots, any };

/// The leaf first, the others in any order (RFC 8446 section 4.4.2). The clock is the world's, so
/// a Library::Use must live.
Faults faults_of(const mbedtls_x509_crt& shown, const mbedtls_x509_crt* trusted, Anchors anchors);
/// In words, parted by "; "; empty when nothing is wrong.
std::string words_of(Faults faults);

}  // namespace tls
