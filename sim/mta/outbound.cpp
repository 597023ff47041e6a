#include "sim/mta/outbound.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/mta/bounce.hpp"
#include "sim/mta/delivery.hpp"

namespace mta {

using namespace trace;
using Fate = QueuedMail::Recipient::Fate;

// A mail sleeps until its time comes, or until the queue is flushed.
struct Outbound::Nap final : Due {
    Nap(Outbound& o, Instant w) : outbound(o), when(w) { o.naps_.push_back(this); }
    ~Nap() { std::erase(outbound.naps_, this); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) {
        handle = h;
        outbound.services_.loop.at(when, *this);
    }
    void await_resume() const noexcept {}
    void fire() override { handle.resume(); }
    Outbound& outbound;
    Instant when;
    std::coroutine_handle<> handle;
};

Outbound::Outbound(Services& services, HostId host, std::string name)
    : services_(services),
      host_(host),
      name_(std::move(name)),
      dns_(services.ground, host, services.resolver.host(), services.chance.child("dns " + name_)),
      policies_(services, host, dns_),
      reports_(services, host, dns_, *this),
      chance_(services.chance.child("outbound " + name_)),
      mails_(services.loop) {}

void Outbound::configure(OutboundSettings settings) {
    const auto ready = [this](const Destination& d) {
        return Target{d.wanted, tls::prepare_client(services_.library, d.tls)};
    };
    usual_ = ready(settings.usual);
    rule_tls_.clear();
    for (const tls::Settings& one : settings.rule_tls)
        rule_tls_.push_back(tls::prepare_client(services_.library, one));
    special_.clear();
    for (const auto& [domain, destination] : settings.special) {
        special_[domain] = ready(destination);
        special_[domain].special = true;
    }
    if (settings.mta_sts == MtaSts::followed) policies_.configure(settings.usual.tls.trust);
    reports_.configure(settings.reports_for, settings.report_flaws, settings.usual.tls.trust);
    settings_ = std::make_shared<const OutboundSettings>(std::move(settings));
}

const Outbound::Target& Outbound::target_for(const std::string& domain) const {
    // A smart host is named in brackets. "[host]", "[host]:25" and "host:25" are three names
    // (TLS_README); where the author gave no port, it has one, and which is all the same here.
    const bool relayed = settings_ && dns::canonical(settings_->relays_to.host) == domain;
    if (relayed && !settings_->relays_as.empty()) {
        const auto spelled = special_.find(settings_->relays_as);
        if (spelled != special_.end()) return spelled->second;
        if (settings_->relays_as.starts_with('[')) return usual_;
    }
    const std::string host = "[" + domain + "]:";
    const auto relay = special_.lower_bound(host);
    if (relayed && settings_->relays_as.empty() && relay != special_.end() &&
        relay->first.starts_with(host))
        return relay->second;
    const auto found = special_.find(domain);
    if (found != special_.end()) return found->second;
    // ".bob.example" stands for all below it, the nearest first (smtp_tls_policy_maps).
    for (std::size_t dot = domain.find('.'); dot != domain.npos; dot = domain.find('.', dot + 1)) {
        const auto parent = special_.find(domain.substr(dot));
        if (parent != special_.end()) return parent->second;
    }
    return usual_;
}

namespace {

std::string listed(const std::vector<std::string>& addresses) {
    std::string out;
    for (const std::string& address : addresses) out += (out.empty() ? "" : ", ") + address;
    return out;
}

}  // namespace

namespace {

// Where something was said and the original recipient was not, it is the one of the envelope, as
// it came (RFC 3461 sections 4.2 and 5.2.1).
void name_originals(smtp::Envelope& envelope) {
    for (const std::string& address : envelope.recipients) {
        if (!envelope.wishes.any(address)) continue;
        std::string& original = envelope.wishes.recipients[address].original;
        if (original.empty()) original = "rfc822;" + smtp::to_xtext(address);
    }
}

}  // namespace

std::shared_ptr<QueuedMail> Outbound::enqueue(smtp::Message message, NextHop next_hop) {
    auto mail = std::make_shared<QueuedMail>();
    mail->arrived = services_.loop.now();
    for (const std::string& address : message.envelope.recipients)
        mail->recipients.push_back({address, Fate::pending, std::nullopt, {}});
    mail->message = std::move(message);
    name_originals(mail->message.envelope);
    mail->next_hop = std::move(next_hop);
    return mail;
}

void Outbound::submit(smtp::Message message, std::string_view message_id, Duration hold) {
    Trace& trace = services_.trace;
    trace.add(host_, MailSubmitted{message.id, trace.keep(message.envelope.sender),
                                   trace.keep(listed(message.envelope.recipients)),
                                   trace.keep(message_id), trace.keep(message.content)});
    mails_.start(care_for(enqueue(std::move(message), settings_->relays_to), hold));
}

void Outbound::relay(smtp::Message message, ConnectionId connection, NextHop next_hop) {
    message.id = services_.mails.next();
    Trace& trace = services_.trace;
    trace.add(host_, MailRelayed{message.id, connection, trace.keep(message.envelope.sender),
                                 trace.keep(listed(message.envelope.recipients)),
                                 trace.keep(message.content)});
    if (next_hop.empty()) next_hop = settings_->relays_to;
    mails_.start(care_for(enqueue(std::move(message), std::move(next_hop)), {}));
}

void Outbound::flush() {
    for (Nap* nap : naps_) {
        services_.loop.cancel(*nap);
        services_.loop.soon(*nap);
    }
}

// A report is tried for a day (RFC 8460 section 5.5, RPT-15).
Duration Outbound::patience(const QueuedMail& mail) const {
    const Duration limit = settings_->habits.schedule.gives_up_after;
    const Duration usual = mail.tls_report ? std::min(days(1), limit) : limit;
    if (!services_.queues_close) return usual;
    return std::clamp(*services_.queues_close - mail.arrived, Duration{}, usual);
}

// A mail's whole life in the queue.
Task<Unit> Outbound::care_for(std::shared_ptr<QueuedMail> mail, Duration hold) {
    if (hold > Duration{}) {
        Nap nap(*this, mail->arrived + hold);
        co_await nap;
    }
    for (;;) {
        ++mail->attempts;
        co_await attempt_all(*mail);
        settle(*mail);
        if (mail->settled()) co_return Unit{};
        const Instant end = mail->arrived + patience(*mail);
        const Instant now = services_.loop.now();
        mail->last_gap = settings_->habits.schedule.gap(now - mail->arrived, mail->last_gap);
        const Instant next = std::min(now + mail->last_gap, end);
        Trace& trace = services_.trace;
        for (const QueuedMail::Recipient& r : mail->recipients) {
            if (r.fate != Fate::pending) continue;
            trace.add(host_, MailDeferred{mail->message.id, r.last_failure->reason,
                                          trace.keep(r.address), trace.keep(r.last_failure->code),
                                          trace.keep(r.last_failure->detail), next});
        }
        Nap nap(*this, next);
        co_await nap;
    }
}

// One attempt for each domain that still has recipients; one for all where they share a next hop.
Task<Unit> Outbound::attempt_all(QueuedMail& mail) {
    if (!mail.next_hop.empty()) {
        Delivery delivery(*this, mail, mail.next_hop.host);
        co_await delivery.run();
        co_return Unit{};
    }
    std::vector<std::string> domains;
    for (const QueuedMail::Recipient& r : mail.recipients) {
        const std::string domain = smtp::domain_of(r.address);
        const bool listed = std::find(domains.begin(), domains.end(), domain) != domains.end();
        if (r.fate == Fate::pending && !listed) domains.push_back(domain);
    }
    for (const std::string& domain : domains) {
        Delivery delivery(*this, mail, domain);
        co_await delivery.run();
    }
    co_return Unit{};
}

// What failed for good, or for too long, goes back to the sender (SMTP-22, SMTP-29).
void Outbound::settle(QueuedMail& mail) {
    const bool too_old = services_.loop.now() - mail.arrived >= patience(mail);
    std::vector<const QueuedMail::Recipient*> failed;
    Trace& trace = services_.trace;
    for (QueuedMail::Recipient& r : mail.recipients) {
        if (r.fate != Fate::pending) continue;
        ENSURE(r.last_failure.has_value());
        if (settings_->habits.refused == Refused::waits && r.last_failure->permanent() &&
            !r.last_failure->code.empty())
            r.last_failure->code.front() = '4';
        if (!r.last_failure->permanent() && !too_old) continue;
        r.fate = Fate::bounced;
        // Who did not ask for it hears nothing (RFC 3461 section 5.2.6).
        if (mail.message.envelope.wishes.of(r.address).wants(smtp::News::failure))
            failed.push_back(&r);
        trace.add(host_, MailBounced{mail.message.id, r.last_failure->reason, trace.keep(r.address),
                                     trace.keep(r.last_failure->code),
                                     trace.keep(r.last_failure->detail)});
    }
    // Never a report about a report (RFC 5321 section 6.1).
    if (!failed.empty() && !mail.message.envelope.sender.empty()) bounce(mail, failed);
}

void Outbound::send_report(std::string to, std::string content) {
    smtp::Message message;
    message.id = services_.mails.next();
    message.envelope.sender = "tls-reports@" + settings_->reports_for;
    message.envelope.recipients = {std::move(to)};
    message.content = std::move(content);
    Trace& trace = services_.trace;
    trace.add(host_, TlsReportSent{message.id, trace.keep(message.envelope.recipients.front()),
                                   trace.keep(message.content)});
    std::shared_ptr<QueuedMail> mail = enqueue(std::move(message), settings_->relays_to);
    mail->tls_report = true;
    mails_.start(care_for(std::move(mail), {}));
}

// To one of our own people the report is handed over, unless their mail lies further on; to others
// it goes as mail, with a null return path (DSN-01), and with the demand for TLS that its mail had
// (REQ-10).
void Outbound::bounce(QueuedMail& mail, const std::vector<const QueuedMail::Recipient*>& failed) {
    const std::string& to = mail.message.envelope.sender;
    Trace& trace = services_.trace;
    std::string report = bounce_message(name_, mail, failed, services_.loop.now());
    NextHop next = onward(to);
    if (is_own(to) && next.empty()) {
        trace.add(host_, BounceReturned{mail.message.id, trace.keep(to), trace.keep(report)});
        return;
    }
    smtp::Message message;
    message.id = services_.mails.next();
    message.envelope = {"", {to}, mail.message.envelope.require_tls};
    trace.add(host_, BounceSent{mail.message.id, message.id, trace.keep(to), trace.keep(report)});
    message.content = std::move(report);
    if (next.empty()) next = settings_->relays_to;
    mails_.start(care_for(enqueue(std::move(message), std::move(next)), {}));
}

NextHop Outbound::onward(const std::string& address) const {
    return onward_ ? onward_(smtp::domain_of(address)) : NextHop();
}

bool Outbound::is_own(const std::string& address) const {
    const std::set<std::string>& own = settings_->domains;
    return own.empty() || own.contains(smtp::domain_of(address));
}

// The same way as bad news.
void Outbound::report(const Success& success, ConnectionId connection) {
    const smtp::Envelope& about = success.envelope;
    Trace& trace = services_.trace;
    smtp::Message message;
    message.content = success_message(success, services_.loop.now());
    NextHop next = onward(about.sender);
    const bool own = is_own(about.sender) && next.empty();
    if (!own) message.id = services_.mails.next();
    trace.add(host_, DeliveryReported{connection, message.id, word(success.action),
                                      trace.keep(about.sender), trace.keep(message.content)});
    if (own) return;
    message.envelope = {"", {about.sender}, about.require_tls};
    if (next.empty()) next = settings_->relays_to;
    mails_.start(care_for(enqueue(std::move(message), std::move(next)), {}));
}

}  // namespace mta
