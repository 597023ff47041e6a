#include "sim/policy/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace policy {
namespace {

using core::Reason;

Judgement refused(Reason reason, std::string code, std::string why) {
    return {false, Standing::untrusted, reason, std::move(code), std::move(why)};
}
Judgement accepted(Standing standing, std::string why) {
    return {true, standing, Reason::none, {}, std::move(why)};
}

std::string listed(const std::vector<ReferenceName>& names) {
    std::string out;
    for (const ReferenceName& n : names) out += (out.empty() ? "" : " or ") + n.name;
    return out;
}

std::string listed(const PresentedNames& presented) {
    std::string out;
    for (const std::string& n : presented.dns_names) out += (out.empty() ? "" : ", ") + n;
    if (out.empty())
        out = presented.common_name.empty() ? "no name" : "CN " + presented.common_name;
    return out;
}

std::string listed(const std::vector<TlsaRecord>& records) {
    std::string out;
    for (const TlsaRecord& r : records) out += (out.empty() ? "TLSA " : ", ") + parameters(r);
    return out;
}

// What a session proves when nothing is demanded of it. Postfix runs such sessions at OpenSSL's
// security level 0, where SHA-1 signatures count.
Standing common_standing(const CertificateFacts& facts) {
    const bool dates_hold = !facts.expired && !facts.not_yet_valid;
    return (facts.trusted || facts.weakly_signed) && dates_hold ? Standing::trusted
                                                                : Standing::untrusted;
}

Judgement name_mismatch(std::string_view level, const PresentedNames& shown,
                        const std::vector<ReferenceName>& accepted_names) {
    return refused(Reason::certificate_host_mismatch, "4.7.5",
                   fmt::format("{}: server certificate names {}, not {}", level, listed(shown),
                               listed(accepted_names)));
}

// The order is the chain first, then dates, then names: what an untrusted certificate says of
// itself proves nothing.
Judgement judge_pkix(const Rule& rule, const CertificateFacts& facts, const SessionPeer& to) {
    const std::string_view level = word(rule.level);
    if (!facts.trusted)
        return refused(Reason::certificate_not_trusted, "4.7.5",
                       fmt::format("{}: server certificate not trusted: {}", level, facts.trouble));
    if (facts.expired)
        return refused(Reason::certificate_expired, "4.7.5",
                       fmt::format("{}: server certificate has expired", level));
    if (facts.not_yet_valid)
        return refused(Reason::certificate_not_trusted, "4.7.5",
                       fmt::format("{}: server certificate is not yet valid", level));
    const std::vector<std::string> match =
        rule.match.empty() ? default_match(rule.level) : rule.match;
    const std::vector<ReferenceName> names = reference_names(match, to.host, to.nexthop);
    const auto name = matching_name(facts.names, names, rule.names);
    if (!name) return name_mismatch(level, facts.names, names);
    return accepted(Standing::verified,
                    fmt::format("{}: trusted chain, and the certificate names {}", level, *name));
}

Judgement judge_fingerprint(const Rule& rule, const CertificateFacts& facts) {
    const auto listed_in_rule = [&](const std::string& digest) {
        return std::find(rule.fingerprints.begin(), rule.fingerprints.end(), digest) !=
               rule.fingerprints.end();
    };
    const bool shown = !facts.chain.empty() && (listed_in_rule(facts.chain[0].certificate_sha256) ||
                                                listed_in_rule(facts.chain[0].key_sha256));
    if (shown) return accepted(Standing::verified, "fingerprint: the certificate is a listed one");
    return refused(Reason::certificate_not_trusted, "4.7.5",
                   "fingerprint: neither the certificate nor its key is a listed one");
}

Judgement mismatch(const Rule& rule, const std::vector<TlsaRecord>& records) {
    return refused(Reason::tlsa_invalid, "4.7.5",
                   fmt::format("{}: no {} record matches what the server shows", word(rule.level),
                               listed(records)));
}

// Usage 2: the anchor must be in the chain that was shown; dates and a name count: the TLSA base
// domain, and the next hop where DNSSEC vouches for the MX record (DANE-17, DANE-18).
std::optional<Judgement> judge_anchor(const Rule& rule, const Plan& plan, const TlsaRecord& record,
                                      const CertificateFacts& facts, const SessionPeer& to) {
    const auto anchor = std::find_if(
        facts.chain.begin() + 1, facts.chain.end(),
        [&](const ShownCertificate& c) { return c.anchors_leaf && matches(record, c); });
    if (anchor == facts.chain.end()) return std::nullopt;
    const std::string_view level = word(rule.level);
    if (!anchor->dates_hold)
        return refused(
            facts.not_yet_valid ? Reason::certificate_not_trusted : Reason::certificate_expired,
            "4.7.5",
            fmt::format("{}: TLSA {} matches, but a date does not hold", level,
                        parameters(record)));
    std::vector<std::string> match{plan.base.empty() ? "hostname" : plan.base};
    if (to.mx_secure) match.push_back("nexthop");
    const std::vector<ReferenceName> names = reference_names(match, to.host, to.nexthop);
    if (!matching_name(facts.names, names, NameRules::postfix))
        return name_mismatch(level, facts.names, names);
    return accepted(Standing::verified,
                    fmt::format("{}: TLSA {} matches the trust anchor", level, parameters(record)));
}

Judgement judge_dane(const Rule& rule, const Plan& plan, const CertificateFacts& facts,
                     const SessionPeer& to) {
    const std::string_view level = word(rule.level);
    std::vector<TlsaRecord> sound;
    for (const TlsaRecord& r : plan.tlsa)
        if (is_well_formed(r)) sound.push_back(r);
    if (sound.empty() && rule.level == Level::dane)
        return accepted(common_standing(facts),
                        "dane: no TLSA record is usable, so encrypted is enough");
    if (sound.empty() || facts.chain.empty()) return mismatch(rule, plan.tlsa);
    std::optional<Judgement> best;
    for (const TlsaRecord& record : strongest(sound)) {
        std::optional<Judgement> judgement;
        if (record.usage == 2)
            judgement = judge_anchor(rule, plan, record, facts, to);
        else if (matches(record, facts.chain[0]))  // DANE-16: no name, no date
            judgement = accepted(
                Standing::verified,
                fmt::format("{}: TLSA {} matches the certificate", level, parameters(record)));
        if (judgement && (!best || judgement->accepted)) best = std::move(judgement);
        if (best && best->accepted) break;
    }
    if (!best) return mismatch(rule, sound);
    // DANE-14: who named the host is not proven, so nothing is proven to the domain.
    if (best->accepted && !to.mx_secure) {
        best->standing = Standing::trusted;
        best->why += ", but the MX record is insecure";
    }
    return *best;
}

Plan refuse(Reason reason, std::string why) {
    Plan plan{Demand::dane, {}, {}, refused(reason, "4.7.5", why), std::move(why)};
    return plan;
}

Plan plan_dane(const Rule& rule, const DnsFacts& facts, std::string_view host) {
    const bool only = rule.level == Level::dane_only;
    if (!facts.mx_secure && only)
        return refuse(Reason::dane_required, "dane-only: the destination is not secured by DNSSEC");
    if (!facts.mx_secure && rule.insecure_mx == Rule::InsecureMx::may)
        return {Demand::opportunistic, {}, {}, {}, "dane: the MX record is insecure, so as may"};
    if (facts.lookup == TlsaLookup::failed)
        return refuse(Reason::dnssec_invalid,
                      fmt::format("{}: the TLSA look-up for {} failed", word(rule.level), host));
    if (facts.lookup != TlsaLookup::found) {
        if (only)
            return refuse(Reason::dane_required,
                          fmt::format("dane-only: {} has no secure TLSA record", host));
        return {Demand::opportunistic, {}, {}, {}, "dane: no secure TLSA record, so as may"};
    }
    Plan plan{Demand::dane, {}, facts.base, {}, "dane: TLSA records demand TLS and a match"};
    for (const TlsaRecord& r : facts.records)
        if (is_usable(r)) plan.tlsa.push_back(r);
    if (!plan.tlsa.empty()) return plan;
    if (only)
        return refuse(Reason::dane_required,
                      fmt::format("dane-only: no TLSA record of {} is usable", host));
    return {
        Demand::encrypted, {}, {}, {}, "dane: no TLSA record is usable, so encrypted is enough"};
}

}  // namespace

std::vector<std::string> default_match(Level level) {
    if (level == Level::secure) return {"nexthop", "dot-nexthop"};
    return {"hostname"};
}

Plan plan_session(const Rule& rule, const DnsFacts& facts, std::string_view host) {
    switch (rule.level) {
        case Level::none: return {Demand::clear, {}, {}, {}, "none: no TLS"};
        case Level::may:
            return {Demand::opportunistic, {}, {}, {}, "may: TLS where it is to be had"};
        case Level::encrypt: return {Demand::encrypted, {}, {}, {}, "encrypt: TLS with whomever"};
        case Level::fingerprint:
            return {Demand::fingerprint, {}, {}, {}, "fingerprint: a listed one"};
        case Level::verify:
        case Level::secure:
        case Level::mta_sts: return {Demand::pkix, {}, {}, {}, "a trusted chain and a name"};
        case Level::dane:
        case Level::dane_only: return plan_dane(rule, facts, host);
    }
    return {};
}

Rule mta_sts_rule() {
    Rule rule;
    rule.level = Level::mta_sts;
    rule.match = {"hostname"};
    rule.names = NameRules::rfc9525;
    rule.server_name = "hostname";
    return rule;
}

Plan plan_mta_sts(const mta_sts::Policy& policy, std::string_view host) {
    if (mta_sts::names(policy, host)) return plan_session(mta_sts_rule(), {}, host);
    std::string why = fmt::format("mta-sts: {} is no MX host of the policy", host);
    Plan plan{Demand::pkix, {}, {}, refused(Reason::validation_failure, "4.7.5", why), why};
    return plan;
}

Judgement judge_certificate(const Rule& rule, const Plan& plan, const CertificateFacts& facts,
                            const SessionPeer& to) {
    switch (plan.demand) {
        case Demand::pkix: return judge_pkix(rule, facts, to);
        case Demand::fingerprint: return judge_fingerprint(rule, facts);
        case Demand::dane: return judge_dane(rule, plan, facts, to);
        case Demand::clear:
        case Demand::opportunistic:
        case Demand::encrypted: break;
    }
    return accepted(
        common_standing(facts),
        fmt::format("{}: encrypted is enough, the certificate is not judged", word(rule.level)));
}

Judgement judge_absence(Level level, Demand demand, NoTls how) {
    const std::string_view what =
        how == NoTls::not_offered ? "STARTTLS is not offered" : "STARTTLS is refused";
    if (!demands_tls(demand))
        return accepted(Standing::untrusted,
                        fmt::format("{}: {}, so clear text will do", word(level), what));
    return refused(Reason::starttls_not_supported, "4.7.4",
                   fmt::format("{}: {}, and TLS is required", word(level), what));
}

Fallback fallback_after_failure(Demand demand, ClearFallback habit, core::Duration from_age,
                                core::Duration mail_age) {
    if (demand != Demand::opportunistic) return Fallback::none;
    switch (habit) {
        case ClearFallback::later:
            return mail_age >= from_age ? Fallback::new_connection : Fallback::none;
        case ClearFallback::reconnect: return Fallback::new_connection;
        case ClearFallback::same_connection: return Fallback::same_connection;
        case ClearFallback::never: return Fallback::none;
    }
    return Fallback::none;
}

}  // namespace policy
