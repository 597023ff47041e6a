// What one host must reach in an attempt, before anybody speaks to it.
#include <algorithm>

#include "sim/core/text.hpp"
#include "sim/mta/delivery.hpp"
#include "sim/policy/dane.hpp"
#include "sim/policy/requiretls.hpp"

namespace mta {

using namespace trace;

namespace {

// What a star covers for a sender that forgets to count labels (STS-19).
bool covered_by_a_star(const policy::mta_sts::Policy& policy, const std::string& host) {
    return std::any_of(policy.mx.begin(), policy.mx.end(), [&](const std::string& pattern) {
        return pattern.starts_with("*.") && host.ends_with(lower(pattern.substr(1)));
    });
}

}  // namespace

// REQUIRETLS of the envelope goes before the header TLS-Required (RFC 8689 section 4.1, REQ-07). A
// report that has no return path is not held up for it (section 5, REQ-11).
Delivery::Demand Delivery::demand() const {
    if (!settings_->habits.knows.requiretls) return Demand::none;
    const smtp::Envelope& envelope = mail_.message.envelope;
    if (envelope.require_tls == smtp::RequireTls::yes)
        return envelope.sender.empty() ? Demand::none : Demand::require_tls;
    return policy::requiretls::tls_is_optional(mail_.message.content) ? Demand::tls_optional
                                                                      : Demand::none;
}

// RFC 8461 section 5.1: the policy of the domain, before any of its hosts.
Task<Unit> Delivery::find_policy() {
    if (literal_) co_return Unit{};  // RFC 8461 section 3.4 (STS-28)
    const bool asked = settings_->mta_sts == MtaSts::followed && !target_.special &&
                       !mail_.tls_report && target_.wanted.sts == policy::Sts::followed;
    if (!asked) co_return Unit{};
    if (flawed(SenderFlaw::fetches_policies_late) && !outbound_.policies_.knows(domain_)) {
        outbound_.policies_.find_later(domain_);
        co_return Unit{};
    }
    StsPolicies::Lookup found = co_await outbound_.policies_.find(domain_);
    sts_ = std::move(found);
    if (sts_.trouble != Reason::none) {
        policy::tls_report::PolicyKey key = policy::tls_report::no_policy(domain_);
        key.type = policy::tls_report::PolicyType::sts;
        policy::tls_report::FailureKey failure;
        failure.result = sts_.trouble;
        failure.failure_reason_code = sts_.why;
        outbound_.reports_.count(domain_, key, failure);
    }
    co_return Unit{};
}

// Whose name DNSSEC vouches for.
bool Delivery::is_secure(const Route& route) const {
    const bool implicit = route.named == policy::NamedBy::no_mx && next_hop_.empty();
    return implicit ? route.addresses == dns::Security::secure
                    : route.named == policy::NamedBy::secure_mx;
}

// A host or address that was written down, and a domain with a rule of its own, need no proof.
std::optional<policy::Judgement> Delivery::refuse_unproven(const Route& route) const {
    if (target_.special || literal_ || !next_hop_.empty()) return std::nullopt;
    policy::MxNamedBy found;
    found.dnssec = is_secure(route);
    found.mta_sts = sts_.policy && sts_.policy->mode == policy::mta_sts::Mode::enforce &&
                    policy::mta_sts::names(*sts_.policy, route.host);
    return policy::refuse_mx(settings_->mx_proof, found, route.host);
}

// What was there once is there for good. Mail that policy may not hold back is not held back, and
// proves nothing (RFC 8689 section 4.2.2; RFC 8460 section 5.3.1, RPT-03).
std::optional<policy::Judgement> Delivery::compare_with_memory(policy::Protected now) {
    const bool waived = demand() == Demand::tls_optional || mail_.tls_report;
    if (settings_->remembers == Remembers::nothing || waived) return std::nullopt;
    policy::Protected& once = outbound_.best_seen_[domain_];
    std::optional<policy::Judgement> refusal = policy::refuse_less(once, now, domain_);
    if (!refusal) once = now;
    return refusal;
}

Delivery::Terms Delivery::terms_for(const policy::DnsFacts& dns, const Route& route) const {
    Terms terms = usual_terms(dns, route);
    const bool waived = demand() == Demand::tls_optional || mail_.tls_report;
    if (!terms.plan.refusal && !waived) terms.plan.refusal = refuse_unproven(route);
    return terms;
}

// The author's rule and DANE; an enforced MTA-STS policy where DANE has no say. What DANE refuses
// no policy allows (RFC 8461 section 2, STS-29).
Delivery::Terms Delivery::usual_terms(const policy::DnsFacts& dns, const Route& route) const {
    using policy::mta_sts::Mode;
    if (demand() == Demand::require_tls) return required_terms(dns, route);
    // RFC 8460 section 5.3.1, RPT-03.
    if (demand() == Demand::tls_optional || mail_.tls_report) {  // RFC 8689 section 4.2.2, REQ-08
        const policy::Requirement least = policy::at_most_opportunistic(target_.wanted);
        return {least, policy::plan_session(least, dns, route.host)};
    }
    Terms terms{target_.wanted, policy::plan_session(target_.wanted, dns, route.host)};
    const bool dane = terms.plan.refusal || terms.plan.demand == policy::Demand::dane;
    if (!sts_.policy || sts_.policy->mode != Mode::enforce) return terms;
    if (dane && !flawed(SenderFlaw::lets_mta_sts_override_dane)) return terms;
    terms.wanted = policy::mta_sts_requirement(target_.wanted);
    terms.plan = policy::plan_mta_sts(*sts_.policy, route.host);
    if (flawed(SenderFlaw::star_stands_for_several_labels) &&
        covered_by_a_star(*sts_.policy, route.host))
        terms.plan = policy::plan_session(terms.wanted, {}, route.host);
    if (flawed(SenderFlaw::matches_policy_against_certificate)) {
        terms.plan.refusal.reset();
        terms.wanted.match = sts_.policy->mx;
        for (std::string& name : terms.wanted.match)
            if (name.starts_with("*.")) name.erase(0, 1);
    }
    return terms;
}

// The name of the host must be proven, by DNSSEC, by an MTA-STS policy, or because it was written
// down here; and the host must prove to be it (RFC 8689 section 4.2.1, REQ-02, REQ-03).
Delivery::Terms Delivery::required_terms(const policy::DnsFacts& dns, const Route& route) const {
    Terms terms{target_.wanted, policy::plan_session(target_.wanted, dns, route.host)};
    if (!target_.wanted.held.empty()) return terms;
    const bool secure = is_secure(route);
    const bool proves_itself =
        std::any_of(terms.plan.tlsa.begin(), terms.plan.tlsa.end(), policy::is_well_formed);
    if (secure && terms.plan.demand == policy::Demand::dane && proves_itself) return terms;
    const bool listed = sts_.policy && policy::mta_sts::names(*sts_.policy, route.host) &&
                        sts_.policy->mode != policy::mta_sts::Mode::none;
    const bool proven = secure || listed || !next_hop_.empty();
    terms.wanted = policy::requiretls::requirement(target_.wanted);
    terms.plan = policy::requiretls::plan(proven, route.host);
    return terms;
}

}  // namespace mta
