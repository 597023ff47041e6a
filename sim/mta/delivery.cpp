#include "sim/mta/delivery.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/core.h>

#include "sim/mta/bounce.hpp"
#include "sim/mta/delivery_protection.hpp"
#include "sim/mta/lost_session.hpp"
#include "sim/mta/policy_words.hpp"
#include "sim/policy/requiretls.hpp"

namespace mta {

using namespace trace;
using Fate = QueuedMail::Recipient::Fate;

namespace {

// A host that fails an MTA-STS policy fails it for now, whatever digit its refusal of STARTTLS
// begins with (RFC 8461 section 5.1, STS-26).
Failure for_now(Failure failure, policy::Refusal refusal) {
    const bool refused = failure.reason == Reason::starttls_not_supported;
    if (refusal == policy::Refusal::for_now && refused && failure.permanent())
        failure.code = "4.7.4";
    return failure;
}

}  // namespace

Delivery::Delivery(Outbound& outbound, QueuedMail& mail, std::string domain)
    : outbound_(outbound),
      services_(outbound.services_),
      mail_(mail),
      domain_(std::move(domain)),
      literal_(address_in(domain_)),
      settings_(outbound.settings_),
      next_hop_(mail.next_hop),
      target_(outbound.target_for(domain_)),
      age_(services_.loop.now() - mail.arrived),
      most_sessions_(settings_->habits.most_sessions) {
    if (settings_->rulebook != nullptr && next_hop_.empty()) take_rules(*settings_->rulebook);
}

// What the MTA's own configuration says of the domain.
void Delivery::take_rules(const Rulebook& rulebook) {
    way_ = rulebook.way_of(domain_);
    target_.wanted = rulebook.wanted(domain_, domain_, {});
    if (way_->refusal) return;
    target_.tls = outbound_.rule_tls_[way_->tls];
    next_hop_.port = way_->port;
    if (!way_->hops.empty()) next_hop_.host = way_->hops.front().host;
    if (way_->most_tries > 0) most_sessions_ = way_->most_tries;
}

policy::Fallback Delivery::fallback(policy::TlsFailure failure, const policy::Requirement& wanted,
                                    const policy::Plan& plan) const {
    if (flawed(SenderFlaw::clear_text_under_enforce)) return policy::Fallback::new_connection;
    return policy::fallback_after(failure, plan.demand, clear_text(wanted), age_);
}

// How TLS failed in a session, and what that leads to.
policy::Fallback Delivery::fallback_after(const Protection& session,
                                          const Result<smtp::Receipt>& receipt,
                                          const Terms& terms) const {
    const auto after = [&](policy::TlsFailure failure) {
        return fallback(failure, terms.wanted, terms.plan);
    };
    if (session.tls_failed) return after(policy::TlsFailure::handshake);
    if (session.certificate_refused) return after(policy::TlsFailure::certificate);
    if (session.secured() && was_lost(receipt)) return after(policy::TlsFailure::lost);
    return policy::Fallback::none;
}

void Delivery::record(ConnectionId connection, const policy::Requirement& wanted,
                      const policy::Judgement& j) {
    Trace& trace = services_.trace;
    trace.add(outbound_.host_,
              PolicyJudged{connection, j.accepted ? Ruling::accepted : Ruling::refused,
                           peer_word(j.standing), j.reason, wanted.word, trace.keep(j.why)});
}

// RFC 5321 section 5.1: the hosts in order of preference, each in turn, until the mail is taken or
// refused for good.
Task<Unit> Delivery::run() {
    services_.trace.add(outbound_.host_,
                        DeliveryStarted{mail_.message.id, services_.trace.keep(domain_),
                                        target_.wanted.word, mail_.attempts});
    Result<std::vector<Route>> found = co_await attempt(routes());
    if (!found.ok()) {
        fail_open(found.failure());
        co_return Unit{};
    }
    if (way_)
        std::erase_if(found.value(), [&](const Route& route) {
            return settings_->rulebook->ignores(domain_, route.address);
        });
    if (found.value().empty()) {
        fail_open(settings_->habits.no_ways.no_host.failure(domain_));
        co_return Unit{};
    }
    co_await find_policy();
    best_preference_ = found.value().front().preference;
    for (const Route& route : found.value()) {
        if (!anyone_open() || sessions_ >= most_sessions_) break;
        if (&route != &found.value().front()) forewarn();
        at_last_host_ = &route == &found.value().back();
        co_await try_host(route);
    }
    give_up_on_requiretls();
    co_return Unit{};
}

// The last host may have taken what it could not answer any more, and the next one gets it, too
// (RFC 5321 section 4.5.3.2.6): never in silence.
void Delivery::forewarn() {
    Trace& trace = services_.trace;
    for (const QueuedMail::Recipient& r : mail_.recipients) {
        if (!open(r) || !r.last_failure || !may_come_twice(*r.last_failure)) continue;
        trace.add(outbound_.host_,
                  MailDeferred{mail_.message.id, r.last_failure->reason, trace.keep(r.address),
                               trace.keep(r.last_failure->code), trace.keep(r.last_failure->detail),
                               services_.loop.now()});
    }
}

Task<std::vector<Route>> Delivery::routes() {
    const Asker asker{outbound_.dns_,  outbound_.chance_, services_.ground,
                      outbound_.host_, settings_->habits, settings_->addresses};
    if (way_ && way_->refusal) co_return std::move(*way_->refusal);
    if (literal_) co_return route_to(asker, *literal_);
    if (way_ && !way_->hops.empty()) {
        Task<std::vector<Route>> named = named_routes(asker);
        std::vector<Route> all = co_await std::move(named);
        co_return std::move(all);
    }
    const bool by_mx =
        next_hop_.empty() && settings_->exchangers == OutboundSettings::Exchangers::asked;
    Task<std::vector<Route>> task =
        by_mx ? find_routes(asker, domain_)
              : find_next_hop(asker, next_hop_.empty() ? domain_ : next_hop_.host);
    std::vector<Route> found = co_await std::move(task);
    co_return std::move(found);
}

// The hosts that are named for the domain, in their order; those are passed over that are not to be
// had, unless none is.
Task<std::vector<Route>> Delivery::named_routes(Asker asker) {
    std::vector<Route> out;
    std::optional<Failure> trouble;
    for (const Rulebook::Hop& hop : way_->hops) {
        const std::optional<std::string> address = address_in(hop.host);
        Result<std::vector<Route>> found = std::vector<Route>();
        if (address) {
            found = route_to(asker, *address);
        } else {
            Task<std::vector<Route>> task =
                hop.by_mx ? find_routes(asker, hop.host) : find_next_hop(asker, hop.host);
            Result<std::vector<Route>> asked = co_await attempt(std::move(task));
            found = std::move(asked);
        }
        if (!found.ok() && (!trouble || trouble->permanent())) trouble = found.failure();
        if (found.ok()) out.insert(out.end(), found.value().begin(), found.value().end());
    }
    if (out.empty()) co_return std::move(*trouble);
    co_return std::move(out);
}

// One session, as a report tells it: under DANE where that decides, else under the MTA-STS policy,
// else under none (RFC 8460 section 4). The network's own troubles do not count (RPT-16).
void Delivery::count(const policy::DnsFacts& dns, const Terms& terms, const Route& route,
                     const Protection* session) const {
    using namespace policy::tls_report;
    if (mail_.tls_report || terms.plan.demand == policy::Demand::clear) return;
    if (literal_) return;  // nobody who asks for reports has an address for a domain
    const bool dane =
        dns.lookup == policy::TlsaLookup::found || dns.lookup == policy::TlsaLookup::failed;
    const bool sts = sts_.policy && sts_.policy->mode != policy::mta_sts::Mode::none;
    const PolicyKey key = dane  ? tlsa_policy(dns.base.empty() ? route.host : dns.base, dns.records)
                          : sts ? sts_policy(domain_, *sts_.policy)
                                : no_policy(domain_);
    const Reason reason = session != nullptr ? session->trouble.reason : terms.plan.refusal->reason;
    if (session != nullptr && reason == Reason::none && !session->secured()) return;
    if (reason == Reason::none) return outbound_.reports_.count(domain_, key, std::nullopt);
    if (!is_result_type(reason)) return;
    FailureKey failure;
    failure.result = reason;
    failure.sending_mta_ip = services_.ground.address_of(outbound_.host_);
    failure.receiving_mx_hostname = route.host;
    failure.receiving_ip = session != nullptr ? route.address : std::string();
    failure.failure_reason_code =
        session != nullptr ? session->trouble.why : terms.plan.refusal->why;
    outbound_.reports_.count(domain_, key, failure);
}

// No host is left that can be trusted to keep the promise: the mail goes back (REQ-05).
void Delivery::give_up_on_requiretls() {
    for (QueuedMail::Recipient& r : mail_.recipients)
        if (open(r) && r.last_failure && r.last_failure->reason == Reason::requiretls_not_met)
            r.last_failure->code.front() = '5';
}

// RFC 7672 section 2.2: to an address DANE does not apply (DANE-15).
bool Delivery::asks_for_tlsa(const policy::Requirement& wanted) const {
    return wanted.dane != policy::Dane::not_asked && wanted.dnssec == policy::Dnssec::believed &&
           !literal_;
}

// One host: what it must reach, one session, and perhaps a second one in clear text.
Task<Unit> Delivery::try_host(Route route) {
    if (settings_->habits.counted == Counted::addresses) ++sessions_;
    if (way_) target_.wanted = settings_->rulebook->wanted(domain_, route.host, route.address);
    policy::DnsFacts dns;
    dns.named = target_.wanted.dnssec == policy::Dnssec::believed ? route.named
                                                                  : policy::NamedBy::insecure_mx;
    if (asks_for_tlsa(target_.wanted)) {
        policy::DnsFacts found = co_await find_tlsa(outbound_.dns_, route, next_hop_.port);
        dns = std::move(found);
        const bool unproven = dns.lookup == policy::TlsaLookup::not_asked;
        if (unproven && flawed(SenderFlaw::takes_unproven_dns_for_forged))
            dns.lookup = policy::TlsaLookup::failed;
    }
    const Terms terms = terms_for(dns, route);
    const policy::Plan& plan = terms.plan;
    if (plan.refusal) {
        record(ConnectionId::none, terms.wanted, *plan.refusal);
        count(dns, terms, route, nullptr);
        fail_open(Failure(plan.refusal->reason, plan.refusal->why, plan.refusal->code), route.host);
        co_return Unit{};
    }
    Protection protection(*this, route, terms, Clear::not_now);
    Result<smtp::Receipt> receipt = co_await attempt(session(route, protection));
    if (protection.connection != ConnectionId::none) count(dns, terms, route, &protection);
    if (fallback_after(protection, receipt, terms) == policy::Fallback::new_connection) {
        // The server may have taken what it could not answer any more (RFC 5321 section 4.5.3.2.6).
        const std::string_view what =
            may_have_been_taken(receipt)     ? "TLS failed at the end of data, reconnecting in "
                                               "clear text -- message may be "
                                               "sent more than once"
            : protection.out_of_step         ? "bytes came before TLS, reconnecting in clear text"
            : protection.certificate_refused ? "the certificate proves nothing, reconnecting in "
                                               "clear text"
                                             : "TLS failed, reconnecting in clear text";
        const std::string_view why =
            services_.trace.keep(fmt::format("{}: {}", terms.wanted.lenient, what));
        // Who was refused before the connection went has his answer.
        if (receipt.ok()) take_outcome(receipt.value(), route, protection.connection);
        co_await again_in_clear(route, terms, protection.connection, why);
    } else if (receipt.ok()) {
        take_outcome(receipt.value(), route, protection.connection);
    } else {
        Failure failure = for_now(receipt.take_failure(), terms.wanted.refusal);
        fail_open(demand() == Demand::require_tls ? policy::requiretls::unmet(std::move(failure))
                                                  : std::move(failure),
                  route.host);
    }
    co_return Unit{};
}

Task<Unit> Delivery::again_in_clear(Route route, Terms terms, ConnectionId failed,
                                    std::string_view why) {
    services_.trace.add(outbound_.host_, Downgraded{mail_.message.id, failed, why});
    Protection none(*this, route, terms, Clear::now);
    Result<smtp::Receipt> receipt = co_await attempt(session(route, none));
    if (receipt.ok())
        take_outcome(receipt.value(), route, none.connection);
    else
        fail_open(receipt.failure(), route.host);
    co_return Unit{};
}

Task<smtp::Receipt> Delivery::session(Route route, Protection& protection) {
    Trace& trace = services_.trace;
    std::unique_ptr<net::Line> socket = co_await services_.ground.connect(
        outbound_.host_, route.address, next_hop_.port, settings_->habits.connect_limit);
    protection.connection = socket->connection();
    trace.add(outbound_.host_,
              HostTried{mail_.message.id, socket->connection(), trace.keep(route.host),
                        trace.keep(route.address), protection.demanded()});
    smtp::Conversation talk(*socket, trace, outbound_.host_);
    smtp::Client client(talk, outbound_.name_, settings_->habits.smtp, protection);
    const smtp::Message message = message_for_open();
    Result<smtp::Receipt> receipt = co_await attempt(client.send(message));
    // docs/decisions/0009-personalities.md, "sessions".
    const Counted counted = settings_->habits.counted;
    if (counted == Counted::all ||
        (counted == Counted::with_transaction && client.reached_transaction()))
        ++sessions_;
    if (!receipt.ok()) co_return receipt.take_failure();
    co_return std::move(receipt.value());
}

// A recipient of this domain that waits, and was not refused for good by a host of this attempt.
bool Delivery::open(const QueuedMail::Recipient& r) const {
    const bool ours = !mail_.next_hop.empty() || smtp::domain_of(r.address) == domain_;
    return r.fate == Fate::pending && ours && !(r.last_failure && r.last_failure->permanent());
}

bool Delivery::anyone_open() const {
    return std::any_of(mail_.recipients.begin(), mail_.recipients.end(),
                       [&](const auto& r) { return open(r); });
}

smtp::Message Delivery::message_for_open() const {
    smtp::Message message = mail_.message;
    message.envelope.recipients.clear();
    for (const QueuedMail::Recipient& r : mail_.recipients)
        if (open(r)) message.envelope.recipients.push_back(r.address);
    return message;
}

void Delivery::fail_open(const Failure& failure, const std::string& remote) {
    for (QueuedMail::Recipient& r : mail_.recipients) {
        if (!open(r)) continue;
        r.last_failure = failure;
        r.remote = remote;
    }
}

void Delivery::take_outcome(const smtp::Receipt& receipt, const Route& route,
                            ConnectionId connection) {
    Trace& trace = services_.trace;
    std::vector<std::string> taken;
    // An address may stand there twice.
    std::multimap<std::string_view, QueuedMail::Recipient*> pending;
    for (QueuedMail::Recipient& r : mail_.recipients)
        if (r.fate == Fate::pending) pending.emplace(r.address, &r);
    for (const smtp::RecipientOutcome& outcome : receipt.recipients) {
        const auto [first, last] = pending.equal_range(outcome.recipient);
        for (auto it = first; it != last; ++it) {
            QueuedMail::Recipient& r = *it->second;
            if (r.fate != Fate::pending) continue;
            r.last_failure = outcome.refused;
            r.remote = route.host;
            if (outcome.refused) continue;
            r.fate = Fate::delivered;
            std::string code = receipt.final.enhanced();
            if (code.empty()) code = "2.0.0";
            trace.add(outbound_.host_,
                      MailDelivered{mail_.message.id, connection, trace.keep(r.address),
                                    trace.keep(route.host), trace.keep(code),
                                    trace.keep(receipt.final.one_line())});
            taken.push_back(r.address);
        }
    }
    if (!receipt.told_wishes) report(receipt, route, connection, std::move(taken));
}

// From here on nobody reports: that it went on is all that can be told (RFC 3461 section 5.2.2).
void Delivery::report(const smtp::Receipt& receipt, const Route& route, ConnectionId connection,
                      std::vector<std::string> taken) {
    const smtp::Envelope& envelope = mail_.message.envelope;
    std::erase_if(taken, [&](const std::string& address) {
        return !envelope.wishes.of(address).wants(smtp::News::success);
    });
    if (taken.empty() || envelope.sender.empty()) return;
    const std::string token = fmt::format("relayed-{}", static_cast<std::uint32_t>(connection));
    outbound_.report({Action::relayed, outbound_.name_, envelope, mail_.message.content,
                      mail_.arrived, std::move(taken), token, route.host, receipt.final.one_line()},
                     connection);
}

}  // namespace mta
