#include "sim/policy/judge.hpp"

#include <algorithm>

#include <fmt/core.h>

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

// What a session proves when nothing is demanded of it: SHA-1 signatures and short keys count
// (docs/decisions/0009-personalities.md, "signatures").
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

bool is_trusted(const Requirement& wanted, const CertificateFacts& facts) {
    const bool weak = wanted.tolerated.contains(Tolerated::weakness);
    const bool purpose = wanted.tolerated.contains(Tolerated::purpose);
    return facts.trusted || (weak && facts.weakly_signed) || (purpose && facts.for_no_server) ||
           (weak && purpose && facts.weak_and_for_no_server);
}

// The order is the chain first, then dates, then names: what an untrusted certificate says of
// itself proves nothing.
Judgement judge_pkix(const Requirement& wanted, const CertificateFacts& facts,
                     const SessionPeer& to) {
    const std::string_view level = wanted.word;
    if (!is_trusted(wanted, facts))
        return refused(Reason::certificate_not_trusted, "4.7.5",
                       fmt::format("{}: server certificate not trusted: {}", level, facts.trouble));
    const std::string_view whose = facts.own_dates_hold ? "an issuer's" : "server";
    if (facts.expired)
        return refused(Reason::certificate_expired, "4.7.5",
                       fmt::format("{}: {} certificate has expired", level, whose));
    if (facts.not_yet_valid)
        return refused(Reason::certificate_not_trusted, "4.7.5",
                       fmt::format("{}: {} certificate is not yet valid", level, whose));
    const std::vector<ReferenceName> names = reference_names(wanted.match, to.host, to.nexthop);
    const auto name = matching_name(facts.names, names, wanted.names);
    if (!name) return name_mismatch(level, facts.names, names);
    return accepted(Standing::verified,
                    fmt::format("{}: trusted chain, and the certificate names {}", level, *name));
}

Judgement judge_fingerprint(const Requirement& wanted, const CertificateFacts& facts) {
    const auto listed_in_rule = [&](const std::string& digest) {
        return std::find(wanted.fingerprints.begin(), wanted.fingerprints.end(), digest) !=
               wanted.fingerprints.end();
    };
    const bool shown = !facts.chain.empty() && (listed_in_rule(facts.chain[0].certificate_sha256) ||
                                                listed_in_rule(facts.chain[0].key_sha256));
    if (shown)
        return accepted(Standing::verified,
                        fmt::format("{}: the certificate is a listed one", wanted.word));
    return refused(
        Reason::certificate_not_trusted, "4.7.5",
        fmt::format("{}: neither the certificate nor its key is a listed one", wanted.word));
}

Judgement mismatch(const Requirement& wanted, const std::vector<TlsaRecord>& records) {
    return refused(Reason::tlsa_invalid, "4.7.5",
                   fmt::format("{}: no {} record matches what the server shows", wanted.word,
                               listed(records)));
}

// The anchor that the record names: one that was shown, or the record's own full data (RFC 7671
// sections 5.2.2 and 5.2.3). Nothing: it anchors no such chain.
struct FoundAnchor {
    bool dates_hold = false;
};
std::optional<FoundAnchor> find_anchor(const TlsaRecord& record, const CertificateFacts& facts) {
    for (std::size_t i = 1; i < facts.chain.size(); ++i)
        if (facts.chain[i].anchors_leaf && matches(record, facts.chain[i]))
            return FoundAnchor{facts.chain[i].dates_hold};
    if (record.matching != 0) return std::nullopt;
    for (const PublishedAnchor& anchor : facts.published)
        if (anchor.anchors_leaf && anchor.selector == record.selector && anchor.data == record.data)
            return FoundAnchor{anchor.dates_hold};
    return std::nullopt;
}

// RFC 7672 section 3.2.2: the TLSA base domain; and, where DNSSEC or the administrator vouches for
// the host, the next hop as it was given and at the end of its aliases (DANE-17).
std::vector<ReferenceName> anchored_names(AnchorNames which, const Plan& plan,
                                          const SessionPeer& to) {
    std::vector<std::string> match{plan.base.empty() ? "hostname" : plan.base};
    if (which == AnchorNames::host_and_next_hop && is_vouched_for(to.named)) {
        match.push_back("nexthop");
        if (!to.expanded_nexthop.empty()) match.push_back(to.expanded_nexthop);
    }
    return reference_names(match, to.host, to.nexthop);
}

// Usage 2: the anchor must be in the chain that was shown or in DNS; dates and a name count
// (DANE-17, DANE-18).
std::optional<Judgement> judge_anchor(const Requirement& wanted, const Plan& plan,
                                      const TlsaRecord& record, const CertificateFacts& facts,
                                      const SessionPeer& to) {
    const std::optional<FoundAnchor> anchor = find_anchor(record, facts);
    if (!anchor) return std::nullopt;
    const std::string_view level = wanted.word;
    if (!anchor->dates_hold)
        return refused(
            facts.not_yet_valid ? Reason::certificate_not_trusted : Reason::certificate_expired,
            "4.7.5",
            fmt::format("{}: TLSA {} matches, but a date does not hold", level,
                        parameters(record)));
    const std::vector<ReferenceName> names = anchored_names(wanted.anchor_names, plan, to);
    if (!matching_name(facts.names, names, NameRules::with_common_name))
        return name_mismatch(level, facts.names, names);
    return accepted(Standing::verified,
                    fmt::format("{}: TLSA {} matches the trust anchor", level, parameters(record)));
}

Judgement judge_dane(const Requirement& wanted, const Plan& plan, const CertificateFacts& facts,
                     const SessionPeer& to) {
    const std::string_view level = wanted.word;
    std::vector<TlsaRecord> sound;
    for (const TlsaRecord& r : plan.tlsa)
        if (is_well_formed(r)) sound.push_back(r);
    if (sound.empty() && wanted.dane != Dane::always)
        return accepted(
            common_standing(facts),
            fmt::format("{}: no TLSA record is usable, so encrypted is enough", wanted.word));
    if (sound.empty() || facts.chain.empty()) return mismatch(wanted, plan.tlsa);
    std::optional<Judgement> best;
    const bool alone = wanted.agility == Agility::strongest_alone;
    for (const TlsaRecord& record : alone ? strongest(sound) : sound) {
        std::optional<Judgement> judgement;
        if (record.usage == 2)
            judgement = judge_anchor(wanted, plan, record, facts, to);
        else if (matches(record, facts.chain[0]))  // DANE-16: no name, no date
            judgement = accepted(
                Standing::verified,
                fmt::format("{}: TLSA {} matches the certificate", level, parameters(record)));
        if (judgement && (!best || judgement->accepted)) best = std::move(judgement);
        if (best && best->accepted) break;
    }
    if (!best) return mismatch(wanted, sound);
    // DANE-14: who named the host is not proven, so nothing is proven to the domain.
    if (best->accepted && !is_vouched_for(to.named)) {
        best->standing = Standing::trusted;
        best->why += ", but the MX record is insecure";
    }
    return *best;
}

Plan refuse(Reason reason, std::string why, std::string code = "4.7.5") {
    Plan plan{Demand::dane, {}, {}, refused(reason, std::move(code), why), std::move(why)};
    return plan;
}

// DANE is demanded, and there is none.
Plan refuse_without_dane(const Requirement& wanted, std::string why) {
    const bool bounces = wanted.no_tlsa.missing == NoTlsa::Missing::bounces;
    return refuse(Reason::dane_required, std::move(why), bounces ? "5.7.5" : "4.7.5");
}

// What holds without TLSA records: what was demanded anyway.
Plan without_tlsa(const Requirement& wanted, std::string_view why) {
    const bool lenient = wanted.demand == Demand::opportunistic;
    return {
        wanted.demand,
        {},
        {},
        {},
        fmt::format("{}: {}, so as {}", wanted.word, why, lenient ? wanted.lenient : wanted.word)};
}

// Records that prove nothing: TLS all the same (RFC 7672 section 2.2), or more where more was
// demanded anyway.
Plan with_unusable_tlsa(const Requirement& wanted) {
    if (wanted.demand > Demand::encrypted) return without_tlsa(wanted, "no TLSA record is usable");
    return {Demand::encrypted,
            {},
            {},
            {},
            fmt::format("{}: no TLSA record is usable, so encrypted is enough", wanted.word)};
}

Plan plan_dane(const Requirement& wanted, const DnsFacts& facts, std::string_view host) {
    const bool only = wanted.dane == Dane::always;
    const bool unproven = !is_vouched_for(facts.named);
    if (unproven && only)
        return refuse_without_dane(
            wanted, fmt::format("{}: the destination is not secured by DNSSEC", wanted.word));
    if (unproven && wanted.insecure_mx == InsecureMx::opportunistic)
        return without_tlsa(wanted, "the MX record is insecure");
    if (facts.lookup == TlsaLookup::failed)
        return refuse(Reason::dnssec_invalid,
                      fmt::format("{}: the TLSA look-up for {} failed", wanted.word, host));
    if (facts.lookup != TlsaLookup::found) {
        if (only)
            return refuse_without_dane(
                wanted, fmt::format("{}: {} has no secure TLSA record", wanted.word, host));
        return without_tlsa(wanted, "no secure TLSA record");
    }
    Plan plan{Demand::dane,
              {},
              facts.base,
              {},
              fmt::format("{}: TLSA records demand TLS and a match", wanted.word)};
    const bool encrypted = wanted.no_tlsa.unusable == NoTlsa::Unusable::encrypted;
    for (const TlsaRecord& r : facts.records)
        if (is_usable(r) && (!encrypted || is_well_formed(r))) plan.tlsa.push_back(r);
    if (!plan.tlsa.empty() && facts.named == NamedBy::insecure_mx &&
        wanted.insecure_mx == InsecureMx::encrypted)
        return {Demand::encrypted,
                {},
                {},
                {},
                fmt::format("{}: the MX record is insecure, so encrypted is enough", wanted.word)};
    if (!plan.tlsa.empty()) return plan;
    if (only && !encrypted)
        return refuse(Reason::dane_required,
                      fmt::format("{}: no TLSA record of {} is usable", wanted.word, host));
    return with_unusable_tlsa(wanted);
}

}  // namespace

Plan plan_session(const Requirement& wanted, const DnsFacts& facts, std::string_view host) {
    if (!wanted.held.empty()) return refuse(Reason::validation_failure, wanted.held);
    if (wanted.dane != Dane::not_asked) return plan_dane(wanted, facts, host);
    return {wanted.demand, {}, {}, {}, std::string(wanted.word)};
}

Requirement mta_sts_requirement(const Requirement& usual) {
    Requirement out;
    out.word = "mta-sts";
    out.lenient = usual.lenient;
    out.strict = usual.strict;
    out.demand = Demand::pkix;
    out.match = {"hostname"};
    out.names = NameRules::rfc9525;
    out.server_name = "hostname";
    out.refusal = Refusal::for_now;
    return out;
}

Plan plan_mta_sts(const mta_sts::Policy& policy, std::string_view host) {
    if (mta_sts::names(policy, host)) return plan_session(mta_sts_requirement({}), {}, host);
    std::string why = fmt::format("mta-sts: {} is no MX host of the policy", host);
    Plan plan{Demand::pkix, {}, {}, refused(Reason::validation_failure, "4.7.5", why), why};
    return plan;
}

Judgement judge_certificate(const Requirement& wanted, const Plan& plan,
                            const CertificateFacts& facts, const SessionPeer& to) {
    switch (plan.demand) {
        case Demand::pkix: return judge_pkix(wanted, facts, to);
        case Demand::fingerprint: return judge_fingerprint(wanted, facts);
        case Demand::dane: return judge_dane(wanted, plan, facts, to);
        case Demand::clear:
        case Demand::opportunistic:
        case Demand::encrypted: break;
    }
    return accepted(
        common_standing(facts),
        fmt::format("{}: encrypted is enough, the certificate is not judged", wanted.word));
}

Judgement judge_absence(const Requirement& wanted, Demand demand, NoTls how) {
    const std::string_view what =
        how == NoTls::not_offered ? "STARTTLS is not offered" : "STARTTLS is refused";
    if (how == NoTls::refused_for_now && wanted.refused_for_now == RefusedForNow::next_host)
        return refused(Reason::starttls_not_supported, "4.7.4",
                       fmt::format("{}: STARTTLS is refused for now", wanted.word));
    if (how == NoTls::not_begun)
        return refused(Reason::validation_failure, "4.7.4",
                       fmt::format("{}: TLS is required, and none is begun", wanted.word));
    if (!demands_tls(demand))
        return accepted(Standing::untrusted,
                        fmt::format("{}: {}, so clear text will do", wanted.word, what));
    return refused(Reason::starttls_not_supported, "4.7.4",
                   fmt::format("{}: {}, and TLS is required", wanted.word, what));
}

Fallback fallback_after(TlsFailure failure, Demand demand, const ClearText& habit,
                        core::Duration mail_age) {
    if (demand != Demand::opportunistic || !habit.causes.contains(failure)) return Fallback::none;
    switch (habit.fallback) {
        case ClearFallback::later:
            return mail_age >= habit.from_age ? Fallback::new_connection : Fallback::none;
        case ClearFallback::reconnect: return Fallback::new_connection;
        case ClearFallback::same_connection:
            // A session that stands does not go back to clear text.
            return failure == TlsFailure::certificate ? Fallback::new_connection
                                                      : Fallback::same_connection;
        case ClearFallback::never: return Fallback::none;
    }
    return Fallback::none;
}

}  // namespace policy
