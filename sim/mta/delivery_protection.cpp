#include "sim/mta/delivery_protection.hpp"

#include <fmt/core.h>

#include "sim/mta/certificate_facts.hpp"
#include "sim/mta/policy_words.hpp"
#include "sim/policy/requiretls.hpp"

namespace mta {

using namespace trace;

namespace {

policy::NoTls absence(smtp::NoTls why) {
    switch (why) {
        case smtp::NoTls::not_offered: return policy::NoTls::not_offered;
        case smtp::NoTls::refused: return policy::NoTls::refused;
        case smtp::NoTls::refused_for_now: return policy::NoTls::refused_for_now;
        case smtp::NoTls::withheld: return policy::NoTls::not_begun;
    }
    return policy::NoTls::not_offered;
}

}  // namespace

smtp::Starttls Delivery::Protection::starttls() const {
    if (clear_ == Clear::now || plan_.demand == policy::Demand::clear) return smtp::Starttls::never;
    if (wanted_.begins == policy::Begins::never) return smtp::Starttls::withheld;
    return policy::demands_tls(plan_.demand) ? smtp::Starttls::always : smtp::Starttls::if_offered;
}

smtp::AfterRefusal Delivery::Protection::without_tls(smtp::NoTls why) {
    policy::Judgement judgement = policy::judge_absence(wanted_, plan_.demand, absence(why));
    if (!judgement.accepted && delivery_.flawed(SenderFlaw::clear_text_under_enforce))
        judgement.accepted = true;
    trouble = {judgement.accepted ? Reason::starttls_not_supported : judgement.reason, {}};
    delivery_.record(connection, wanted_, judgement);
    if (!judgement.accepted) return smtp::AfterRefusal::give_up;
    trace().add(host(),
                Downgraded{delivery_.mail_.message.id, connection, trace().keep(judgement.why)});
    return smtp::AfterRefusal::go_on_in_clear;
}

Task<net::Stream*> Delivery::Protection::secure(net::Stream& clear) {
    Services& s = delivery_.services_;
    channel_ = std::make_unique<tls::Channel>(s.library, delivery_.target_.tls, clear, s.trace,
                                              host(), server_name());
    channel_->resume(delivery_.outbound_.sessions_, session_name());
    tls_failed = true;  // until it has worked
    trouble = {Reason::validation_failure, "the handshake failed"};
    if (!wanted_.no_handshake.empty())
        co_return Failure(Reason::validation_failure,
                          "Cannot start TLS: handshake failure (" + wanted_.no_handshake + ")",
                          "4.7.5");
    co_await channel_->handshake();
    tls_failed = false;
    trouble = {};
    co_return channel_.get();
}

void Delivery::Protection::lost_synchronization() {
    tls_failed = out_of_step = true;
    trouble = {Reason::validation_failure, "bytes came before TLS"};
}

smtp::AfterRefusal Delivery::Protection::after_failed_handshake() {
    if (delivery_.fallback(policy::TlsFailure::handshake, wanted_, plan_) !=
        policy::Fallback::same_connection)
        return smtp::AfterRefusal::give_up;
    trace().add(
        host(),
        Downgraded{delivery_.mail_.message.id, connection,
                   trace().keep(fmt::format(
                       "{}: the handshake failed, going on in clear text on the same connection",
                       wanted_.lenient))});
    return smtp::AfterRefusal::go_on_in_clear;
}

Result<Unit> Delivery::Protection::judge() {
    const auto& literal = delivery_.literal_;
    const policy::SessionPeer to{literal.value_or(route_.host), literal.value_or(delivery_.domain_),
                                 route_.named, route_.expanded_domain};
    const policy::CertificateFacts facts = facts_of(*channel_, plan_);
    const policy::Judgement found = judgement(facts, to);
    delivery_.record(connection, wanted_, found);
    trouble = {found.reason, found.why};
    if (found.accepted) {
        take_measure(found, facts, to);
        try_policy(facts, to);
        return Unit{};
    }
    channel_->forget_session();  // what is new is shown in a whole handshake
    certificate_refused = true;
    return Failure(found.reason, found.why, found.code);
}

policy::Judgement Delivery::Protection::judgement(const policy::CertificateFacts& facts,
                                                  const policy::SessionPeer& to) const {
    const std::set<policy::TlsFailure>& causes = delivery_.clear_text(wanted_).causes;
    if (plan_.demand == policy::Demand::opportunistic &&
        causes.contains(policy::TlsFailure::certificate))
        return by_certificate(facts, to);
    policy::Judgement out = policy::judge_certificate(wanted_, plan_, facts, to);
    if (out.reason == Reason::certificate_host_mismatch &&
        delivery_.flawed(SenderFlaw::ignores_certificate_names))
        out = {true,
               policy::Standing::verified,
               Reason::none,
               {},
               "flaw: the names of the certificate are ignored"};
    return out;
}

// Does the host prove its name by a trusted chain?
policy::Judgement Delivery::Protection::by_certificate(const policy::CertificateFacts& facts,
                                                       const policy::SessionPeer& to) const {
    const policy::Requirement proof = policy::lenient_requirement(wanted_);
    const policy::Plan plan = policy::plan_session(proof, {}, route_.host);
    return policy::judge_certificate(proof, plan, facts, to);
}

// Whoever proves its name does so whatever was demanded of it.
void Delivery::Protection::take_measure(const policy::Judgement& found,
                                        const policy::CertificateFacts& facts,
                                        const policy::SessionPeer& to) {
    standing_ = found.standing;
    if (found.standing == policy::Standing::verified || by_certificate(facts, to).accepted)
        inside_ = policy::Protected::authenticated;
}

Result<Unit> Delivery::Protection::before_mail(Layer layer) {
    const policy::Protected now = layer == Layer::clear ? policy::Protected::not_at_all : inside_;
    const std::optional<policy::Judgement> refusal = delivery_.compare_with_memory(now);
    if (!refusal) return Unit{};
    delivery_.record(connection, wanted_, *refusal);
    return Failure(refusal->reason, refusal->why, refusal->code);
}

// Relaxed, the demand ends at this hop: it has TLS and a proven host, and hears nothing of it.
Result<Unit> Delivery::Protection::without_requiretls(Layer layer) {
    const bool strict = delivery_.settings_->requiretls == RequireTlsWay::strict;
    if (strict || layer == Layer::clear) return Security::without_requiretls(layer);
    delivery_.record(connection, wanted_,
                     {true, standing_, Reason::none, {}, std::string(policy::requiretls::relaxed)});
    return Unit{};
}

smtp::AfterTls Delivery::Protection::after_tls() const {
    return delivery_.flawed(SenderFlaw::keeps_old_extensions) ? smtp::AfterTls::keep_old_extensions
                                                              : smtp::AfterTls::greet_again;
}

smtp::Pending Delivery::Protection::pending(smtp::Pending usual) const {
    return delivery_.flawed(SenderFlaw::keeps_replies_from_before_tls) ? smtp::Pending::kept
                                                                       : usual;
}

// The best host is the one that the mail is for; a worse one may bear any name.
Result<Unit> Delivery::Protection::met_own_name() {
    if (route_.preference != delivery_.best_preference_) return Unit{};
    return delivery_.settings_->habits.no_ways.loop.failure(delivery_.domain_);
}

Demanded Delivery::Protection::demanded() const { return demanded_word(plan_, route_.named); }

// In testing mode the policy is tried, and what it finds stops nothing (STS-24).
void Delivery::Protection::try_policy(const policy::CertificateFacts& facts,
                                      const policy::SessionPeer& to) {
    const auto& sts = delivery_.sts_.policy;
    if (!sts || sts->mode != policy::mta_sts::Mode::testing) return;
    const policy::Plan plan = policy::plan_mta_sts(*sts, route_.host);
    const policy::Judgement tried =
        plan.refusal
            ? *plan.refusal
            : policy::judge_certificate(policy::mta_sts_requirement(wanted_), plan, facts, to);
    trouble = {tried.reason, tried.why};
}

// A session goes on with the same host under the same name (RFC 8446 section 4.6.1), and nowhere
// else. What the policy was when it began does not matter: it is asked again.
std::string Delivery::Protection::session_name() const {
    return fmt::format("{} {} {} {}", server_name(), route_.host, route_.address,
                       delivery_.next_hop_.port);
}

// DANE-21: the TLSA base domain. Else none, unless the rule names one.
std::string Delivery::Protection::server_name() const {
    const std::string& name = wanted_.server_name;
    if (plan_.demand == policy::Demand::dane) return plan_.base;
    if (delivery_.literal_ && (name == "hostname" || name == "nexthop"))
        return {};  // RFC 6066 section 3: an address is no server name
    if (name == "hostname") return route_.host;
    return name == "nexthop" ? delivery_.domain_ : name;
}

}  // namespace mta
