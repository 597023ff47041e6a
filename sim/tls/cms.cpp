#include "sim/tls/cms.hpp"

#include <algorithm>

#include <mbedtls/aes.h>
#include <mbedtls/ecp.h>
#include <mbedtls/nist_kw.h>

#include "sim/core/ensure.hpp"
#include "sim/tls/der.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/library.hpp"
#include "sim/tls/signing.hpp"

namespace tls {
namespace {

// Contents of object identifiers, as DER has them.
constexpr std::string_view id_data("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01", 9);
constexpr std::string_view id_enveloped_data("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03", 9);
constexpr std::string_view id_ec_public_key("\x2A\x86\x48\xCE\x3D\x02\x01", 7);
constexpr std::string_view id_ecdh_sha256("\x2B\x81\x04\x01\x0B\x01", 6);  // RFC 5753 section 7.1.4
constexpr std::string_view id_aes256_wrap("\x60\x86\x48\x01\x65\x03\x04\x01\x2D", 9);
constexpr std::string_view id_aes256_cbc("\x60\x86\x48\x01\x65\x03\x04\x01\x2A", 9);

constexpr unsigned char tag_integer = 0x02, tag_bits = 0x03, tag_octets = 0x04, tag_oid = 0x06;
constexpr unsigned char context_0 = der_context, explicit_0 = der_context | der_constructed,
                        explicit_1 = explicit_0 + 1, explicit_2 = explicit_0 + 2, tag_set = 0x31;
// Of EnvelopedData with recipients whose version is not 0; of KeyAgreeRecipientInfo (RFC 5652
// sections 6.1 and 6.2.2).
constexpr std::string_view enveloped_version = "\x02", agreement_version = "\x03";
constexpr std::size_t key_size = 32, aes_block = 16, wrapped_size = key_size + 8;

const unsigned char* in(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* out(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void works(int status) { ENSURE(status == 0); }

std::string sequence(std::string_view content) { return der_element(der_sequence, content); }
std::string algorithm(std::string_view oid, std::string_view parameters = {}) {
    return sequence(der_element(tag_oid, oid).append(parameters));
}

struct Curve {
    Curve() {
        mbedtls_ecp_group_init(&group);
        works(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1));
    }
    Curve(const Curve&) = delete;
    ~Curve() { mbedtls_ecp_group_free(&group); }
    mbedtls_ecp_group group;
};
struct Number {
    Number() { mbedtls_mpi_init(&value); }
    Number(const Number&) = delete;
    ~Number() { mbedtls_mpi_free(&value); }
    mbedtls_mpi value;
};
struct Point {
    Point() { mbedtls_ecp_point_init(&value); }
    Point(const Point&) = delete;
    ~Point() { mbedtls_ecp_point_free(&value); }
    mbedtls_ecp_point value;
};

// The shared secret: the x coordinate (RFC 5753 section 3.1.2, SEC 1 section 3.3.1).
std::string agreed(Curve& curve, const Number& secret, const Point& other) {
    Point shared;
    works(mbedtls_ecp_mul(&curve.group, &shared.value, &secret.value, &other.value, Hooks::random,
                          nullptr));
    std::string x(key_size, '\0');
    works(mbedtls_mpi_write_binary(&shared.value.MBEDTLS_PRIVATE(X), out(x), x.size()));
    return x;
}

// The key that wraps: the KDF of ANSI X9.63 over ECC-CMS-SharedInfo (RFC 5753 section 7.2).
std::string wrapping_key(const std::string& shared) {
    constexpr std::string_view bits("\x00\x00\x01\x00", 4), counter("\x00\x00\x00\x01", 4);
    const std::string info = sequence(algorithm(id_aes256_wrap) +
                                      der_element(explicit_2, der_element(tag_octets, bits)));
    return sha256(shared + std::string(counter) + info);
}

class Wrap {
  public:
    Wrap(const std::string& key, int encrypts) {
        mbedtls_nist_kw_init(&context_);
        works(mbedtls_nist_kw_setkey(&context_, MBEDTLS_CIPHER_ID_AES, in(key), 8 * key_size,
                                     encrypts));
    }
    Wrap(const Wrap&) = delete;
    ~Wrap() { mbedtls_nist_kw_free(&context_); }
    std::string wrapped(std::string_view key) {
        std::string text(wrapped_size, '\0');
        std::size_t size = 0;
        works(mbedtls_nist_kw_wrap(&context_, MBEDTLS_KW_MODE_KW, in(key), key.size(), out(text),
                                   &size, text.size()));
        return text;
    }
    std::optional<std::string> unwrapped(std::string_view text) {
        std::string key(key_size, '\0');
        std::size_t size = 0;
        if (text.size() != wrapped_size ||
            mbedtls_nist_kw_unwrap(&context_, MBEDTLS_KW_MODE_KW, in(text), text.size(), out(key),
                                   &size, key.size()) != 0)
            return std::nullopt;
        return key;
    }

  private:
    mbedtls_nist_kw_context context_;
};

std::string through_aes(int way, const std::string& key, std::string vector, std::string text) {
    mbedtls_aes_context aes;
    mbedtls_aes_init(&aes);
    works(way == MBEDTLS_AES_ENCRYPT ? mbedtls_aes_setkey_enc(&aes, in(key), 8 * key_size)
                                     : mbedtls_aes_setkey_dec(&aes, in(key), 8 * key_size));
    works(mbedtls_aes_crypt_cbc(&aes, way, text.size(), out(vector), in(text), out(text)));
    mbedtls_aes_free(&aes);
    return text;
}

// RFC 5652 section 6.3: at least one byte is added, and each says how many.
std::string padded(std::string_view content) {
    const std::size_t count = aes_block - content.size() % aes_block;
    return std::string(content) + std::string(count, static_cast<char>(count));
}
std::optional<std::string> unpadded(std::string text) {
    const std::size_t count = text.empty() ? 0 : static_cast<unsigned char>(text.back());
    if (count == 0 || count > aes_block || count > text.size()) return std::nullopt;
    const std::string end(count, static_cast<char>(count));
    if (!text.ends_with(end)) return std::nullopt;
    text.resize(text.size() - count);
    return text;
}

std::string drawn(core::Chance& chance, std::size_t size) {
    std::string text(size, '\0');
    chance.fill({out(text), size});
    return text;
}

// RFC 5652 section 10.2.4: the name of who signed the certificate, and its number.
std::string issuer_and_serial(const mbedtls_x509_crt& certificate) {
    const auto text = [](const mbedtls_x509_buf& b) {
        return std::string(reinterpret_cast<const char*>(b.p), b.len);
    };
    return sequence(text(certificate.issuer_raw) +
                    der_element(tag_integer, text(certificate.serial)));
}

// KeyAgreeRecipientInfo (RFC 5652 section 6.2.2) with a key of its own for this one reader.
std::string for_reader(const std::string& certificate, const std::string& content_key) {
    CertificateList list;
    list.add(certificate);
    ENSURE(mbedtls_pk_get_type(&list.first.pk) == MBEDTLS_PK_ECKEY);
    Curve curve;
    Number secret;
    Point point;
    works(mbedtls_ecp_gen_privkey(&curve.group, &secret.value, Hooks::random, nullptr));
    works(mbedtls_ecp_mul(&curve.group, &point.value, &secret.value, &curve.group.G, Hooks::random,
                          nullptr));
    std::string bits(1 + 2 * key_size + 1, '\0');  // no unused bits, and an uncompressed point
    std::size_t size = 0;
    works(mbedtls_ecp_point_write_binary(&curve.group, &point.value, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                         &size, out(bits) + 1, bits.size() - 1));
    Point other;
    works(mbedtls_ecp_copy(&other.value, &mbedtls_pk_ec(list.first.pk)->MBEDTLS_PRIVATE(Q)));
    Wrap wrap(wrapping_key(agreed(curve, secret, other)), 1);
    const std::string originator = der_element(
        explicit_0,
        der_element(explicit_1, algorithm(id_ec_public_key) + der_element(tag_bits, bits)));
    const std::string reader = sequence(issuer_and_serial(list.first) +
                                        der_element(tag_octets, wrap.wrapped(content_key)));
    return der_element(explicit_1, der_element(tag_integer, agreement_version) + originator +
                                       algorithm(id_ecdh_sha256, algorithm(id_aes256_wrap)) +
                                       sequence(reader));
}

// Reads DER from front to back; once something else stood there than was expected, it has failed.
class DerReader {
  public:
    explicit DerReader(std::string_view bytes) : rest_(bytes) {}
    std::string_view take(unsigned char tag) {
        const std::optional<DerElement> element = take_der_element(rest_);
        if (element && element->tag == tag) return element->content;
        failed_ = true;
        rest_ = {};
        return {};
    }
    DerReader into(unsigned char tag) {
        const std::string_view content = take(tag);
        DerReader inner(content);
        inner.failed_ = failed_;
        return inner;
    }
    std::string_view rest() const { return rest_; }
    bool failed() const { return failed_; }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

std::optional<std::string> agree_and_unwrap(const Identity& reader, std::string_view bits,
                                            std::string_view wrapped) {
    const mbedtls_ecp_keypair* const own = mbedtls_pk_ec(reader.key->context);
    Curve curve;
    Point other;
    if (bits.size() < 2 || bits[0] != 0 ||
        mbedtls_ecp_point_read_binary(&curve.group, &other.value, in(bits) + 1, bits.size() - 1) !=
            0 ||
        mbedtls_ecp_check_pubkey(&curve.group, &other.value) != 0)
        return std::nullopt;
    Number secret;
    works(mbedtls_mpi_copy(&secret.value, &own->MBEDTLS_PRIVATE(d)));
    Wrap wrap(wrapping_key(agreed(curve, secret, other)), 0);
    return wrap.unwrapped(wrapped);
}

// The content key, where one of the recipients is the reader.
std::optional<std::string> content_key_of(const Identity& reader, DerReader recipients) {
    const std::string own = issuer_and_serial(reader.chain.first);
    while (!recipients.rest().empty()) {
        DerReader info = recipients.into(explicit_1);
        const bool version = info.take(tag_integer) == agreement_version;
        DerReader originator = info.into(explicit_0).into(explicit_1);
        const bool curve = originator.take(der_sequence) == der_element(tag_oid, id_ec_public_key);
        const std::string_view bits = originator.take(tag_bits);
        const bool ours = version && curve &&
                          info.take(der_sequence) ==
                              der_element(tag_oid, id_ecdh_sha256) + algorithm(id_aes256_wrap);
        if (!ours) return std::nullopt;
        for (DerReader readers = info.into(der_sequence); !readers.rest().empty();) {
            DerReader one = readers.into(der_sequence);
            const std::string_view name = one.take(der_sequence);
            const std::string_view wrapped = one.take(tag_octets);
            if (!originator.failed() && !one.failed() && sequence(name) == own)
                return agree_and_unwrap(reader, bits, wrapped);
        }
        if (info.failed()) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::string sealed_for(Library& library, core::Chance& chance,
                       const std::vector<std::string>& certificates, std::string_view content) {
    const Library::Use use(library, chance);
    const std::string key = drawn(chance, key_size), vector = drawn(chance, aes_block);
    std::vector<std::string> infos;
    for (const std::string& certificate : certificates)
        infos.push_back(for_reader(certificate, key));
    std::sort(infos.begin(), infos.end());  // a SET OF in DER (X.690 section 11.6)
    std::string recipients;
    for (const std::string& info : infos) recipients += info;
    const std::string sealed = sequence(
        der_element(tag_oid, id_data) + algorithm(id_aes256_cbc, der_element(tag_octets, vector)) +
        der_element(context_0, through_aes(MBEDTLS_AES_ENCRYPT, key, vector, padded(content))));
    const std::string data = sequence(der_element(tag_integer, enveloped_version) +
                                      der_element(tag_set, recipients) + sealed);
    return sequence(der_element(tag_oid, id_enveloped_data) + der_element(explicit_0, data));
}

std::optional<std::string> open_sealed(Library& library, const Identity& reader,
                                       std::string_view der) {
    core::Chance blinding(0);
    const Library::Use use(library, blinding);
    DerReader info = DerReader(der).into(der_sequence);
    if (info.take(tag_oid) != id_enveloped_data) return std::nullopt;
    DerReader data = info.into(explicit_0).into(der_sequence);
    const bool known_version = data.take(tag_integer) == enveloped_version;
    const DerReader recipients = data.into(tag_set);
    DerReader sealed = data.into(der_sequence);
    const bool known_content = sealed.take(tag_oid) == id_data;
    DerReader cipher = sealed.into(der_sequence);
    const bool known_cipher = cipher.take(tag_oid) == id_aes256_cbc;
    const std::string vector(cipher.take(tag_octets)), text(sealed.take(context_0));
    if (!known_version || !known_content || !known_cipher || cipher.failed() || sealed.failed() ||
        vector.size() != aes_block || text.size() % aes_block != 0)
        return std::nullopt;
    const std::optional<std::string> key = content_key_of(reader, recipients);
    if (!key) return std::nullopt;
    return unpadded(through_aes(MBEDTLS_AES_DECRYPT, *key, vector, text));
}

}  // namespace tls
