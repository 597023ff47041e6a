#include "sim/tls/certificate.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha512.h>

#include "sim/core/base64.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/signing.hpp"
#include "sim/tls/write_certificate.hpp"

namespace tls {

struct Issued {
    std::string subject;
    std::shared_ptr<PrivateKey> key;
    std::string der;
};

// By name and wish.
struct Minted {
    std::map<std::string, std::shared_ptr<PrivateKey>> keys;
    std::map<std::string, Issued> authorities;
    std::map<std::string, std::shared_ptr<const Identity>> identities;
    std::map<std::set<std::string>, std::shared_ptr<const TrustStore>> stores;
};

namespace {

// Our own calls, with arguments of our own: they fail by a bug of ours alone.
void must(int status) { ENSURE(status == 0); }

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
    return out;
}

// What few wishes have: nothing of it is said of the others, whose bytes depend on this text.
std::string rare_text(const CertificateWish& w) {
    std::string out = w.key_name.empty() ? std::string() : "|key " + w.key_name;
    if (!w.beside.empty()) out += "|beside " + w.beside;
    if (w.chain == Chain::listed) out += "|sent " + joined(w.sent, "|");
    if (w.key_usage) out += fmt::format("|key usage {}", *w.key_usage);
    if (w.is_ca) out += *w.is_ca ? "|a CA" : "|no CA";
    if (w.path_length) out += fmt::format("|path {}", *w.path_length);
    if (!w.permits.empty()) out += "|permits " + joined(w.permits, ",");
    if (!w.excludes.empty()) out += "|excludes " + joined(w.excludes, ",");
    if (w.usage && w.authority.empty()) out += "|usage";
    if (w.version != X509Version::v3) out += "|version 1";
    return out;
}

std::string wish_text(const CertificateWish& w) {
    std::string names;
    for (const std::string& name : w.names) names += name + ",";
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}{}", w.owner, w.authority,
                       joined(w.via, " then "), static_cast<int>(w.chain), names, w.common_name,
                       w.valid_from.ns, w.valid_until.ns, static_cast<int>(w.key),
                       static_cast<int>(w.digest),
                       static_cast<int>(w.usage.value_or(Usage::server)), rare_text(w));
}

bool is_rsa(KeyKind kind) {
    return kind == KeyKind::rsa_2048 || kind == KeyKind::rsa_1024 || kind == KeyKind::rsa_4096 ||
           kind == KeyKind::rsa_512;
}

unsigned rsa_bits(KeyKind kind) {
    switch (kind) {
        case KeyKind::rsa_512: return 512;
        case KeyKind::rsa_1024: return 1024;
        case KeyKind::rsa_4096: return 4096;
        default: return 2048;
    }
}

mbedtls_ecp_group_id curve_of(KeyKind kind) {
    switch (kind) {
        case KeyKind::ecdsa_p384: return MBEDTLS_ECP_DP_SECP384R1;
        case KeyKind::ecdsa_p521: return MBEDTLS_ECP_DP_SECP521R1;
        default: return MBEDTLS_ECP_DP_SECP256R1;
    }
}

// The point is computed by a call from here, so that --wrap sees it (curves.cpp).
void make_ecdsa(mbedtls_pk_context& pk, mbedtls_ecp_group_id curve) {
    mbedtls_ecp_group group;
    mbedtls_ecp_point q;
    mbedtls_mpi d;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&d);
    must(mbedtls_ecp_group_load(&group, curve));
    must(mbedtls_ecp_gen_privkey(&group, &d, Hooks::random, nullptr));
    must(mbedtls_ecp_mul(&group, &q, &d, &group.G, Hooks::random, nullptr));
    std::vector<unsigned char> secret((group.nbits + 7) / 8);
    must(mbedtls_mpi_write_binary(&d, secret.data(), secret.size()));
    must(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)));
    must(mbedtls_ecp_read_key(curve, mbedtls_pk_ec(pk), secret.data(), secret.size()));
    must(mbedtls_ecp_set_public_key(curve, mbedtls_pk_ec(pk), &q));
    mbedtls_mpi_free(&d);
    mbedtls_ecp_point_free(&q);
    mbedtls_ecp_group_free(&group);
}

void make_rsa(mbedtls_pk_context& pk, unsigned bits) {
    must(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)));
    must(mbedtls_rsa_gen_key(mbedtls_pk_rsa(pk), Hooks::random, nullptr, bits, 65537));
}

std::string sha512(std::string_view bytes) {
    std::string out(64, '\0');
    mbedtls_sha512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   reinterpret_cast<unsigned char*>(out.data()), 0);
    return out;
}

std::string key_der(mbedtls_pk_context& key) {
    std::vector<unsigned char> out(4096);
    const int size = mbedtls_pk_write_key_der(&key, out.data(), out.size());
    ENSURE(size > 0);  // written from the end of the buffer
    return {reinterpret_cast<const char*>(out.data() + out.size()) - size,
            static_cast<std::size_t>(size)};
}

}  // namespace

void CertificateList::add(std::string_view der) {
    must(mbedtls_x509_crt_parse_der(&first, reinterpret_cast<const unsigned char*>(der.data()),
                                    der.size()));
}

std::shared_ptr<Minted> KeyCache::minted_in(const Origin& origin) {
    // Who still uses what is forgotten here keeps it.
    constexpr std::size_t most = 1000;
    std::size_t count = minted_.size();
    for (const auto& [its, minted] : minted_) count += minted->identities.size();
    if (count > most) {
        minted_.clear();
        keys.clear();
    }
    std::shared_ptr<Minted>& minted = minted_[origin];
    if (!minted) minted = std::make_shared<Minted>();
    return minted;
}

Mint::Mint(Library& library, std::uint64_t seed, KeyCache* cache)
    : library_(library),
      seed_(seed),
      cache_(cache),
      shared_(cache != nullptr ? cache->minted_in({seed, library.loop().begins(), library.curves()})
                               : std::make_shared<Minted>()),
      own_(std::make_unique<Minted>()) {}
Mint::~Mint() = default;

std::shared_ptr<PrivateKey> Mint::key_of(const std::string& owner, KeyKind kind,
                                         const std::string& key_name) {
    const std::string which = key_name.empty() ? std::string() : " named " + key_name;
    const std::string name = fmt::format("key {} {}{}", static_cast<int>(kind), owner, which);
    std::shared_ptr<PrivateKey>& key = minted(kind).keys[name];
    if (key) return key;
    key = std::make_shared<PrivateKey>();
    Chance chance = library_.chance(name);
    const Library::Use use(library_, chance);
    std::string* const kept = cache_ != nullptr ? &cache_->keys[{seed_, name}] : nullptr;
    if (kept != nullptr && !kept->empty()) {
        must(mbedtls_pk_parse_key(&key->context,
                                  reinterpret_cast<const unsigned char*>(kept->data()),
                                  kept->size(), nullptr, 0, Hooks::random, nullptr));
        return key;
    }
    if (is_rsa(kind))
        make_rsa(key->context, rsa_bits(kind));
    else
        make_ecdsa(key->context, curve_of(kind));
    if (kept != nullptr) *kept = key_der(key->context);
    return key;
}

SigningKey Mint::signing_key(const std::string& owner) {
    return SigningKey(library_, key_of("mail signed by " + owner, KeyKind::rsa_2048));
}

Issued Mint::sign(const CertificateWish& wish, const Issued* issuer, Role role) {
    Issued issued;
    issued.subject = subject_name(wish.common_name);
    issued.key = key_of(wish.owner, wish.key, wish.key_name);
    const Issued& signer = issuer != nullptr ? *issuer : issued;
    Chance chance = library_.chance("certificate " + wish_text(wish));
    const Library::Use use(library_, chance);
    std::vector<unsigned char> serial(16);
    chance.fill(serial);
    // Positive, and 16 bytes long (RFC 5280 section 4.1.2.2).
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);
    Draft draft{wish,
                issued.subject,
                signer.subject,
                issued.key->context,
                signer.key->context,
                std::move(serial),
                wish.is_ca.value_or(role != Role::host)};
    if (role != Role::authority) draft.key_usage |= digital_signature;
    if (role != Role::host) draft.key_usage |= cert_sign | crl_sign;
    draft.key_usage = wish.key_usage.value_or(draft.key_usage);
    draft.usage = wish.usage.value_or(role == Role::host ? Usage::server : Usage::none);
    issued.der = certificate_der(draft);
    return issued;
}

Minted& Mint::minted(KeyKind kind) { return is_rsa(kind) ? *own_ : *shared_; }

const CertificateWish* Mint::description_of(const std::string& name) const {
    const auto found = descriptions_.find(name);
    return found == descriptions_.end() ? nullptr : &found->second;
}

Minted& Mint::minted(const Path& path, KeyKind leaf) {
    for (const std::string& name : path)
        if (const CertificateWish* const wish = description_of(name); wish && is_rsa(wish->key))
            return *own_;
    return minted(leaf);
}

// Worlds share what is minted: what this one says of a CA is part of the name.
std::string Mint::described(const Path& names) const {
    std::string out;
    for (const std::string& name : names)
        if (const CertificateWish* const wish = description_of(name))
            out += fmt::format("|CA {} is {}", name, wish_text(*wish));
    return out;
}

CertificateWish Mint::usual_authority() const {
    CertificateWish wish;
    wish.valid_from = library_.loop().begins() - days(5 * 365);
    wish.valid_until = library_.loop().begins() + days(20 * 365);
    return wish;
}

bool Mint::describe(const std::string& authority, CertificateWish wish) {
    if (used_.contains(authority)) return false;
    return descriptions_.emplace(authority, std::move(wish)).second;
}

const Issued& Mint::authority(const Path& path) {
    std::string owner;
    for (const std::string& name : path) owner = name + (owner.empty() ? "" : " under " + owner);
    std::map<std::string, Issued>& authorities = minted(path, KeyKind::ecdsa_p256).authorities;
    used_.insert(path.begin(), path.end());
    const std::string key = owner + described(path);
    const auto found = authorities.find(key);
    if (found != authorities.end()) return found->second;
    const CertificateWish* const description = description_of(path.back());
    CertificateWish wish = description != nullptr ? *description : usual_authority();
    wish.owner = "CA " + owner;
    wish.common_name = path.back();
    const Path above(path.begin(), path.end() - 1);
    const Issued* const issuer = above.empty() ? nullptr : &authority(above);
    return authorities.emplace(key, sign(wish, issuer, Role::authority)).first->second;
}

// A CA of the certificate's own, or another that is sent all the same.
std::vector<std::string> Mint::sent_behind(const CertificateWish& wish, const Path& path) {
    std::vector<std::string> out;
    if (wish.chain == Chain::listed) {
        for (const std::string& name : wish.sent) {
            const auto at = std::find(path.begin(), path.end(), name);
            out.push_back(
                authority(at == path.end() ? Path{name} : Path(path.begin(), at + 1)).der);
        }
        return out;
    }
    if (wish.chain == Chain::incomplete) return out;
    // With the root, so that a TLSA record of usage 2 may name it (RFC 7672 section 3.1.2,
    // DANE-18).
    const std::size_t top = wish.chain == Chain::without_root ? 1 : 0;
    for (std::size_t length = path.size(); length > top; --length)
        out.push_back(authority(Path(path.begin(), path.begin() + static_cast<long>(length))).der);
    return out;
}

std::shared_ptr<const Identity> Mint::issue(const CertificateWish& wish) {
    Path path;
    if (!wish.authority.empty()) path.push_back(wish.authority);
    path.insert(path.end(), wish.via.begin(), wish.via.end());
    Path all = path;
    all.insert(all.end(), wish.sent.begin(), wish.sent.end());
    all.push_back(wish.beside);
    std::shared_ptr<const Identity>& known =
        minted(all, wish.key).identities[wish_text(wish) + described(all)];
    used_.insert(all.begin(), all.end());
    if (known) return known;
    const Issued* const issuer = path.empty() ? nullptr : &authority(path);
    const Issued leaf = sign(wish, issuer, issuer == nullptr ? Role::own_authority : Role::host);
    auto identity = std::make_shared<Identity>();
    identity->key = leaf.key;
    identity->der.push_back(leaf.der);
    identity->anchor_der = path.empty() ? leaf.der : authority({path.front()}).der;
    if (path.size() > 1) identity->intermediate_der = issuer->der;
    for (std::string& der : sent_behind(wish, path)) identity->der.push_back(std::move(der));
    if (!wish.beside.empty()) identity->der.push_back(authority({wish.beside}).der);
    for (const std::string& der : identity->der) identity->chain.add(der);
    // Mbed TLS's server would refuse to show a certificate of the wrong usage; ours must be able
    // to.
    identity->chain.first.MBEDTLS_PRIVATE(ext_types) &=
        ~(MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE | MBEDTLS_X509_EXT_KEY_USAGE);
    known = std::move(identity);
    return known;
}

std::shared_ptr<const TrustStore> Mint::trust(const std::set<std::string>& authorities,
                                              const std::vector<std::string>& others) {
    const Path names(authorities.begin(), authorities.end());
    std::set<std::string> key = authorities;
    if (const std::string text = described(names); !text.empty()) key.insert(text);
    for (const std::string& der : others) key.insert("certificate " + der);
    std::shared_ptr<const TrustStore>& known = minted(names, KeyKind::ecdsa_p256).stores[key];
    used_.insert(names.begin(), names.end());
    if (known) return known;
    auto store = std::make_shared<TrustStore>();
    for (const std::string& name : authorities) store->der.push_back(authority({name}).der);
    store->der.insert(store->der.end(), others.begin(), others.end());
    for (const std::string& der : store->der) store->roots.add(der);
    known = std::move(store);
    return known;
}

std::vector<std::string> chain_der(const Identity& identity) { return identity.der; }
ShownCertificate digests_of(const mbedtls_x509_crt& certificate) {
    const auto text = [](const mbedtls_x509_buf& b) {
        return std::string(reinterpret_cast<const char*>(b.p), b.len);
    };
    ShownCertificate out;
    out.certificate = text(certificate.raw);
    out.key = text(certificate.pk_raw);
    out.certificate_sha256 = sha256(out.certificate);
    out.certificate_sha512 = sha512(out.certificate);
    out.key_sha256 = sha256(out.key);
    out.key_sha512 = sha512(out.key);
    return out;
}

ShownCertificate leaf_of(const Identity& identity) { return digests_of(identity.chain.first); }
ShownCertificate anchor_of(const Identity& identity) {
    CertificateList anchor;
    anchor.add(identity.anchor_der);
    return digests_of(anchor.first);
}
std::optional<ShownCertificate> intermediate_of(const Identity& identity) {
    if (identity.intermediate_der.empty()) return std::nullopt;
    CertificateList between;
    between.add(identity.intermediate_der);
    return digests_of(between.first);
}

std::size_t certificate_message_size(const Identity& identity) {
    std::size_t out = 4 + 1 + 3;  // the message's head, an empty context, the length of the list
    for (const std::string& der : identity.der) out += 3 + der.size() + 2;  // and no extensions
    return out;
}

std::string private_key_der(const Identity& identity) { return key_der(identity.key->context); }
std::vector<std::string> roots_der(const TrustStore& store) { return store.der; }

std::string pem(std::string_view der) {
    return "-----BEGIN CERTIFICATE-----\n" + base64_lines(der, 64, "\n") +
           "-----END CERTIFICATE-----\n";
}

}  // namespace tls
