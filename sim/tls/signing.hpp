#pragma once
// Signatures outside TLS: RSASSA-PKCS1-v1_5 with SHA-256, as DKIM wants them (RFC 6376 section
// 3.3.2).
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tls {

class Library;
struct PrivateKey;

/// An RSA key of 2048 bits; Mint::signing_key makes it, and its library must outlive it.
class SigningKey {
  public:
    SigningKey(Library& library, std::shared_ptr<PrivateKey> key)
        : library_(&library), key_(std::move(key)) {}
    /// The same bytes get the same signature.
    std::string sign_sha256(std::string_view bytes) const;
    /// SubjectPublicKeyInfo (RFC 5280 section 4.1).
    std::string public_key_der() const;

  private:
    Library* library_;
    std::shared_ptr<PrivateKey> key_;
};

enum class SignatureCheck : std::uint8_t {
    right,
    wrong,
    no_key,     ///< The bytes are no RSA key.
    short_key,  ///< Less than 1024 bits (RFC 8301 section 3.2).
};
/// `key`: SubjectPublicKeyInfo, or RSAPublicKey (RFC 8017 appendix A.1.1).
SignatureCheck verify_sha256(std::string_view key, std::string_view bytes,
                             std::string_view signature);

/// 32 bytes.
std::string sha256(std::string_view bytes);

}  // namespace tls
