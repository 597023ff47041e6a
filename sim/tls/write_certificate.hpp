#pragma once
// Inside sim/tls only: a certificate as DER (RFC 5280 section 4.1), of any length.
#include <string>
#include <vector>

#include <mbedtls/pk.h>

#include "sim/tls/certificate.hpp"

namespace tls {

/// All that is signed. Keys are borrowed.
struct Draft {
    const CertificateWish& wish;
    std::string subject, issuer;  ///< Distinguished names (RFC 4514).
    mbedtls_pk_context& subject_key;
    mbedtls_pk_context& issuer_key;
    std::vector<unsigned char> serial;
    bool is_ca = false;
    unsigned key_usage = 0;  ///< Bits of KeyUsage; 0: no extension.
    Usage usage = Usage::none;
};
/// Draws from the chance of the Library::Use that lives.
std::string certificate_der(const Draft& draft);

/// The distinguished name that every owner has here: O, and CN where there is one.
std::string subject_name(std::string_view common_name);

}  // namespace tls
