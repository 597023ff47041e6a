#include "sim/tls/certificate.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include <fmt/core.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha512.h>

#include "sim/core/base64.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/signing.hpp"

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

// RFC 4514 section 2.4: what has a meaning in a distinguished name is escaped.
std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (std::string_view(",=+<>#;\\\"").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string subject_name(std::string_view common_name) {
    std::string out = "O=mailtls laboratory";
    if (!common_name.empty())
        out += ",CN=" + escaped(common_name.substr(0, 64));  // ub-common-name, RFC 5280 A.1
    return out;
}

std::string x509_time(Instant at) {
    const CivilTime t = civil_time(at.unix_seconds());
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", t.year, t.month, t.day, t.hour, t.minute,
                       t.second);
}

bool parse_ipv4(std::string_view text, std::array<unsigned char, 4>& out) {
    for (std::size_t i = 0; i < 4; ++i) {
        unsigned part = 0;
        const auto r = std::from_chars(text.data(), text.data() + text.size(), part);
        if (r.ec != std::errc{} || part > 255) return false;
        out[i] = static_cast<unsigned char>(part);
        text.remove_prefix(static_cast<std::size_t>(r.ptr - text.data()));
        if (i < 3 && !text.starts_with('.')) return false;
        if (i < 3) text.remove_prefix(1);
    }
    return text.empty();
}

struct SanList {
    explicit SanList(std::vector<std::string> all)
        : names(std::move(all)), nodes(names.size()), ips(names.size()) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            mbedtls_x509_subject_alternative_name& node = nodes[i].node;
            const bool ip = parse_ipv4(names[i], ips[i]);
            node.type = ip ? MBEDTLS_X509_SAN_IP_ADDRESS : MBEDTLS_X509_SAN_DNS_NAME;
            node.san.unstructured_name.p =
                ip ? ips[i].data() : reinterpret_cast<unsigned char*>(names[i].data());
            node.san.unstructured_name.len = ip ? ips[i].size() : names[i].size();
            // Mbed TLS writes from the end: the last one first gives the order of `names`.
            nodes[i].next = i > 0 ? &nodes[i - 1] : nullptr;
        }
    }
    const mbedtls_x509_san_list* first() const { return &nodes.back(); }
    std::vector<std::string> names;
    std::vector<mbedtls_x509_san_list> nodes;
    std::vector<std::array<unsigned char, 4>> ips;
};

std::string wish_text(const CertificateWish& w) {
    std::string names;
    for (const std::string& name : w.names) names += name + ",";
    std::string key = w.key_name.empty() ? std::string() : "|key " + w.key_name;
    if (!w.beside.empty()) key += "|beside " + w.beside;
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}{}", w.owner, w.authority, w.intermediate,
                       static_cast<int>(w.chain), names, w.common_name, w.valid_from.ns,
                       w.valid_until.ns, static_cast<int>(w.key), static_cast<int>(w.digest),
                       static_cast<int>(w.usage), key);
}

// The point is computed by a call from here, so that --wrap sees it (curves.cpp).
void make_p256(mbedtls_pk_context& pk) {
    mbedtls_ecp_group group;
    mbedtls_ecp_point q;
    mbedtls_mpi d;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&d);
    must(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1));
    must(mbedtls_ecp_gen_privkey(&group, &d, Hooks::random, nullptr));
    must(mbedtls_ecp_mul(&group, &q, &d, &group.G, Hooks::random, nullptr));
    std::array<unsigned char, 32> secret{};
    must(mbedtls_mpi_write_binary(&d, secret.data(), secret.size()));
    must(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)));
    must(mbedtls_ecp_read_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk), secret.data(),
                              secret.size()));
    must(mbedtls_ecp_set_public_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk), &q));
    mbedtls_mpi_free(&d);
    mbedtls_ecp_point_free(&q);
    mbedtls_ecp_group_free(&group);
}

void make_rsa(mbedtls_pk_context& pk, unsigned bits) {
    must(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)));
    must(mbedtls_rsa_gen_key(mbedtls_pk_rsa(pk), Hooks::random, nullptr, bits, 65537));
}

void set_usage(mbedtls_x509write_cert& w, Usage usage) {
    mbedtls_asn1_sequence eku{};
    eku.buf.tag = MBEDTLS_ASN1_OID;
    const char* const oid =
        usage == Usage::server ? MBEDTLS_OID_SERVER_AUTH : MBEDTLS_OID_CLIENT_AUTH;
    eku.buf.p = reinterpret_cast<unsigned char*>(const_cast<char*>(oid));
    eku.buf.len = std::strlen(oid);
    must(mbedtls_x509write_crt_set_ext_key_usage(&w, &eku));
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
    if (kind == KeyKind::ecdsa_p256)
        make_p256(key->context);
    else
        make_rsa(key->context, kind == KeyKind::rsa_2048 ? 2048 : 1024);
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
    const std::string text = wish_text(wish);
    Chance chance = library_.chance("certificate " + text);
    const Library::Use use(library_, chance);

    mbedtls_x509write_cert w;
    mbedtls_x509write_crt_init(&w);
    mbedtls_x509write_crt_set_version(&w, MBEDTLS_X509_CRT_VERSION_3);
    std::array<unsigned char, 16> serial{};
    chance.fill(serial);
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) |
                                           0x40);  // positive, and 16 bytes long (RFC 5280 4.1.2.2)
    must(mbedtls_x509write_crt_set_serial_raw(&w, serial.data(), serial.size()));
    must(mbedtls_x509write_crt_set_validity(&w, x509_time(wish.valid_from).c_str(),
                                            x509_time(wish.valid_until).c_str()));
    must(mbedtls_x509write_crt_set_subject_name(&w, issued.subject.c_str()));
    must(mbedtls_x509write_crt_set_issuer_name(&w, signer.subject.c_str()));
    mbedtls_x509write_crt_set_subject_key(&w, &issued.key->context);
    mbedtls_x509write_crt_set_issuer_key(&w, &signer.key->context);
    mbedtls_x509write_crt_set_md_alg(
        &w, wish.digest == Digest::sha1 ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256);
    must(mbedtls_x509write_crt_set_basic_constraints(&w, role != Role::host, -1));
    must(mbedtls_x509write_crt_set_subject_key_identifier(&w));
    must(mbedtls_x509write_crt_set_authority_key_identifier(&w));
    unsigned purposes = 0;
    if (role != Role::authority) purposes |= MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
    if (role != Role::host) purposes |= MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN;
    must(mbedtls_x509write_crt_set_key_usage(&w, purposes));
    SanList san(wish.names);
    if (!san.nodes.empty())
        must(mbedtls_x509write_crt_set_subject_alternative_name(&w, san.first()));
    if (role == Role::host) set_usage(w, wish.usage);

    std::vector<unsigned char> out(8192);
    const int size = mbedtls_x509write_crt_der(&w, out.data(), out.size(), Hooks::random, nullptr);
    mbedtls_x509write_crt_free(&w);
    ENSURE(size > 0);  // written from the end of the buffer
    issued.der.assign(reinterpret_cast<const char*>(out.data() + out.size()) - size,
                      static_cast<std::size_t>(size));
    return issued;
}

const Issued& Mint::authority(const std::string& name, const std::string& above) {
    const std::string key = above.empty() ? name : name + " under " + above;
    std::map<std::string, Issued>& authorities = shared_->authorities;
    const auto found = authorities.find(key);
    if (found != authorities.end()) return found->second;
    CertificateWish wish;
    wish.owner = "CA " + key;
    wish.common_name = name;
    wish.valid_from = library_.loop().begins() - days(5 * 365);
    wish.valid_until = library_.loop().begins() + days(20 * 365);
    const Issued* const issuer = above.empty() ? nullptr : &authority(above, {});
    return authorities.emplace(key, sign(wish, issuer, Role::authority)).first->second;
}

std::shared_ptr<const Identity> Mint::issue(const CertificateWish& wish) {
    std::shared_ptr<const Identity>& known = minted(wish.key).identities[wish_text(wish)];
    if (known) return known;
    const Issued* issuer = nullptr;
    if (!wish.authority.empty())
        issuer = wish.intermediate.empty() ? &authority(wish.authority, {})
                                           : &authority(wish.intermediate, wish.authority);
    const Issued leaf = sign(wish, issuer, issuer == nullptr ? Role::own_authority : Role::host);
    auto identity = std::make_shared<Identity>();
    identity->key = leaf.key;
    identity->der.push_back(leaf.der);
    identity->anchor_der = leaf.der;
    if (issuer != nullptr) identity->anchor_der = authority(wish.authority, {}).der;
    if (issuer != nullptr && wish.chain == Chain::complete) {
        if (!wish.intermediate.empty()) identity->der.push_back(issuer->der);
        identity->der.push_back(identity->anchor_der);  // RFC 7672 section 3.1.2, DANE-18
    }
    if (!wish.beside.empty()) identity->der.push_back(authority(wish.beside, {}).der);
    for (const std::string& der : identity->der) identity->chain.add(der);
    // Mbed TLS's server would refuse to show a certificate of the wrong usage; ours must be able
    // to.
    identity->chain.first.MBEDTLS_PRIVATE(ext_types) &=
        ~(MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE | MBEDTLS_X509_EXT_KEY_USAGE);
    known = std::move(identity);
    return known;
}

std::shared_ptr<const TrustStore> Mint::trust(const std::set<std::string>& authorities) {
    std::shared_ptr<const TrustStore>& known = shared_->stores[authorities];
    if (known) return known;
    auto store = std::make_shared<TrustStore>();
    for (const std::string& name : authorities) {
        store->der.push_back(authority(name, {}).der);
        store->roots.add(store->der.back());
    }
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

std::vector<std::string> roots_der(const TrustStore& store) { return store.der; }

std::string pem(std::string_view der) {
    return "-----BEGIN CERTIFICATE-----\n" + base64_lines(der, 64, "\n") +
           "-----END CERTIFICATE-----\n";
}

}  // namespace tls
