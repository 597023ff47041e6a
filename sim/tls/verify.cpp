#include "sim/tls/verify.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <string_view>
#include <vector>

#include <mbedtls/asn1.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>

#include "sim/core/text.hpp"
#include "sim/tls/der.hpp"
#include "sim/tls/name_constraints.hpp"

extern "C" {
int __wrap_mbedtls_x509_crt_parse_der(mbedtls_x509_crt*, const unsigned char*, std::size_t);
}

namespace tls {
namespace {

using Certificate = mbedtls_x509_crt;
using Links = std::vector<const Certificate*>;

// smtp_tls_scert_verifydepth is 9; Postfix 3.7 asks OpenSSL for one more, and OpenSSL counts
// neither the leaf nor the root (SSL_CTX_set_verify_depth).
constexpr std::size_t most_certificates = 12;
// Security level 1 wants 80 bits: RSA of 1024 (NIST SP 800-57 part 1, table 2).
constexpr std::size_t shortest_rsa = 1024;

std::string_view seen(const mbedtls_x509_buf& buffer) {
    return {reinterpret_cast<const char*>(buffer.p), buffer.len};
}

bool has(const Certificate& c, int extension) {
    return (c.MBEDTLS_PRIVATE(ext_types) & extension) != 0;
}

// Absent, it forbids nothing (RFC 5280 section 4.2.1.3).
bool may_be_used(const Certificate& c, unsigned usages) {
    return !has(c, MBEDTLS_X509_EXT_KEY_USAGE) || (c.MBEDTLS_PRIVATE(key_usage) & usages) != 0;
}

// Section 7.1, as far as it is used: without case, the outer spaces left out.
std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}
bool same_name(const mbedtls_x509_name* a, const mbedtls_x509_name* b) {
    for (; a != nullptr && b != nullptr; a = a->next, b = b->next)
        if (seen(a->oid) != seen(b->oid) ||
            core::lower(trimmed(seen(a->val))) != core::lower(trimmed(seen(b->val))))
            return false;
    return a == b;
}

bool is_self_issued(const Certificate& c) { return same_name(&c.issuer, &c.subject); }

// Section 4.2.1.1: which of the issuer's keys it was.
bool key_identifiers_agree(const Certificate& child, const Certificate& parent) {
    const std::string_view wanted = seen(child.authority_key_id.keyIdentifier);
    const std::string_view had = seen(parent.subject_key_id);
    return wanted.empty() || had.empty() || wanted == had;
}

bool is_issuer(const Certificate& child, const Certificate& parent) {
    return same_name(&child.issuer, &parent.subject) && key_identifiers_agree(child, parent);
}

bool is_self_signed(const Certificate& c) {
    return is_self_issued(c) && key_identifiers_agree(c, c);
}

bool dates_hold(const Certificate& c) {
    return mbedtls_x509_time_is_past(&c.valid_to) == 0 &&
           mbedtls_x509_time_is_future(&c.valid_from) == 0;
}

bool holds(const Links& chain, const Certificate& c) {
    return std::any_of(chain.begin(), chain.end(),
                       [&](const Certificate* known) { return seen(known->raw) == seen(c.raw); });
}

// The first whose dates hold, else the first. What the chain has already is no candidate.
const Certificate* issuer_among(const Certificate* all, const Links& chain) {
    const Certificate* found = nullptr;
    for (const Certificate* c = all; c != nullptr; c = c->next) {
        if (c->raw.p == nullptr || !is_issuer(*chain.back(), *c) || holds(chain, *c)) continue;
        if (dates_hold(*c)) return c;
        if (found == nullptr) found = c;
    }
    return found;
}

const Certificate* same_among(const Certificate* all, const Certificate& wanted) {
    for (const Certificate* c = all; c != nullptr; c = c->next)
        if (c->raw.p != nullptr && seen(c->raw) == seen(wanted.raw)) return c;
    return nullptr;
}

struct Path {
    Links chain;  ///< The leaf first.
    bool trusted = false;
    bool too_many = false;
};

// Whom the store holds comes first: so a root that somebody else signed, too, ends the chain.
Path path_of(const Certificate& shown, const Certificate* trusted, Anchors anchors) {
    Path path{{&shown}};
    for (;;) {
        const Certificate& last = *path.chain.back();
        if (is_self_signed(last)) {
            path.trusted = same_among(trusted, last) != nullptr;
            return path;
        }
        path.too_many = path.chain.size() >= most_certificates;
        if (path.too_many) return path;
        if (const Certificate* c = issuer_among(trusted, path.chain)) {
            path.chain.push_back(c);
            path.trusted = anchors == Anchors::any;
        } else if (const Certificate* between = issuer_among(shown.next, path.chain)) {
            path.chain.push_back(between);
        } else {
            return path;
        }
        if (path.trusted) return path;
    }
}

bool signature_holds(const Certificate& child, const Certificate& parent) {
    const mbedtls_md_type_t digest = child.MBEDTLS_PRIVATE(sig_md);
    const mbedtls_pk_type_t kind = child.MBEDTLS_PRIVATE(sig_pk);
    const mbedtls_md_info_t* const info = mbedtls_md_info_from_type(digest);
    std::array<unsigned char, MBEDTLS_MD_MAX_SIZE> hash{};
    if (info == nullptr || mbedtls_md(info, child.tbs.p, child.tbs.len, hash.data()) != 0 ||
        mbedtls_pk_can_do(&parent.pk, kind) == 0)
        return false;
    const mbedtls_x509_buf& signature = child.MBEDTLS_PRIVATE(sig);
    return mbedtls_pk_verify_ext(kind, child.MBEDTLS_PRIVATE(sig_opts),
                                 const_cast<mbedtls_pk_context*>(&parent.pk), digest, hash.data(),
                                 mbedtls_md_get_size(info), signature.p, signature.len) == 0;
}

// ---- what each certificate may do

bool is_weak(mbedtls_md_type_t digest) {
    return digest == MBEDTLS_MD_SHA1 || digest == MBEDTLS_MD_MD5 || digest == MBEDTLS_MD_RIPEMD160;
}

bool is_short(const mbedtls_pk_context& key) {
    return mbedtls_pk_can_do(&key, MBEDTLS_PK_RSA) != 0 &&
           mbedtls_pk_get_bitlen(&key) < shortest_rsa;
}

// OpenSSL does not take anyExtendedKeyUsage for it, but what once meant strong cryptography for
// export (Netscape's and Microsoft's Server Gated Crypto).
bool serves_servers(const Certificate& c) {
    if (!has(c, MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE)) return true;
    static constexpr std::string_view purposes[] = {
        {MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)},
        {"\x60\x86\x48\x01\x86\xF8\x42\x04\x01", 9},
        {"\x2B\x06\x01\x04\x01\x82\x37\x0A\x03\x03", 10}};
    for (const mbedtls_x509_sequence* entry = &c.ext_key_usage; entry != nullptr;
         entry = entry->next)
        if (std::find(std::begin(purposes), std::end(purposes), seen(entry->buf)) !=
            std::end(purposes))
            return true;
    return false;
}

// Basic constraints say it; where there are none, key usage or a root of version 1 will do, but
// for CAs between (X509_check_ca).
bool is_authority(const Certificate& c, bool at_the_top) {
    if (has(c, MBEDTLS_X509_EXT_BASIC_CONSTRAINTS))
        return c.MBEDTLS_PRIVATE(ca_istrue) != 0 && may_be_used(c, MBEDTLS_X509_KU_KEY_CERT_SIGN);
    if (!at_the_top) return false;
    if (c.version == 1) return is_self_signed(c);
    return has(c, MBEDTLS_X509_EXT_KEY_USAGE) && may_be_used(c, MBEDTLS_X509_KU_KEY_CERT_SIGN);
}

Faults faults_of_authority(const Links& chain, std::size_t at, std::size_t below) {
    const Certificate& c = *chain[at];
    Faults out = 0;
    if (!is_authority(c, at + 1 == chain.size())) out |= no_authority;
    if (!serves_servers(c)) out |= wrong_purpose_ca;
    // Mbed TLS keeps one more than the certificate says, and 0 for no limit.
    const auto limit = static_cast<std::size_t>(c.MBEDTLS_PRIVATE(max_pathlen));
    if (limit > 0 && below > limit - 1) out |= path_too_long;
    return out;
}

Faults faults_of_leaf(const Certificate& leaf) {
    constexpr unsigned usages = MBEDTLS_X509_KU_DIGITAL_SIGNATURE |
                                MBEDTLS_X509_KU_KEY_ENCIPHERMENT | MBEDTLS_X509_KU_KEY_AGREEMENT;
    return serves_servers(leaf) && may_be_used(leaf, usages) ? Faults{0} : Faults{wrong_purpose};
}

// ---- names

struct Extensions {
    std::vector<NameConstraints> constraints;  ///< One, if any.
    bool all_known = true;
};

bool is_known(std::string_view oid) {
    static constexpr std::string_view ids[] = {
        {"\x55\x1D\x0F"}, {"\x55\x1D\x11"}, {"\x55\x1D\x13"},          {"\x55\x1D\x1E"},
        {"\x55\x1D\x1F"}, {"\x55\x1D\x20"}, {"\x55\x1D\x21"},          {"\x55\x1D\x24"},
        {"\x55\x1D\x25"}, {"\x55\x1D\x36"}, {MBEDTLS_OID_NS_CERT_TYPE}};
    return std::find(std::begin(ids), std::end(ids), oid) != std::end(ids);
}

// Section 4.1: Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }. Mbed TLS has
// read them already, so they are well formed.
Extensions extensions_of(const Certificate& c) {
    Extensions out;
    std::string_view in = seen(c.v3_ext);
    const auto list = take_der_element(in);
    std::string_view rest = list ? list->content : std::string_view();
    while (auto extension = take_der_element(rest)) {
        const auto id = take_der_element(extension->content);
        auto value = take_der_element(extension->content);
        const bool critical = value && value->tag == MBEDTLS_ASN1_BOOLEAN &&
                              value->content != std::string_view("\0", 1);
        if (value && value->tag == MBEDTLS_ASN1_BOOLEAN)
            value = take_der_element(extension->content);
        if (!id || !value) break;
        if (id->content == "\x55\x1D\x1E")
            out.constraints.push_back(parse_name_constraints(value->content));
        if (critical && !is_known(id->content)) out.all_known = false;
    }
    return out;
}

// All that section 6.1.3 (b) holds against constraints, and as OpenSSL the common name of a leaf
// without a DNS name.
std::vector<GeneralName> names_of(const Certificate& c, bool is_leaf) {
    std::vector<GeneralName> out;
    if (c.subject.oid.p != nullptr)
        out.push_back({GeneralName::directory, std::string(seen(c.subject_raw))});
    bool dns_name = false;
    for (const mbedtls_x509_sequence* entry = &c.subject_alt_names; entry != nullptr;
         entry = entry->next) {
        if (entry->buf.p == nullptr) continue;
        const auto kind = static_cast<unsigned char>(entry->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK);
        out.push_back({kind, std::string(seen(entry->buf))});
        dns_name = dns_name || kind == GeneralName::dns;
    }
    for (const mbedtls_x509_name* part = &c.subject; part != nullptr; part = part->next) {
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_PKCS9_EMAIL, &part->oid) == 0)
            out.push_back({GeneralName::rfc822, std::string(seen(part->val))});
        if (is_leaf && !dns_name && MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0 &&
            looks_like_dns_name(seen(part->val)))
            out.push_back({GeneralName::dns, std::string(seen(part->val))});
    }
    return out;
}

bool names_allowed(const Links& chain, const std::vector<Extensions>& known) {
    for (std::size_t i = chain.size(); i-- > 0;) {
        if (i > 0 && is_self_issued(*chain[i])) continue;  // section 6.1.3 (b)
        std::vector<GeneralName> names;
        for (std::size_t above = i + 1; above < chain.size(); ++above) {
            for (const NameConstraints& constraints : known[above].constraints) {
                if (!constraints.readable) return false;
                if (names.empty()) names = names_of(*chain[i], i == 0);
                if (!std::all_of(names.begin(), names.end(), [&](const GeneralName& name) {
                        return allows(constraints, name);
                    }))
                    return false;
            }
        }
    }
    return true;
}

Faults dates_of(const Certificate& c, bool is_leaf) {
    Faults out = 0;
    if (mbedtls_x509_time_is_past(&c.valid_to) != 0) out |= date_past;
    if (mbedtls_x509_time_is_future(&c.valid_from) != 0) out |= date_ahead;
    return out != 0 && is_leaf ? out | date_of_leaf : out;
}

// Signatures below the top, and keys all the way.
Faults strength_of(const Path& path, std::size_t at) {
    const Certificate& c = *path.chain[at];
    const bool top = at + 1 == path.chain.size();
    Faults out = is_short(c.pk) ? Faults{short_key} : Faults{0};
    if ((!top || !path.trusted) && is_weak(c.MBEDTLS_PRIVATE(sig_md))) out |= weak_digest;
    if (!top && !signature_holds(c, *path.chain[at + 1])) out |= wrong_signature;
    return out;
}

int take_any_extension(void*, const mbedtls_x509_crt*, const mbedtls_x509_buf*, int,
                       const unsigned char*, const unsigned char*) {
    return 0;
}

}  // namespace

Faults faults_of(const mbedtls_x509_crt& shown, const mbedtls_x509_crt* trusted, Anchors anchors) {
    const Path path = path_of(shown, trusted, anchors);
    std::vector<Extensions> known;
    Faults out = faults_of_leaf(shown);
    if (!path.trusted) out |= path.too_many ? too_many : no_root;
    std::size_t below = 0;  // CAs between, but for self-issued ones (section 4.2.1.9)
    for (std::size_t i = 0; i < path.chain.size(); ++i) {
        out |= dates_of(*path.chain[i], i == 0) | strength_of(path, i);
        if (i > 0) out |= faults_of_authority(path.chain, i, below);
        if (i > 0 && !is_self_issued(*path.chain[i])) ++below;
        known.push_back(extensions_of(*path.chain[i]));
        if (!known.back().all_known) out |= unknown_critical;
    }
    if (!names_allowed(path.chain, known)) out |= names_not_allowed;
    return out;
}

std::string words_of(Faults faults) {
    struct Word {
        Faults fault;
        const char* text;
    };
    static constexpr Word words[] = {
        {no_root, "the chain leads to no trusted root"},
        {too_many, "the chain has too many certificates"},
        {date_past, "a certificate has expired"},
        {date_ahead, "a certificate is not yet valid"},
        {weak_digest, "a signature uses a weak digest"},
        {short_key, "a key is too short"},
        {wrong_purpose, "the certificate is not for servers"},
        {wrong_purpose_ca, "a CA is not one for servers"},
        {no_authority, "a certificate that signed another is no CA's"},
        {path_too_long, "there are more CAs below a CA than it allows"},
        {names_not_allowed, "a CA may not vouch for a name below it"},
        {wrong_signature, "a signature does not hold"},
        {unknown_critical, "a critical extension is unknown"},
        {nothing_shown, "no certificate was shown"},
    };
    std::string out;
    for (const Word& word : words)
        if ((faults & word.fault) != 0) out += (out.empty() ? "" : "; ") + std::string(word.text);
    return out;
}

}  // namespace tls

// Mbed TLS refuses a certificate with a critical extension that it does not know, name constraints
// among them, and with it the handshake. Here such a one is read, and judged above.
extern "C" int __wrap_mbedtls_x509_crt_parse_der(mbedtls_x509_crt* chain,
                                                 const unsigned char* bytes, std::size_t size) {
    return mbedtls_x509_crt_parse_der_with_ext_cb(chain, bytes, size, 1, tls::take_any_extension,
                                                  nullptr);
}
