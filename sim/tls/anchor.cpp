#include <array>
#include <string>

#include <mbedtls/pk.h>

#include "sim/tls/anchor_trial.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/verify.hpp"

namespace tls {
namespace {

const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view view_of(const mbedtls_x509_buf& buffer) {
    return {reinterpret_cast<const char*>(buffer.p), buffer.len};
}

// Well made, but of an algorithm that is not built in: the low part of the error says which layer
// gave up, the constants say why.
bool is_of_unknown_kind(int status) {
    return status == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG ||
           status == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE ||
           status == MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE ||
           status == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG;
}

// X.690 section 8.1: tag, length, content.
std::string tlv(unsigned char tag, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    if (content.size() < 0x80) {
        out += static_cast<char>(content.size());
    } else {
        out += '\x82';
        out += static_cast<char>(content.size() >> 8);
        out += static_cast<char>(content.size() & 0xFF);
    }
    return out.append(content);
}

// A certificate about the key for the issuer's name, as a trust anchor: of version 1, so that it
// needs no extensions (RFC 5280 section 6.1.1: an anchor is a name and a key), with dates that
// always hold. Nobody looks at an anchor's signature.
std::string certificate_for(std::string_view name, std::string_view key) {
    using namespace std::string_view_literals;
    constexpr unsigned char sequence = 0x30;
    const std::string algorithm = tlv(sequence, tlv(6, "\x2A\x86\x48\xCE\x3D\x04\x03\x02"sv));
    const std::string dates =
        tlv(sequence, tlv(0x17, "500101000000Z") + tlv(0x18, "99991231235959Z"));
    std::string body = tlv(2, "\x01");
    body.append(algorithm).append(name).append(dates).append(name).append(key);
    return tlv(sequence, tlv(sequence, body) + algorithm + tlv(3, "\0\x30\0"sv));
}

}  // namespace

bool is_readable(FullData kind, std::string_view der) {
    if (der.empty()) return false;
    if (kind == FullData::certificate) {
        CertificateList list;
        const int status = mbedtls_x509_crt_parse_der(&list.first, octets_of(der), der.size());
        return status == 0 ? list.first.raw.len == der.size() : is_of_unknown_kind(status);
    }
    PrivateKey key;  // which holds a public one as well
    auto* at = const_cast<unsigned char*>(octets_of(der));
    const int status = mbedtls_pk_parse_subpubkey(&at, at + der.size(), &key.context);
    return status == 0 ? at == octets_of(der) + der.size() : is_of_unknown_kind(status);
}

AnchorTrial under_certificate(const mbedtls_x509_crt& leaf, std::string_view anchor) {
    CertificateList anchors;
    // Of a kind that is not built in: nothing here is signed by it.
    if (mbedtls_x509_crt_parse_der(&anchors.first, octets_of(anchor), anchor.size()) != 0)
        return {};
    const Faults faults = faults_of(leaf, &anchors.first, Anchors::any);
    return {(faults & ~date_faults) == 0, (faults & date_faults) == 0};
}

AnchorTrial under_key(const mbedtls_x509_crt& leaf, std::string_view key) {
    AnchorTrial best;
    for (const mbedtls_x509_crt* c = &leaf; c != nullptr && !best.dates_hold; c = c->next) {
        const std::string anchor = certificate_for(view_of(c->issuer_raw), key);
        const AnchorTrial trial = under_certificate(leaf, anchor);
        if (trial.anchors_leaf) best = trial;
    }
    return best;
}

}  // namespace tls
