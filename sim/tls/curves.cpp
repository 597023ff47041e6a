// Arithmetic behind Mbed TLS's back, through the linker's --wrap (sim/CMakeLists.txt).
//
// Two things happen here. Blinding always draws from a stream of its own, so that a build without
// libcrypto makes the same bytes. And where libcrypto is built in, it does the multiplications on
// P-256 and X25519, the powers of RSA and the inverses of ECDSA: the same numbers, several times
// sooner (docs/decisions/0004-speed.md). DKIM's signatures it makes whole.
#ifdef MAILTLS_FAST_ECC
// RSA_sign is deprecated for EVP's, which would make blinding factors for each signature anew.
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <array>

#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>

#include "sim/core/ensure.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/library.hpp"

#ifdef MAILTLS_FAST_ECC
#include <memory>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#endif

using Random = int (*)(void*, unsigned char*, std::size_t);

extern "C" {
int __real_mbedtls_ecp_mul_restartable(mbedtls_ecp_group*, mbedtls_ecp_point*, const mbedtls_mpi*,
                                       const mbedtls_ecp_point*, Random, void*,
                                       mbedtls_ecp_restart_ctx*);
int __real_mbedtls_ecp_muladd_restartable(mbedtls_ecp_group*, mbedtls_ecp_point*,
                                          const mbedtls_mpi*, const mbedtls_ecp_point*,
                                          const mbedtls_mpi*, const mbedtls_ecp_point*,
                                          mbedtls_ecp_restart_ctx*);
int __wrap_mbedtls_ecp_mul_restartable(mbedtls_ecp_group*, mbedtls_ecp_point*, const mbedtls_mpi*,
                                       const mbedtls_ecp_point*, Random, void*,
                                       mbedtls_ecp_restart_ctx*);
int __wrap_mbedtls_ecp_mul(mbedtls_ecp_group*, mbedtls_ecp_point*, const mbedtls_mpi*,
                           const mbedtls_ecp_point*, Random, void*);
int __wrap_mbedtls_ecp_muladd_restartable(mbedtls_ecp_group*, mbedtls_ecp_point*,
                                          const mbedtls_mpi*, const mbedtls_ecp_point*,
                                          const mbedtls_mpi*, const mbedtls_ecp_point*,
                                          mbedtls_ecp_restart_ctx*);
int __real_mbedtls_mpi_exp_mod(mbedtls_mpi*, const mbedtls_mpi*, const mbedtls_mpi*,
                               const mbedtls_mpi*, mbedtls_mpi*);
int __wrap_mbedtls_mpi_exp_mod(mbedtls_mpi*, const mbedtls_mpi*, const mbedtls_mpi*,
                               const mbedtls_mpi*, mbedtls_mpi*);
int __real_mbedtls_mpi_gcd_modinv_odd(mbedtls_mpi*, mbedtls_mpi*, const mbedtls_mpi*,
                                      const mbedtls_mpi*);
int __wrap_mbedtls_mpi_gcd_modinv_odd(mbedtls_mpi*, mbedtls_mpi*, const mbedtls_mpi*,
                                      const mbedtls_mpi*);
}

#ifdef MAILTLS_FAST_ECC
namespace {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;

// Scratch space, not state: the result of a multiplication depends on its operands alone.
const EC_GROUP* p256() {
    static thread_local const std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>> group(
        EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    return group.get();
}
BN_CTX* scratch() {
    static thread_local const std::unique_ptr<BN_CTX, Freer<BN_CTX_free>> context(BN_CTX_new());
    return context.get();
}

// The coordinates of a point are private since Mbed TLS 3.0, with this macro for those who know
// what they do.
const mbedtls_mpi& x_of(const mbedtls_ecp_point& p) { return p.MBEDTLS_PRIVATE(X); }
const mbedtls_mpi& y_of(const mbedtls_ecp_point& p) { return p.MBEDTLS_PRIVATE(Y); }

Number number(const mbedtls_mpi& m) {
    std::array<unsigned char, MBEDTLS_MPI_MAX_SIZE> bytes;
    const std::size_t size = mbedtls_mpi_size(&m);
    if (size > bytes.size() || mbedtls_mpi_write_binary(&m, bytes.data(), size) != 0) return {};
    return Number(BN_bin2bn(bytes.data(), static_cast<int>(size), nullptr));
}

Point point(const mbedtls_ecp_point& p) {
    Point out(EC_POINT_new(p256()));
    const Number x = number(x_of(p));
    const Number y = number(y_of(p));
    if (!x || !y ||
        EC_POINT_set_affine_coordinates(p256(), out.get(), x.get(), y.get(), scratch()) != 1)
        return {};
    return out;
}

int give_back(const EC_POINT* from, mbedtls_ecp_point* to) {
    const Number x(BN_new());
    const Number y(BN_new());
    std::array<unsigned char, 32> bytes{};
    if (EC_POINT_get_affine_coordinates(p256(), from, x.get(), y.get(), scratch()) != 1)
        return MBEDTLS_ERR_ECP_INVALID_KEY;
    BN_bn2binpad(x.get(), bytes.data(), 32);
    int bad = mbedtls_mpi_read_binary(&to->MBEDTLS_PRIVATE(X), bytes.data(), 32);
    BN_bn2binpad(y.get(), bytes.data(), 32);
    bad |= mbedtls_mpi_read_binary(&to->MBEDTLS_PRIVATE(Y), bytes.data(), 32);
    bad |= mbedtls_mpi_lset(&to->MBEDTLS_PRIVATE(Z), 1);
    return bad;
}

bool is_base(const mbedtls_ecp_group& group, const mbedtls_ecp_point& p) {
    return mbedtls_mpi_cmp_mpi(&x_of(p), &x_of(group.G)) == 0 &&
           mbedtls_mpi_cmp_mpi(&y_of(p), &y_of(group.G)) == 0;
}

int multiply_p256(const mbedtls_ecp_group& group, mbedtls_ecp_point* r, const mbedtls_mpi& m,
                  const mbedtls_ecp_point& p) {
    const Number k = number(m);
    const Point out(EC_POINT_new(p256()));
    int ok = 0;
    if (is_base(group, p)) {
        ok = EC_POINT_mul(p256(), out.get(), k.get(), nullptr, nullptr, scratch());
    } else if (const Point q = point(p)) {
        ok = EC_POINT_mul(p256(), out.get(), nullptr, q.get(), k.get(), scratch());
    }
    return ok == 1 ? give_back(out.get(), r) : MBEDTLS_ERR_ECP_INVALID_KEY;
}

// With a public half beside it, which a shared secret is not made of, libcrypto does not multiply
// once more to find the true one.
Key x25519_secret(std::array<unsigned char, 32>& k) {
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr));
    std::array<unsigned char, 32> any_half{9};
    OSSL_PARAM parts[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, k.data(), k.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, any_half.data(), 32),
        OSSL_PARAM_construct_end()};
    EVP_PKEY* out = nullptr;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_KEYPAIR, parts) != 1)
        return {};
    return Key(out);
}

int multiply_x25519(const mbedtls_mpi& m, const mbedtls_ecp_point& p, mbedtls_ecp_point* r) {
    std::array<unsigned char, 32> k{}, u{}, out{};
    if (mbedtls_mpi_write_binary_le(&m, k.data(), 32) != 0 ||
        mbedtls_mpi_write_binary_le(&x_of(p), u.data(), 32) != 0)
        return MBEDTLS_ERR_ECP_INVALID_KEY;
    std::array<unsigned char, 32> base{9};
    std::size_t size = 32;
    bool ok = false;
    if (u == base) {
        const Key secret(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, k.data(), 32));
        ok = EVP_PKEY_get_raw_public_key(secret.get(), out.data(), &size) == 1;
    } else {
        const Key peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, u.data(), 32));
        const Key secret = x25519_secret(k);
        const KeyContext context(EVP_PKEY_CTX_new(secret.get(), nullptr));
        ok = EVP_PKEY_derive_init(context.get()) == 1 &&
             EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
             EVP_PKEY_derive(context.get(), out.data(), &size) == 1;
    }
    if (!ok) return MBEDTLS_ERR_ECP_INVALID_KEY;
    int bad = mbedtls_mpi_read_binary_le(&r->MBEDTLS_PRIVATE(X), out.data(), 32);
    bad |= mbedtls_mpi_lset(&r->MBEDTLS_PRIVATE(Z), 1);
    mbedtls_mpi_free(&r->MBEDTLS_PRIVATE(Y));
    return bad;
}

// As wide as `modulus`, as Mbed TLS leaves it.
int give_back(const BIGNUM* from, const mbedtls_mpi& modulus, mbedtls_mpi* to) {
    std::array<unsigned char, MBEDTLS_MPI_MAX_SIZE> bytes;
    const std::size_t width = modulus.MBEDTLS_PRIVATE(n) * sizeof(mbedtls_mpi_uint);
    if (width > bytes.size() ||
        BN_bn2binpad(from, bytes.data(), static_cast<int>(width)) != static_cast<int>(width))
        return MBEDTLS_ERR_MPI_BAD_INPUT_DATA;
    return mbedtls_mpi_read_binary(to, bytes.data(), width);
}

bool is_odd_modulus(const mbedtls_mpi& n) {
    return mbedtls_mpi_cmp_int(&n, 1) > 0 && mbedtls_mpi_get_bit(&n, 0) == 1;
}

// Nothing: Mbed TLS shall say what is wrong with these numbers.
Number power(const mbedtls_mpi& a, const mbedtls_mpi& e, const mbedtls_mpi& n) {
    if (!is_odd_modulus(n) || mbedtls_mpi_cmp_int(&a, 0) < 0 || mbedtls_mpi_cmp_int(&e, 0) <= 0)
        return {};
    const Number base = number(a), exponent = number(e), modulus = number(n);
    Number out(BN_new());
    const bool ok = base && exponent && modulus &&
                    BN_mod_exp_mont_consttime(out.get(), base.get(), exponent.get(), modulus.get(),
                                              scratch(), nullptr) == 1;
    return ok ? std::move(out) : Number();
}

// The same; nothing where there is no inverse, too.
Number inverse(const mbedtls_mpi& a, const mbedtls_mpi& n) {
    if (!is_odd_modulus(n) || mbedtls_mpi_cmp_int(&a, 0) <= 0 || mbedtls_mpi_cmp_mpi(&a, &n) >= 0)
        return {};
    const Number element = number(a), modulus = number(n);
    Number out(BN_new());
    const bool ok = element && modulus &&
                    BN_mod_inverse(out.get(), element.get(), modulus.get(), scratch()) != nullptr;
    if (!ok) ERR_clear_error();
    return ok ? std::move(out) : Number();
}

}  // namespace
#endif

bool tls::fast_curves_built_in() {
#ifdef MAILTLS_FAST_ECC
    return true;
#else
    return false;
#endif
}

std::string tls::fast_rsa_signature([[maybe_unused]] const PrivateKey& key,
                                    [[maybe_unused]] std::string_view sha256_digest) {
#ifdef MAILTLS_FAST_ECC
    if (Hooks::curves() == Curves::fast) {
        std::array<unsigned char, 4096> der{};
        const int size = mbedtls_pk_write_key_der(&key.context, der.data(), der.size());
        ENSURE(size > 0);  // written from the end of the buffer
        const unsigned char* at = der.data() + der.size() - size;
        const std::unique_ptr<RSA, Freer<RSA_free>> rsa(d2i_RSAPrivateKey(nullptr, &at, size));
        ENSURE(rsa != nullptr);
        RSA_set_flags(rsa.get(), RSA_FLAG_NO_BLINDING);  // Nobody measures these keys' times.
        std::string out(static_cast<std::size_t>(RSA_size(rsa.get())), '\0');
        unsigned int written = 0;
        const int ok =
            RSA_sign(NID_sha256, reinterpret_cast<const unsigned char*>(sha256_digest.data()),
                     static_cast<unsigned int>(sha256_digest.size()),
                     reinterpret_cast<unsigned char*>(out.data()), &written, rsa.get());
        ENSURE(ok == 1 && written == out.size());
        return out;
    }
#endif
    return {};
}

int __wrap_mbedtls_ecp_mul_restartable(mbedtls_ecp_group* group, mbedtls_ecp_point* r,
                                       const mbedtls_mpi* m, const mbedtls_ecp_point* p, Random,
                                       void*, mbedtls_ecp_restart_ctx* restart) {
#ifdef MAILTLS_FAST_ECC
    if (tls::Hooks::curves() == tls::Curves::fast) {
        if (group->id == MBEDTLS_ECP_DP_CURVE25519) return multiply_x25519(*m, *p, r);
        if (group->id == MBEDTLS_ECP_DP_SECP256R1) return multiply_p256(*group, r, *m, *p);
    }
#endif
    return __real_mbedtls_ecp_mul_restartable(group, r, m, p, tls::Hooks::blinding, nullptr,
                                              restart);
}

int __wrap_mbedtls_ecp_mul(mbedtls_ecp_group* group, mbedtls_ecp_point* r, const mbedtls_mpi* m,
                           const mbedtls_ecp_point* p, Random random, void* context) {
    return __wrap_mbedtls_ecp_mul_restartable(group, r, m, p, random, context, nullptr);
}

int __wrap_mbedtls_ecp_muladd_restartable(mbedtls_ecp_group* group, mbedtls_ecp_point* r,
                                          const mbedtls_mpi* m, const mbedtls_ecp_point* p,
                                          const mbedtls_mpi* n, const mbedtls_ecp_point* q,
                                          mbedtls_ecp_restart_ctx* restart) {
#ifdef MAILTLS_FAST_ECC
    if (tls::Hooks::curves() == tls::Curves::fast && group->id == MBEDTLS_ECP_DP_SECP256R1 &&
        is_base(*group, *p)) {
        const Number a = number(*m);
        const Number b = number(*n);
        const Point other = point(*q);
        const Point out(EC_POINT_new(p256()));
        const bool ok =
            other && EC_POINT_mul(p256(), out.get(), a.get(), other.get(), b.get(), scratch()) == 1;
        return ok ? give_back(out.get(), r) : MBEDTLS_ERR_ECP_INVALID_KEY;
    }
#endif
    return __real_mbedtls_ecp_muladd_restartable(group, r, m, p, n, q, restart);
}

int __wrap_mbedtls_mpi_exp_mod(mbedtls_mpi* x, const mbedtls_mpi* a, const mbedtls_mpi* e,
                               const mbedtls_mpi* n, mbedtls_mpi* kept) {
#ifdef MAILTLS_FAST_ECC
    if (tls::Hooks::curves() == tls::Curves::fast)
        if (const Number out = power(*a, *e, *n)) return give_back(out.get(), *n, x);
#endif
    return __real_mbedtls_mpi_exp_mod(x, a, e, n, kept);
}

int __wrap_mbedtls_mpi_gcd_modinv_odd(mbedtls_mpi* gcd, mbedtls_mpi* inverted, const mbedtls_mpi* a,
                                      const mbedtls_mpi* n) {
#ifdef MAILTLS_FAST_ECC
    if (tls::Hooks::curves() == tls::Curves::fast && gcd == nullptr && inverted != nullptr)
        if (const Number out = inverse(*a, *n)) return give_back(out.get(), *n, inverted);
#endif
    return __real_mbedtls_mpi_gcd_modinv_odd(gcd, inverted, a, n);
}
