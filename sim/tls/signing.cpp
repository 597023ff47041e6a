#include "sim/tls/signing.hpp"

#include <array>

#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>

#include "sim/core/chance.hpp"
#include "sim/core/ensure.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/library.hpp"

namespace tls {
namespace {

// Blinding draws from it, and what is drawn does not change a signature.
int draw(void* chance, unsigned char* out, std::size_t size) {
    static_cast<core::Chance*>(chance)->fill({out, size});
    return 0;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string SigningKey::sign_sha256(std::string_view bytes) const {
    core::Chance blinding(0);
    const Library::Use use(*library_, blinding);
    std::array<unsigned char, MBEDTLS_PK_SIGNATURE_MAX_SIZE> out{};
    std::size_t size = 0;
    const std::string digest = sha256(bytes);
    if (std::string fast = fast_rsa_signature(*key_, digest); !fast.empty()) return fast;
    const int status =
        mbedtls_pk_sign(&key_->context, MBEDTLS_MD_SHA256, bytes_of(digest), digest.size(),
                        out.data(), out.size(), &size, draw, &blinding);
    ENSURE(status == 0);
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string SigningKey::public_key_der() const {
    std::array<unsigned char, 1024> out{};
    const int size = mbedtls_pk_write_pubkey_der(&key_->context, out.data(), out.size());
    ENSURE(size > 0);  // written from the end of the buffer
    return {reinterpret_cast<const char*>(out.data() + out.size()) - size,
            static_cast<std::size_t>(size)};
}

SignatureCheck verify_sha256(std::string_view key, std::string_view bytes,
                             std::string_view signature) {
    PrivateKey shown;  // its public half alone
    if (mbedtls_pk_parse_public_key(&shown.context, bytes_of(key), key.size()) != 0 ||
        mbedtls_pk_get_type(&shown.context) != MBEDTLS_PK_RSA)
        return SignatureCheck::no_key;
    if (mbedtls_pk_get_bitlen(&shown.context) < 1024) return SignatureCheck::short_key;
    const std::string digest = sha256(bytes);
    const int status = mbedtls_pk_verify(&shown.context, MBEDTLS_MD_SHA256, bytes_of(digest),
                                         digest.size(), bytes_of(signature), signature.size());
    return status == 0 ? SignatureCheck::right : SignatureCheck::wrong;
}

std::string sha256(std::string_view bytes) {
    std::string out(32, '\0');
    const int status = mbedtls_sha256(bytes_of(bytes), bytes.size(),
                                      reinterpret_cast<unsigned char*>(out.data()), 0);
    ENSURE(status == 0);
    return out;
}

}  // namespace tls
