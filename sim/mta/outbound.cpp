#include "sim/mta/outbound.hpp"

#include <algorithm>

#include <fmt/format.h>

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
      dns_(services.network, host, services.resolver.host(), services.chance.child("dns " + name_)),
      policies_(services, host, dns_),
      chance_(services.chance.child("outbound " + name_)),
      mails_(services.loop) {}

void Outbound::configure(OutboundSettings settings) {
    const auto ready = [this](const Destination& d) {
        return Target{d.rule, tls::prepare_client(services_.library, d.tls)};
    };
    usual_ = ready(settings.usual);
    special_.clear();
    for (const auto& [domain, destination] : settings.special) {
        special_[domain] = ready(destination);
        special_[domain].special = true;
    }
    if (settings.mta_sts == MtaSts::followed) policies_.configure(settings.usual.tls.trust);
    settings_ = std::make_shared<const OutboundSettings>(std::move(settings));
}

const Outbound::Target& Outbound::target_for(const std::string& domain) const {
    const auto found = special_.find(domain);
    return found == special_.end() ? usual_ : found->second;
}

void Outbound::submit(smtp::Message message, std::string_view message_id, Duration hold) {
    auto mail = std::make_shared<QueuedMail>();
    mail->arrived = services_.loop.now();
    std::string to;
    for (const std::string& address : message.envelope.recipients) {
        mail->recipients.push_back({address, Fate::pending, std::nullopt});
        to += (to.empty() ? "" : ", ") + address;
    }
    mail->message = std::move(message);
    Trace& trace = services_.trace;
    trace.add(host_, MailSubmitted{mail->message.id, trace.keep(mail->message.envelope.sender),
                                   trace.keep(to), trace.keep(message_id),
                                   trace.keep(mail->message.content)});
    mails_.start(care_for(std::move(mail), hold));
}

void Outbound::flush() {
    for (Nap* nap : naps_) {
        services_.loop.cancel(*nap);
        services_.loop.soon(*nap);
    }
}

// RFC 5321 section 4.5.4.1: the gap grows, so that a dead host costs little.
Duration Outbound::retry_gap(std::uint32_t attempts) const {
    const Duration longest = std::max(settings_->longest_retry, settings_->first_retry);
    Duration gap = settings_->first_retry;
    for (std::uint32_t i = 1; i < attempts && gap < longest; ++i) gap = gap * 2;
    return std::min(gap, longest);
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
        const Instant end = mail->arrived + settings_->gives_up_after;
        const Instant next = std::min(services_.loop.now() + retry_gap(mail->attempts), end);
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

// One attempt for each domain that still has recipients.
Task<Unit> Outbound::attempt_all(QueuedMail& mail) {
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
    const bool too_old = services_.loop.now() - mail.arrived >= settings_->gives_up_after;
    std::vector<const QueuedMail::Recipient*> failed;
    Trace& trace = services_.trace;
    for (QueuedMail::Recipient& r : mail.recipients) {
        if (r.fate != Fate::pending) continue;
        ENSURE(r.last_failure.has_value());
        if (!r.last_failure->permanent() && !too_old) continue;
        r.fate = Fate::bounced;
        failed.push_back(&r);
        trace.add(host_, MailBounced{mail.message.id, r.last_failure->reason, trace.keep(r.address),
                                     trace.keep(r.last_failure->code),
                                     trace.keep(r.last_failure->detail)});
    }
    // Never a report about a report (RFC 5321 section 6.1).
    if (failed.empty() || mail.message.envelope.sender.empty()) return;
    const std::string report = bounce_message(name_, mail, failed, services_.loop.now());
    trace.add(host_, BounceReturned{mail.message.id, trace.keep(mail.message.envelope.sender),
                                    trace.keep(report)});
}

}  // namespace mta
