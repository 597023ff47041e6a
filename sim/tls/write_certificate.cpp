#include "sim/tls/write_certificate.hpp"

#include <cstring>

#include <fmt/core.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include "sim/core/ensure.hpp"
#include "sim/tls/library.hpp"
#include "sim/tls/name_constraints.hpp"

namespace tls {
namespace {

// Our own calls, with arguments of our own: they fail by a bug of ours alone.
void must_write(int status) { ENSURE(status == 0); }

// RFC 4514 section 2.4: what has a meaning in a distinguished name is escaped.
std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (std::string_view(",=+<>#;\\\"").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string x509_time(Instant at) {
    const CivilTime t = civil_time(at.unix_seconds());
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", t.year, t.month, t.day, t.hour, t.minute,
                       t.second);
}

// The numbers of Mbed TLS are 0x80 and the CHOICE's own for all that we write.
int san_type(unsigned char kind) {
    switch (kind) {
        case GeneralName::rfc822: return MBEDTLS_X509_SAN_RFC822_NAME;
        case GeneralName::uri: return MBEDTLS_X509_SAN_UNIFORM_RESOURCE_IDENTIFIER;
        case GeneralName::ip: return MBEDTLS_X509_SAN_IP_ADDRESS;
        default: return MBEDTLS_X509_SAN_DNS_NAME;
    }
}

struct SanList {
    explicit SanList(const std::vector<std::string>& all) : nodes(all.size()) {
        names.reserve(all.size());
        for (const std::string& text : all) names.push_back(general_name(text));
        for (std::size_t i = 0; i < names.size(); ++i) {
            mbedtls_x509_subject_alternative_name& node = nodes[i].node;
            node.type = san_type(names[i].kind);
            node.san.unstructured_name.p = reinterpret_cast<unsigned char*>(names[i].data.data());
            node.san.unstructured_name.len = names[i].data.size();
            // Mbed TLS writes from the end: the last one first gives the order of `names`.
            nodes[i].next = i > 0 ? &nodes[i - 1] : nullptr;
        }
    }
    const mbedtls_x509_san_list* first() const { return &nodes.back(); }
    std::vector<GeneralName> names;
    std::vector<mbedtls_x509_san_list> nodes;
};

std::string_view usage_oid(Usage usage) {
    switch (usage) {
        case Usage::server: return MBEDTLS_OID_SERVER_AUTH;
        case Usage::client: return MBEDTLS_OID_CLIENT_AUTH;
        case Usage::any:  // it ends with a zero
            return {MBEDTLS_OID_ANY_EXTENDED_KEY_USAGE,
                    MBEDTLS_OID_SIZE(MBEDTLS_OID_ANY_EXTENDED_KEY_USAGE)};
        case Usage::mail: return MBEDTLS_OID_EMAIL_PROTECTION;
        case Usage::none: break;
    }
    return {};
}

void set_usage(mbedtls_x509write_cert& w, Usage usage) {
    const std::string_view oid = usage_oid(usage);
    if (oid.empty()) return;
    mbedtls_asn1_sequence eku{};
    eku.buf.tag = MBEDTLS_ASN1_OID;
    eku.buf.p = reinterpret_cast<unsigned char*>(const_cast<char*>(oid.data()));
    eku.buf.len = oid.size();
    must_write(mbedtls_x509write_crt_set_ext_key_usage(&w, &eku));
}

unsigned mbedtls_key_usage(unsigned bits) {
    unsigned out = 0;
    if ((bits & digital_signature) != 0) out |= MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
    if ((bits & key_encipherment) != 0) out |= MBEDTLS_X509_KU_KEY_ENCIPHERMENT;
    if ((bits & key_agreement) != 0) out |= MBEDTLS_X509_KU_KEY_AGREEMENT;
    if ((bits & cert_sign) != 0) out |= MBEDTLS_X509_KU_KEY_CERT_SIGN;
    if ((bits & crl_sign) != 0) out |= MBEDTLS_X509_KU_CRL_SIGN;
    return out;
}

// Critical, as section 4.2.1.10 demands.
void set_name_constraints(mbedtls_x509write_cert& w, const CertificateWish& wish) {
    if (wish.permits.empty() && wish.excludes.empty()) return;
    NameConstraints constraints;
    for (const std::string& text : wish.permits)
        constraints.permitted.push_back(subtree_name(text));
    for (const std::string& text : wish.excludes)
        constraints.excluded.push_back(subtree_name(text));
    const std::string der = name_constraints_der(constraints);
    constexpr std::string_view oid = "\x55\x1D\x1E";
    must_write(mbedtls_x509write_crt_set_extension(
        &w, oid.data(), oid.size(), 1, reinterpret_cast<const unsigned char*>(der.data()),
        der.size()));
}

mbedtls_md_type_t digest_of(Digest digest) {
    switch (digest) {
        case Digest::sha1: return MBEDTLS_MD_SHA1;
        case Digest::sha384: return MBEDTLS_MD_SHA384;
        case Digest::sha512: return MBEDTLS_MD_SHA512;
        case Digest::sha256: break;
    }
    return MBEDTLS_MD_SHA256;
}

void set_extensions(mbedtls_x509write_cert& w, const Draft& draft) {
    const int path_length =
        draft.is_ca && draft.wish.path_length ? static_cast<int>(*draft.wish.path_length) : -1;
    must_write(mbedtls_x509write_crt_set_basic_constraints(&w, draft.is_ca ? 1 : 0, path_length));
    must_write(mbedtls_x509write_crt_set_subject_key_identifier(&w));
    must_write(mbedtls_x509write_crt_set_authority_key_identifier(&w));
    if (draft.key_usage != 0)
        must_write(mbedtls_x509write_crt_set_key_usage(&w, mbedtls_key_usage(draft.key_usage)));
    const SanList san(draft.wish.names);
    if (!san.nodes.empty())
        must_write(mbedtls_x509write_crt_set_subject_alternative_name(&w, san.first()));
    set_usage(w, draft.usage);
    set_name_constraints(w, draft.wish);
}

// More than enough: each name with its tag and length, and all the rest.
std::size_t room_for(const CertificateWish& wish) {
    std::size_t out = 8192;
    for (const auto* names : {&wish.names, &wish.permits, &wish.excludes})
        for (const std::string& name : *names) out += 2 * name.size() + 48;
    return out;
}

}  // namespace

std::string subject_name(std::string_view common_name) {
    std::string out = "O=mailtls laboratory";
    if (!common_name.empty())
        out += ",CN=" + escaped(common_name.substr(0, 64));  // ub-common-name, RFC 5280 A.1
    return out;
}

std::string certificate_der(const Draft& draft) {
    const CertificateWish& wish = draft.wish;
    mbedtls_x509write_cert w;
    mbedtls_x509write_crt_init(&w);
    const bool v3 = wish.version == X509Version::v3;
    mbedtls_x509write_crt_set_version(&w,
                                      v3 ? MBEDTLS_X509_CRT_VERSION_3 : MBEDTLS_X509_CRT_VERSION_1);
    must_write(mbedtls_x509write_crt_set_serial_raw(
        &w, const_cast<unsigned char*>(draft.serial.data()), draft.serial.size()));
    must_write(mbedtls_x509write_crt_set_validity(&w, x509_time(wish.valid_from).c_str(),
                                                  x509_time(wish.valid_until).c_str()));
    must_write(mbedtls_x509write_crt_set_subject_name(&w, draft.subject.c_str()));
    must_write(mbedtls_x509write_crt_set_issuer_name(&w, draft.issuer.c_str()));
    mbedtls_x509write_crt_set_subject_key(&w, &draft.subject_key);
    mbedtls_x509write_crt_set_issuer_key(&w, &draft.issuer_key);
    mbedtls_x509write_crt_set_md_alg(&w, digest_of(wish.digest));
    if (v3) set_extensions(w, draft);
    std::vector<unsigned char> out(room_for(wish));
    const int size = mbedtls_x509write_crt_der(&w, out.data(), out.size(), Hooks::random, nullptr);
    mbedtls_x509write_crt_free(&w);
    ENSURE(size > 0);  // written from the end of the buffer
    return {reinterpret_cast<const char*>(out.data() + out.size()) - size,
            static_cast<std::size_t>(size)};
}

}  // namespace tls
