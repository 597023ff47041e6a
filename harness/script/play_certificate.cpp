// Certificates, the CAs behind them, and who believes whom.
#include <algorithm>

#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/dns/zone_file.hpp"

namespace script {
namespace {

template <class T>
struct Word {
    std::string_view word;
    T value;
};
template <class T, std::size_t N>
T chosen(const Word<T> (&words)[N], std::string_view word) {
    const auto found = std::find_if(std::begin(words), std::end(words),
                                    [&](const Word<T>& w) { return w.word == word; });
    return found == std::end(words) ? words[0].value : found->value;
}

// The first is the default.
constexpr Word<tls::KeyKind> keys[] = {
    {"ecdsa-p256", tls::KeyKind::ecdsa_p256}, {"ecdsa-p384", tls::KeyKind::ecdsa_p384},
    {"ecdsa-p521", tls::KeyKind::ecdsa_p521}, {"rsa-512", tls::KeyKind::rsa_512},
    {"rsa-1024", tls::KeyKind::rsa_1024},     {"rsa-2048", tls::KeyKind::rsa_2048},
    {"rsa-4096", tls::KeyKind::rsa_4096}};
constexpr Word<tls::Digest> digests[] = {{"sha256", tls::Digest::sha256},
                                         {"sha384", tls::Digest::sha384},
                                         {"sha512", tls::Digest::sha512},
                                         {"sha1", tls::Digest::sha1}};
constexpr Word<tls::Usage> usages[] = {{"server", tls::Usage::server},
                                       {"client", tls::Usage::client},
                                       {"none", tls::Usage::none},
                                       {"any", tls::Usage::any},
                                       {"mail", tls::Usage::mail}};
constexpr Word<tls::Chain> chains[] = {{"complete", tls::Chain::complete},
                                       {"incomplete", tls::Chain::incomplete},
                                       {"without root", tls::Chain::without_root}};
constexpr Word<unsigned> key_usages[] = {{"digital signature", tls::digital_signature},
                                         {"key encipherment", tls::key_encipherment},
                                         {"key agreement", tls::key_agreement},
                                         {"certificate signing", tls::cert_sign},
                                         {"CRL signing", tls::crl_sign}};

// What a certificate and a CA's have in common, but for dates.
void set_common(tls::CertificateWish& wish, const Value& o) {
    wish.key = chosen(keys, text(o, "key"));
    wish.digest = chosen(digests, text(o, "signature"));
    if (o.contains("usage")) wish.usage = chosen(usages, text(o, "usage"));
    if (o.contains("key_usage")) {
        wish.key_usage = 0;
        for (const Value& word : o["key_usage"]) *wish.key_usage |= chosen(key_usages, word.text());
    }
    if (o.contains("is_ca")) wish.is_ca = o.value("is_ca", false);
    if (o.contains("path_length")) wish.path_length = o["path_length"].get<unsigned>();
    if (o.contains("permits")) wish.permits = o["permits"].texts();
    if (o.contains("excludes")) wish.excludes = o["excludes"].texts();
    if (text(o, "version") == "v1") wish.version = tls::X509Version::v1;
}

void set_dates(tls::CertificateWish& wish, const Value& o, Instant now) {
    if (o.value("expired", false)) wish.valid_until = now - days(2);
    if (o.value("not_yet_valid", false)) wish.valid_from = now + days(30);
    if (o.contains("valid_from"))
        wish.valid_from = parse_calendar_date(o["valid_from"].text()).value_or(wish.valid_from);
    if (o.contains("valid_until"))
        wish.valid_until = parse_calendar_date(o["valid_until"].text()).value_or(wish.valid_until);
}

// Empty: the dates are in order.
std::string dates_fault(const tls::CertificateWish& wish, const std::string& where) {
    if (wish.valid_from < wish.valid_until) return {};
    return fmt::format("{}: it would end ({}) before it begins ({})", where,
                       calendar_date(wish.valid_until), calendar_date(wish.valid_from));
}

}  // namespace

bool is_unspoken_key(const Value& certificate) { return text(certificate, "key") == "ed25519"; }

tls::CertificateWish Play::certificate_wish(const Value& o, const std::string& host) {
    tls::CertificateWish wish;
    set_common(wish, o);
    wish.owner = host;
    wish.key_name = text(o, "key_name", "");
    wish.authority = text(o, "authority", "");
    if (o.contains("via")) wish.via = o["via"].texts();
    wish.beside = text(o, "beside", "");
    if (o.contains("chain") && !o["chain"].is_text()) {
        wish.chain = tls::Chain::listed;
        wish.sent = o["chain"].texts();
    } else {
        wish.chain = chosen(chains, text(o, "chain"));
    }
    const bool nameless = wish.version == tls::X509Version::v1;
    if (!nameless)
        wish.names = o.contains("names") ? o["names"].texts() : std::vector<std::string>{host};
    wish.common_name =
        text(o, "common_name", wish.authority.empty() || nameless ? host : std::string());
    wish.valid_from = world_->loop().begins() - days(30);
    wish.valid_until = world_->loop().begins() + days(365);
    set_dates(wish, o, world_->loop().now());
    return wish;
}

Result<std::shared_ptr<const tls::Identity>> Play::identity_of(const std::string& where,
                                                               const Value& certificate,
                                                               const std::string& host,
                                                               const std::string& owner) {
    if (is_unspoken_key(certificate))
        return Failure(Reason::none,
                       fmt::format("{}: key 'ed25519' is for receivers alone, where it makes every "
                                   "handshake fail: Mbed TLS has no such signatures (RFC 8032)",
                                   where));
    tls::CertificateWish wish = certificate_wish(certificate, host);
    wish.owner = owner;
    if (std::string why = dates_fault(wish, where); !why.empty())
        return Failure(Reason::none, std::move(why));
    std::shared_ptr<const tls::Identity> identity = world_->mint().issue(wish);
    const std::size_t size = tls::certificate_message_size(*identity);
    if (size > tls::longest_certificate_message)
        return Failure(Reason::none,
                       fmt::format("{}: with the CAs that are sent behind it, it takes {} bytes in "
                                   "TLS; expected at most {}, which is what Mbed TLS puts into a "
                                   "message: give it fewer names or a shorter chain",
                                   where, size, tls::longest_certificate_message));
    return identity;
}

Value Play::authority(const Value& a) {
    const std::string name = a[0].text();
    const Value& o = a[1];
    tls::CertificateWish wish = world_->mint().usual_authority();
    set_common(wish, o);
    set_dates(wish, o, world_->loop().now());
    if (std::string why = dates_fault(wish, fmt::format("ca '{}'", name)); !why.empty())
        return ill(std::move(why));
    if (!world_->mint().describe(name, std::move(wish)))
        return ill(
            fmt::format("ca '{}': it is described already, or somebody shows or believes "
                        "it; say once what it is like, before its name stands elsewhere",
                        name));
    return well(nullptr);
}

Result<std::shared_ptr<const tls::TrustStore>> Play::trust_of(const Value& trusts) {
    std::set<std::string> authorities;
    std::vector<std::string> others;
    for (const Value& entry : trusts) {
        if (!entry.is_table()) {
            authorities.insert(entry.text());
            continue;
        }
        const std::string host = entry["host"].text();
        const sim::Gateway* const gateway = world_->find_gateway(host);
        if (gateway == nullptr || !gateway->inbound)
            return Failure(Reason::none,
                           fmt::format("trusts: there is no receiver '{}' yet", host));
        others.push_back(tls::leaf_of(*gateway->inbound->settings().tls.identity).certificate);
    }
    return world_->mint().trust(authorities, others);
}

// 64 hexadecimal digits, with or without colons; or the name of a host whose certificate is meant.
Result<std::string> Play::fingerprint_of(const Value& entry) {
    const std::string word = entry.text();
    const sim::Gateway* const gateway = world_->find_gateway(word);
    if (gateway != nullptr && gateway->inbound)
        return tls::leaf_of(*gateway->inbound->settings().tls.identity).certificate_sha256;
    std::string digits;
    for (const char c : word)
        if (c != ':') digits += c;
    std::optional<std::string> bytes = dns::from_hex(digits);
    if (bytes && digits.size() == 64) return std::move(*bytes);
    return Failure(Reason::none,
                   fmt::format("fingerprints: expected 32 bytes in hexadecimal (SHA-256) or the "
                               "name of a receiver built before, got '{}'",
                               word));
}

}  // namespace script
