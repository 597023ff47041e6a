#pragma once
// Inside sim/tls only: a chain tried under one anchor.
#include <mbedtls/x509_crt.h>

#include "sim/tls/anchor.hpp"

namespace tls {

/// The chain that begins with `leaf`, with the certificate (DER) as the only trust anchor.
AnchorTrial under_certificate(const mbedtls_x509_crt& leaf, std::string_view anchor);
/// The same with a bare key (DER SubjectPublicKeyInfo), which has no name and no dates: it anchors
/// the chain that holds a certificate signed by it.
AnchorTrial under_key(const mbedtls_x509_crt& leaf, std::string_view key);

}  // namespace tls
