#include "sim/mta/dkim.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/base64.hpp"
#include "sim/core/text.hpp"
#include "sim/mta/dkim_text.hpp"

namespace mta::dkim {
namespace {

using core::Failure;
using core::Result;

// RFC 6376 section 5.4.1, and what makes a report a report (RFC 8460 section 5.3).
constexpr std::string_view signed_names[] = {
    "from",       "to",           "subject",           "date",
    "message-id", "mime-version", "content-type",      "content-transfer-encoding",
    "reply-to",   "cc",           "tls-report-domain", "tls-report-submitter",
};
// A hostile message is not to make work (section 6.1 lets a verifier choose).
constexpr std::size_t most_signatures = 4;

Failure invalid(std::string_view what) {
    return {core::Reason::report_invalid, fmt::format("DKIM: {}", what), "5.7.20"};  // RFC 7372
}

bool is_signature(std::string_view field) { return field_name(field) == "dkim-signature"; }

bool has_name(const std::vector<std::string>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& n) { return core::lower(n) == name; });
}

// A signature as it is written: section 3.5.
struct Signature {
    std::string domain, selector, body_hash, bytes;
    std::vector<std::string> names;
    Form header = Form::simple, body = Form::simple;
    std::string identity_domain;  ///< Of i=.
};

// "relaxed/simple"; the body's is simple where it is not said. False: no such form.
bool read_forms(std::string_view text, Signature& out) {
    const std::size_t slash = text.find('/');
    const std::string_view header = text.substr(0, slash);
    const std::string_view body =
        slash == std::string_view::npos ? "simple" : text.substr(slash + 1);
    const auto known = [](std::string_view form) { return form == "simple" || form == "relaxed"; };
    out.header = header == "relaxed" ? Form::relaxed : Form::simple;
    out.body = body == "relaxed" ? Form::relaxed : Form::simple;
    return known(header) && known(body);
}

Result<Signature> read_signature(std::string_view field) {
    const std::size_t colon = std::min(field.find(':') + 1, field.size());
    const auto tags = parse_tags(field.substr(colon));
    if (!tags) return invalid("the signature is no list of tags");
    const auto tag = [&](std::string_view name) {
        const auto found = tags->find(name);
        return found == tags->end() ? std::string() : found->second;
    };
    for (const std::string_view name : {"v", "a", "b", "bh", "d", "h", "s"})
        if (tag(name).empty()) return invalid(fmt::format("the signature has no {}=", name));
    if (tag("v") != "1") return invalid("the signature is not of version 1");
    if (tag("a") != "rsa-sha256") return invalid("the signature is not by rsa-sha256");
    if (tags->contains("l")) return invalid("the signature covers part of the body: it has l=");
    if (tags->contains("q") && tag("q") != "dns/txt")
        return invalid("the signature's key is not to be had from DNS");
    Signature out;
    if (tags->contains("c") && !read_forms(tag("c"), out))
        return invalid("the signature's canonical form is not known");
    out.domain = core::lower(tag("d"));
    out.selector = core::lower(tag("s"));
    out.names = items_of(tag("h"));
    if (!has_name(out.names, "from")) return invalid("the signature does not cover From");
    out.identity_domain = out.domain;
    if (tags->contains("i")) {
        const std::string identity = core::lower(tag("i"));
        out.identity_domain = identity.substr(std::min(identity.rfind('@') + 1, identity.size()));
        if (out.identity_domain != out.domain && !out.identity_domain.ends_with("." + out.domain))
            return invalid("the signature's i= is not of its d=");
    }
    const auto hash = core::parse_base64(without_space(tag("bh")));
    const auto bytes = core::parse_base64(without_space(tag("b")));
    if (!hash || !bytes) return invalid("the signature is no base64");
    out.body_hash = *hash;
    out.bytes = *bytes;
    return out;
}

// The key of a record, for this signature: section 3.6.1.
Result<std::string> read_key(std::string_view record, const Signature& signature) {
    const auto tags = parse_tags(record);
    if (!tags) return invalid("the key record is no list of tags");
    const auto tag = [&](std::string_view name, std::string_view otherwise) {
        const auto found = tags->find(name);
        return found == tags->end() ? std::string(otherwise) : found->second;
    };
    if (tag("v", "DKIM1") != "DKIM1") return invalid("the key record is not of version DKIM1");
    if (tag("k", "rsa") != "rsa") return invalid("the key is not an RSA key");
    const auto hashes = items_of(tag("h", "sha256"));
    if (!has_name(hashes, "sha256")) return invalid("the key is not for SHA-256");
    const auto services = items_of(tag("s", "*"));
    if (!has_name(services, "*") && !has_name(services, "tlsrpt"))
        return invalid("the key's service type is not tlsrpt");
    if (has_name(items_of(tag("t", "")), "s") && signature.identity_domain != signature.domain)
        return invalid("the key is for its own domain alone");
    if (!tags->contains("p")) return invalid("the key record has no p=");
    const std::string text = without_space(tag("p", ""));
    if (text.empty()) return invalid("the key is revoked");
    const auto key = core::parse_base64(text);
    if (!key) return invalid("the key is no base64");
    return *key;
}

Result<std::string> verify_one(const Parts& parts, std::string_view field,
                               const KeyLookup& lookup) {
    Result<Signature> read = read_signature(field);
    if (!read.ok()) return read.take_failure();
    const Signature& signature = read.value();
    if (tls::sha256(canonical_body(parts.body, signature.body)) != signature.body_hash)
        return invalid("the body is not the one that was signed");
    const std::string name = key_name(signature.selector, signature.domain);
    const std::vector<std::string> records = lookup(name);
    if (records.empty()) return invalid(fmt::format("there is no key at {}", name));
    if (records.size() > 1)
        return invalid(fmt::format("there are {} records at {}", records.size(), name));
    Result<std::string> key = read_key(records.front(), signature);
    if (!key.ok()) return key.take_failure();
    const std::string bytes = signed_fields(parts, signature.names, signature.header) +
                              canonical_field(without_signature(field), signature.header);
    switch (tls::verify_sha256(key.value(), bytes, signature.bytes)) {
        case tls::SignatureCheck::right: return signature.domain;
        case tls::SignatureCheck::wrong: return invalid("the signature is wrong");
        case tls::SignatureCheck::no_key: return invalid("the key is not an RSA key");
        case tls::SignatureCheck::short_key: return invalid("the key is too short");
    }
    ENSURE(false);
}

// "from:to:..." with a fold after each few.
std::string folded_names(const std::vector<std::string>& names) {
    std::string out;
    std::size_t width = 0;
    for (const std::string& name : names) {
        if (!out.empty()) out += ':';
        if (width + name.size() > 60) {
            out += "\r\n\t";
            width = 0;
        }
        out += name;
        width += name.size() + 1;
    }
    return out;
}

}  // namespace

std::string key_name(std::string_view selector, std::string_view domain) {
    return fmt::format("{}._domainkey.{}", selector, domain);
}

std::string key_record(const tls::SigningKey& key) {
    return "v=DKIM1; k=rsa; s=tlsrpt; p=" + core::base64(key.public_key_der());
}

std::string sign(std::string_view message, const Signer& signer) {
    const Parts parts = parts_of(message);
    std::vector<std::string> names;
    for (const std::string_view name : signed_names) {
        const auto has =
            std::count_if(parts.fields.begin(), parts.fields.end(),
                          [&](std::string_view field) { return field_name(field) == name; });
        names.insert(names.end(), static_cast<std::size_t>(has) + 1, std::string(name));
    }
    const std::string body = canonical_body(parts.body, Form::relaxed);
    std::string field = fmt::format(
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={};\r\n\ts={}; t={};\r\n"
        "\th={};\r\n\tbh={};\r\n\tb=",
        signer.domain, signer.selector, signer.now.unix_seconds(), folded_names(names),
        core::base64(tls::sha256(body)));
    const std::string signature = signer.key.sign_sha256(
        signed_fields(parts, names, Form::relaxed) + canonical_field(field, Form::relaxed));
    std::string lines = core::base64_lines(signature, 72, "\r\n\t");
    lines.resize(lines.size() - 3);
    return field + lines + "\r\n" + std::string(message);
}

std::vector<std::string> key_names(std::string_view message) {
    std::vector<std::string> out;
    std::size_t seen = 0;
    for (const std::string_view field : parts_of(message).fields) {
        if (!is_signature(field) || ++seen > most_signatures) continue;
        const Result<Signature> read = read_signature(field);
        if (!read.ok()) continue;
        std::string name = key_name(read.value().selector, read.value().domain);
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
    }
    return out;
}

Result<std::string> verify(std::string_view message, const KeyLookup& lookup) {
    const Parts parts = parts_of(message);
    Result<std::string> out = invalid("there is no signature");
    std::size_t seen = 0;
    for (const std::string_view field : parts.fields) {
        if (!is_signature(field) || ++seen > most_signatures) continue;
        out = verify_one(parts, field, lookup);
        if (out.ok()) break;
    }
    return out;
}

}  // namespace mta::dkim
