#pragma once
// Inside sim/tls only: a chain tried under one anchor.
#include <cstdint>

#include <mbedtls/x509_crt.h>

#include "sim/tls/anchor.hpp"

namespace tls {

inline constexpr std::uint32_t date_flags =
    MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
/// Whether a name fits is policy's business.
inline constexpr std::uint32_t not_about_trust = date_flags | MBEDTLS_X509_BADCERT_CN_MISMATCH;

/// The chain that begins with `leaf`, with the certificate (DER) as the only trust anchor.
AnchorTrial under_certificate(const mbedtls_x509_crt& leaf, std::string_view anchor);
/// The same with a bare key (DER SubjectPublicKeyInfo), which has no name and no dates: it anchors
/// the chain that holds a certificate signed by it.
AnchorTrial under_key(const mbedtls_x509_crt& leaf, std::string_view key);

}  // namespace tls
