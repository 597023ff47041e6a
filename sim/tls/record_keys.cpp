#include "sim/tls/record_keys.hpp"

#include <algorithm>
#include <array>

#include <mbedtls/cipher.h>
#include <mbedtls/md.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>

namespace tls {
namespace {

constexpr std::size_t header_size = 5, random_size = 32, longest_hash = 64, master_size = 48;

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

void put(std::string& out, std::uint64_t number, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) out += static_cast<char>(number >> (8 * i) & 255);
}

/// What a cipher suite says of its records.
struct Suite {
    mbedtls_cipher_type_t cipher = MBEDTLS_CIPHER_NONE;
    mbedtls_cipher_mode_t mode = MBEDTLS_MODE_NONE;
    std::size_t key_size = 0, tag_size = 16;
    mbedtls_md_type_t hash = MBEDTLS_MD_NONE;
};

std::optional<Suite> suite_of(std::uint64_t number) {
    const mbedtls_ssl_ciphersuite_t* const info =
        mbedtls_ssl_ciphersuite_from_id(static_cast<int>(number));
    if (info == nullptr) return std::nullopt;
    Suite suite;
    suite.cipher = static_cast<mbedtls_cipher_type_t>(info->MBEDTLS_PRIVATE(cipher));
    suite.hash = static_cast<mbedtls_md_type_t>(info->MBEDTLS_PRIVATE(mac));
    if ((info->MBEDTLS_PRIVATE(flags) & MBEDTLS_CIPHERSUITE_SHORT_TAG) != 0) suite.tag_size = 8;
    const mbedtls_cipher_info_t* const cipher = mbedtls_cipher_info_from_type(suite.cipher);
    if (cipher == nullptr) return std::nullopt;
    suite.mode = mbedtls_cipher_info_get_mode(cipher);
    suite.key_size = mbedtls_cipher_info_get_key_bitlen(cipher) / 8;
    return suite;
}

class Cipher {
  public:
    Cipher(mbedtls_cipher_type_t type, const std::string& key) {
        mbedtls_cipher_init(&context_);
        ready_ = mbedtls_cipher_setup(&context_, mbedtls_cipher_info_from_type(type)) == 0 &&
                 mbedtls_cipher_setkey(&context_, octets(std::string_view(key)),
                                       static_cast<int>(key.size() * 8), MBEDTLS_DECRYPT) == 0;
    }
    Cipher(const Cipher&) = delete;
    ~Cipher() { mbedtls_cipher_free(&context_); }

    std::optional<std::string> open(std::string_view nonce, std::string_view about,
                                    std::string_view sealed, std::size_t tag_size) {
        if (!ready_ || sealed.size() < tag_size) return std::nullopt;
        std::string out(sealed.size(), '\0');
        std::size_t size = 0;
        if (mbedtls_cipher_auth_decrypt_ext(&context_, octets(nonce), nonce.size(), octets(about),
                                            about.size(), octets(sealed), sealed.size(),
                                            octets(out), out.size(), &size, tag_size) != 0)
            return std::nullopt;
        out.resize(size);
        return out;
    }
    /// Whole blocks, without a word on the padding.
    std::optional<std::string> decrypt(std::string_view vector, std::string_view blocks) {
        if (!ready_ || blocks.empty() || blocks.size() % vector.size() != 0) return std::nullopt;
        std::string out(blocks.size() + vector.size(), '\0');
        std::size_t size = 0;
        mbedtls_cipher_set_padding_mode(&context_, MBEDTLS_PADDING_NONE);
        if (mbedtls_cipher_crypt(&context_, octets(vector), vector.size(), octets(blocks),
                                 blocks.size(), octets(out), &size) != 0)
            return std::nullopt;
        out.resize(size);
        return out;
    }

  private:
    mbedtls_cipher_context_t context_;
    bool ready_ = false;
};

std::string hmac(mbedtls_md_type_t hash, std::string_view key, std::string_view bytes) {
    std::array<unsigned char, longest_hash> out{};
    const mbedtls_md_info_t* const info = mbedtls_md_info_from_type(hash);
    if (info == nullptr || mbedtls_md_hmac(info, octets(key), key.size(), octets(bytes),
                                           bytes.size(), out.data()) != 0)
        return {};
    return {reinterpret_cast<const char*>(out.data()), mbedtls_md_get_size(info)};
}

// RFC 8446 section 7.1. One block of RFC 5869 is enough here.
std::string expand_label(mbedtls_md_type_t hash, const std::string& secret, std::string_view label,
                         std::size_t size, std::string_view context = {}) {
    std::string info;
    put(info, size, 2);
    put(info, 6 + label.size(), 1);
    info += "tls13 ";
    info += label;
    put(info, context.size(), 1);
    info += context;
    info += '\1';
    return hmac(hash, secret, info).substr(0, size);
}

// The nonce of TLS 1.3 and of ChaCha20 in TLS 1.2: RFC 8446 section 5.3, RFC 7905 section 2.
std::string counted_nonce(std::string vector, std::uint64_t sequence) {
    for (std::size_t i = 0; i < 8 && i < vector.size(); ++i) {
        char& octet = vector[vector.size() - 1 - i];
        octet = static_cast<char>(octet ^ static_cast<char>(sequence >> (8 * i) & 255));
    }
    return vector;
}

class Keys13 final : public RecordKeys {
  public:
    Keys13(const Suite& suite, const std::string& secret)
        : suite_(suite),
          cipher_(suite.cipher, expand_label(suite.hash, secret, "key", suite.key_size)),
          vector_(expand_label(suite.hash, secret, "iv", 12)) {}
    std::optional<std::string> open(std::string_view record) override {
        return cipher_.open(counted_nonce(vector_, sequence_++), record.substr(0, header_size),
                            record.substr(header_size), suite_.tag_size);
    }

  private:
    Suite suite_;
    Cipher cipher_;
    std::string vector_;
    std::uint64_t sequence_ = 0;
};

// RFC 5246 section 5. Suites before TLS 1.2 have their own hash for the MAC alone.
mbedtls_md_type_t prf_hash(const Suite& suite) {
    return suite.hash == MBEDTLS_MD_SHA384 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA256;
}
std::string prf12(const Suite& suite, std::string_view secret, const char* label,
                  std::string_view seed, std::size_t size) {
    std::string out(size, '\0');
    const auto prf = prf_hash(suite) == MBEDTLS_MD_SHA384 ? MBEDTLS_SSL_TLS_PRF_SHA384
                                                          : MBEDTLS_SSL_TLS_PRF_SHA256;
    if (mbedtls_ssl_tls_prf(prf, octets(secret), secret.size(), label, octets(seed), seed.size(),
                            octets(out), out.size()) != 0)
        return {};
    return out;
}

// RFC 5246 section 6.2.3.3: what is not sealed, and yet is authenticated.
std::string about(std::uint64_t sequence, std::string_view record, std::size_t size) {
    std::string out;
    put(out, sequence, 8);
    out += record.substr(0, 3);
    put(out, size, 2);
    return out;
}

class Aead12 final : public RecordKeys {
  public:
    Aead12(const Suite& suite, const std::string& key, std::string vector)
        : suite_(suite), cipher_(suite.cipher, key), vector_(std::move(vector)) {}
    std::optional<std::string> open(std::string_view record) override {
        const std::uint64_t sequence = sequence_++;
        std::string_view sealed = record.substr(header_size);
        std::string nonce = counted_nonce(vector_, sequence);
        if (suite_.mode != MBEDTLS_MODE_CHACHAPOLY) {  // RFC 5288 section 3
            if (sealed.size() < 8) return std::nullopt;
            nonce = vector_ + std::string(sealed.substr(0, 8));
            sealed.remove_prefix(8);
        }
        if (sealed.size() < suite_.tag_size) return std::nullopt;
        return cipher_.open(nonce, about(sequence, record, sealed.size() - suite_.tag_size), sealed,
                            suite_.tag_size);
    }

  private:
    Suite suite_;
    Cipher cipher_;
    std::string vector_;
    std::uint64_t sequence_ = 0;
};

// RFC 5246 section 6.2.3.2; RFC 7366 section 3.
class Cbc12 final : public RecordKeys {
  public:
    Cbc12(const Suite& suite, const std::string& key, std::string mac_key, bool mac_last)
        : suite_(suite),
          cipher_(suite.cipher, key),
          mac_key_(std::move(mac_key)),
          mac_last_(mac_last) {}
    std::optional<std::string> open(std::string_view record) override {
        const std::uint64_t sequence = sequence_++;
        std::string_view sealed = record.substr(header_size);
        const std::size_t mac_size = mac_key_.size(), block = 16;
        if (sealed.size() < block + mac_size) return std::nullopt;
        if (mac_last_) {
            const std::string_view mac = sealed.substr(sealed.size() - mac_size);
            sealed.remove_suffix(mac_size);
            if (mac != mac_of(sequence, record, sealed)) return std::nullopt;
        }
        std::optional<std::string> plain =
            cipher_.decrypt(sealed.substr(0, block), sealed.substr(block));
        if (!plain || plain->empty()) return std::nullopt;
        const std::size_t padding = static_cast<unsigned char>(plain->back()) + std::size_t{1};
        if (plain->size() < padding) return std::nullopt;
        plain->resize(plain->size() - padding);
        if (mac_last_) return plain;
        if (plain->size() < mac_size) return std::nullopt;
        const std::string mac = plain->substr(plain->size() - mac_size);
        plain->resize(plain->size() - mac_size);
        if (mac != mac_of(sequence, record, *plain)) return std::nullopt;
        return plain;
    }

  private:
    std::string mac_of(std::uint64_t sequence, std::string_view record,
                       std::string_view bytes) const {
        return hmac(suite_.hash, mac_key_,
                    about(sequence, record, bytes.size()) + std::string(bytes));
    }
    Suite suite_;
    Cipher cipher_;
    std::string mac_key_;
    bool mac_last_;
    std::uint64_t sequence_ = 0;
};

}  // namespace

std::unique_ptr<RecordKeys> keys13(std::uint64_t suite, const std::string& secret) {
    const std::optional<Suite> found = suite_of(suite);
    if (!found) return nullptr;
    return std::make_unique<Keys13>(*found, secret);
}

std::string next_secret13(std::uint64_t suite, const std::string& secret) {
    const std::optional<Suite> found = suite_of(suite);
    return found ? expand_label(found->hash, secret, "traffic upd", secret.size()) : std::string();
}

bool has_rsa_key_exchange(std::uint64_t suite) {
    const mbedtls_ssl_ciphersuite_t* const info =
        mbedtls_ssl_ciphersuite_from_id(static_cast<int>(suite));
    return info != nullptr && info->MBEDTLS_PRIVATE(key_exchange) == MBEDTLS_KEY_EXCHANGE_RSA;
}

std::string master12(const Session12& session, std::string_view premaster) {
    const std::optional<Suite> suite = suite_of(session.suite);
    if (!suite) return {};
    return prf12(*suite, premaster, "master secret", session.client_random + session.server_random,
                 master_size);
}

std::string extended_master12(const Session12& session, std::string_view premaster,
                              std::string_view messages) {
    const std::optional<Suite> suite = suite_of(session.suite);
    if (!suite) return {};
    return prf12(*suite, premaster, "extended master secret", suite_digest(session.suite, messages),
                 master_size);
}

KeyBlock key_block12(const Session12& session) {
    const std::optional<Suite> suite = suite_of(session.suite);
    if (!suite || session.client_random.size() != random_size) return {};
    const bool cbc = suite->mode == MBEDTLS_MODE_CBC;
    const mbedtls_md_info_t* const mac = mbedtls_md_info_from_type(suite->hash);
    const std::size_t mac_size = cbc && mac != nullptr ? mbedtls_md_get_size(mac) : 0;
    const std::size_t vector_size = cbc ? 0 : suite->mode == MBEDTLS_MODE_CHACHAPOLY ? 12 : 4;
    const std::string block = prf12(*suite, session.master, "key expansion",
                                    session.server_random + session.client_random,
                                    2 * (mac_size + suite->key_size + vector_size));
    KeyBlock out;
    std::size_t at = 0;
    const auto cut = [&](std::string(&parts)[2], std::size_t size) {
        for (std::string& part : parts) {
            part = block.substr(std::min(at, block.size()), size);
            at += size;
        }
    };
    cut(out.mac_keys, mac_size);
    cut(out.keys, suite->key_size);
    cut(out.vectors, vector_size);
    out.whole = block;
    return out;
}

std::unique_ptr<RecordKeys> keys12(const Session12& session, Writer writer) {
    const std::optional<Suite> suite = suite_of(session.suite);
    KeyBlock block = key_block12(session);
    if (!suite || block.whole.empty()) return nullptr;
    const std::size_t which = writer == Writer::client ? 0 : 1;
    if (suite->mode == MBEDTLS_MODE_CBC)
        return std::make_unique<Cbc12>(*suite, block.keys[which], std::move(block.mac_keys[which]),
                                       session.encrypt_then_mac);
    return std::make_unique<Aead12>(*suite, block.keys[which], std::move(block.vectors[which]));
}

std::string verify_data12(const Session12& session, Writer writer, std::string_view messages) {
    constexpr std::size_t verify_data_size = 12;
    const std::optional<Suite> suite = suite_of(session.suite);
    if (!suite) return {};
    return prf12(*suite, session.master,
                 writer == Writer::client ? "client finished" : "server finished",
                 suite_digest(session.suite, messages), verify_data_size);
}

std::string suite_digest(std::uint64_t suite, std::string_view bytes) {
    const std::optional<Suite> found = suite_of(suite);
    std::array<unsigned char, longest_hash> digest{};
    const mbedtls_md_info_t* const hash =
        found ? mbedtls_md_info_from_type(prf_hash(*found)) : nullptr;
    if (hash == nullptr || mbedtls_md(hash, octets(bytes), bytes.size(), digest.data()) != 0)
        return {};
    return {reinterpret_cast<const char*>(digest.data()), mbedtls_md_get_size(hash)};
}

std::string suite_hmac(std::uint64_t suite, std::string_view key, std::string_view bytes) {
    const std::optional<Suite> found = suite_of(suite);
    return found ? hmac(prf_hash(*found), key, bytes) : std::string();
}

std::string hkdf_extract(std::uint64_t suite, std::string_view salt, std::string_view secret) {
    return suite_hmac(suite, salt, secret);
}

std::string hkdf_expand_label(std::uint64_t suite, const std::string& secret,
                              std::string_view label, std::string_view context, std::size_t size) {
    const std::optional<Suite> found = suite_of(suite);
    return found ? expand_label(prf_hash(*found), secret, label, size, context) : std::string();
}

std::size_t write_key_size(std::uint64_t suite) {
    const std::optional<Suite> found = suite_of(suite);
    return found ? found->key_size : 0;
}

}  // namespace tls
