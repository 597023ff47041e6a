#pragma once
// Inside sim/tls only: the Mbed TLS objects behind Identity and TrustStore.
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "sim/tls/certificate.hpp"

namespace tls {

struct PrivateKey {
    PrivateKey() { mbedtls_pk_init(&context); }
    PrivateKey(const PrivateKey&) = delete;
    ~PrivateKey() { mbedtls_pk_free(&context); }
    mbedtls_pk_context context;
};

struct CertificateList {
    CertificateList() { mbedtls_x509_crt_init(&first); }
    CertificateList(const CertificateList&) = delete;
    ~CertificateList() { mbedtls_x509_crt_free(&first); }
    void add(std::string_view der);
    mbedtls_x509_crt first;
};

// Mbed TLS takes these without const and does not write to them; `mutable` says so once, here.
class Identity {
  public:
    mutable CertificateList chain;
    std::shared_ptr<PrivateKey> key;
    std::vector<std::string> der;  ///< As sent.
    std::string anchor_der;        ///< The top of its chain, sent or not.
    std::string intermediate_der;  ///< Who signed it, if that is not the top.
};

class TrustStore {
  public:
    mutable CertificateList roots;  ///< May be empty: then nobody is believed.
    std::vector<std::string> der;
};

/// RSASSA-PKCS1-v1_5 by libcrypto; empty where it is not built in or not wanted.
std::string fast_rsa_signature(const PrivateKey& key, std::string_view sha256_digest);

/// The digests that TLSA records and fingerprints use.
ShownCertificate digests_of(const mbedtls_x509_crt& certificate);

}  // namespace tls
