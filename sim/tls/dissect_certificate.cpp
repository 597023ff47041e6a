// A certificate, as far as people ask: who, by whom, from when to when, for which names, which key
// (RFC 5280 section 4.1).
#include <fmt/core.h>
#include <mbedtls/md.h>
#include <mbedtls/x509_crt.h>

#include "sim/core/printable.hpp"
#include "sim/core/units.hpp"
#include "sim/tls/dissect_parts.hpp"

namespace tls {
namespace {

struct Parsed {
    Parsed() { mbedtls_x509_crt_init(&crt); }
    Parsed(const Parsed&) = delete;
    ~Parsed() { mbedtls_x509_crt_free(&crt); }
    mbedtls_x509_crt crt;
};

std::string_view view(const mbedtls_x509_buf& buffer) {
    return {reinterpret_cast<const char*>(buffer.p), buffer.len};
}

std::string name_text(const mbedtls_x509_name& name) {
    char text[512] = "";
    return mbedtls_x509_dn_gets(text, sizeof text, &name) < 0 ? std::string()
                                                              : core::printable_line(text);
}

std::string date_text(const mbedtls_x509_time& t) {
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", t.year, t.mon, t.day, t.hour,
                       t.min, t.sec);
}

std::string names_text(const mbedtls_x509_crt& crt) {
    std::string out;
    for (const mbedtls_x509_sequence* entry = &crt.subject_alt_names; entry != nullptr;
         entry = entry->next) {
        mbedtls_x509_subject_alternative_name san;
        if (entry->buf.p == nullptr || mbedtls_x509_parse_subject_alt_name(&entry->buf, &san) != 0)
            continue;
        if (san.type == MBEDTLS_X509_SAN_DNS_NAME)
            out +=
                (out.empty() ? "" : ", ") + core::printable_line(view(san.san.unstructured_name));
        mbedtls_x509_free_subject_alt_name(&san);
    }
    return out;
}

std::string key_text(const mbedtls_pk_context& key) {
    return fmt::format("{}, {} bits", mbedtls_pk_get_name(&key), mbedtls_pk_get_bitlen(&key));
}

std::string signature_text(const mbedtls_x509_crt& crt) {
    const mbedtls_md_info_t* const hash = mbedtls_md_info_from_type(crt.MBEDTLS_PRIVATE(sig_md));
    const mbedtls_pk_type_t key = crt.MBEDTLS_PRIVATE(sig_pk);
    return fmt::format("{} with {}", key == MBEDTLS_PK_ECDSA ? "ECDSA" : "RSA",
                       hash == nullptr ? "an unknown digest" : mbedtls_md_get_name(hash));
}

}  // namespace

void dissect_certificate(FieldReader& in) {
    const std::string der(in.rest());
    Parsed parsed;
    if (mbedtls_x509_crt_parse_der(&parsed.crt, reinterpret_cast<const unsigned char*>(der.data()),
                                   der.size()) != 0) {
        in.bytes("tls.certificate.der");
        in.say("no certificate that Mbed TLS reads: " + hex_text(der, 16));
        return;
    }
    const mbedtls_x509_crt& crt = parsed.crt;
    const auto* const begins = crt.raw.p;
    // In the order in which they stand there; what lies between is the DER's own.
    const struct Part {
        std::string_view id;
        const mbedtls_x509_buf& raw;
        std::string value;
    } parts[] = {
        {"x509.serial_number", crt.serial, hex_text(view(crt.serial))},
        {"x509.issuer", crt.issuer_raw, name_text(crt.issuer)},
        {"x509.subject", crt.subject_raw, name_text(crt.subject)},
        {"x509.public_key", crt.pk_raw, key_text(crt.pk)},
        {"x509.extensions", crt.v3_ext, {}},
        {"x509.signature", crt.MBEDTLS_PRIVATE(sig), signature_text(crt)},
    };
    FieldReader whole = in.inside("x509.certificate", der.size());
    std::size_t at = 0;
    for (const Part& part : parts) {
        if (part.raw.p == nullptr || part.raw.len == 0) continue;
        const auto offset = static_cast<std::size_t>(part.raw.p - begins);
        if (offset < at) continue;
        if (offset > at) {
            whole.bytes(part.id == "x509.subject" ? "x509.validity" : "x509.der", offset - at);
            if (part.id == "x509.subject")
                whole.say(fmt::format("from {} to {}", date_text(crt.valid_from),
                                      date_text(crt.valid_to)));
        }
        if (part.id == "x509.extensions") {
            whole.bytes(part.id, part.raw.len);
            const std::string names = names_text(crt);
            whole.say(names.empty() ? std::string("no DNS name") : "DNS names: " + names);
        } else {
            whole.bytes(part.id, part.raw.len);
            whole.say(part.value);
        }
        at = offset + part.raw.len;
    }
    if (!whole.empty()) whole.bytes("x509.der");
    in.say(name_text(crt.subject));
}

}  // namespace tls
