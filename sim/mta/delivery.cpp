#include "sim/mta/delivery.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace mta {

using namespace trace;
using Fate = QueuedMail::Recipient::Fate;

namespace {

constexpr Duration connect_limit = seconds(30);  // Postfix's smtp_connect_timeout
constexpr std::size_t most_addresses = 5;        // smtp_mx_address_limit
constexpr int most_sessions = 2;                 // smtp_mx_session_limit

policy::CertificateFacts facts_of(const tls::PeerCertificate& peer) {
    policy::CertificateFacts facts;
    facts.trusted = peer.trusted;
    facts.expired = peer.expired;
    facts.not_yet_valid = peer.not_yet_valid;
    facts.trouble = peer.trouble;
    facts.names.dns_names = peer.dns_names;
    facts.names.common_name = peer.common_name;
    return facts;
}

}  // namespace

// The sender's policy as one session meets it: the smtp client asks, `policy` decides, the trace
// keeps the decision.
class Delivery::Protection final : public smtp::Security {
  public:
    Protection(Delivery& delivery, const Route& route, Clear clear)
        : delivery_(delivery), route_(route), clear_(clear) {}

    smtp::Starttls starttls() const override {
        if (clear_ == Clear::now || level() == policy::Level::none) return smtp::Starttls::never;
        return policy::demands_tls(level()) ? smtp::Starttls::always : smtp::Starttls::if_offered;
    }

    smtp::AfterRefusal without_tls(const std::optional<smtp::Reply>& refusal) override {
        const policy::NoTls how = refusal ? policy::NoTls::refused : policy::NoTls::not_offered;
        policy::Judgement judgement = policy::judge_absence(level(), how);
        if (!judgement.accepted && flawed(SenderFlaw::clear_text_under_enforce))
            judgement.accepted = true;
        record(judgement);
        if (!judgement.accepted) return smtp::AfterRefusal::give_up;
        trace().add(host(), Downgraded{delivery_.mail_.message.id, connection,
                                       trace().keep(judgement.why)});
        return smtp::AfterRefusal::go_on_in_clear;
    }

    Task<net::Stream*> secure(net::Stream& clear) override {
        Services& s = delivery_.services_;
        channel_ = std::make_unique<tls::Channel>(s.library, delivery_.outbound_.tls_, clear,
                                                  s.trace, host());
        tls_failed = true;  // until it has worked
        co_await channel_->handshake();
        tls_failed = false;
        co_return channel_.get();
    }

    smtp::AfterRefusal after_failed_handshake() override {
        const policy::Fallback next = delivery_.fallback();
        if (next != policy::Fallback::same_connection) return smtp::AfterRefusal::give_up;
        trace().add(
            host(),
            Downgraded{delivery_.mail_.message.id, connection,
                       "may: the handshake failed, going on in clear text on the same connection"});
        return smtp::AfterRefusal::go_on_in_clear;
    }

    Result<Unit> judge() override {
        policy::Judgement judgement = policy::judge_certificate(
            delivery_.rule_, facts_of(channel_->peer()), route_.host, delivery_.domain_);
        if (judgement.reason == Reason::certificate_host_mismatch &&
            flawed(SenderFlaw::ignores_certificate_names))
            judgement = {
                true, true, Reason::none, {}, "flaw: the names of the certificate are ignored"};
        record(judgement);
        if (judgement.accepted) return Unit{};
        certificate_refused = true;
        return Failure(judgement.reason, judgement.why, judgement.code);
    }

    smtp::AfterTls after_tls() const override {
        return flawed(SenderFlaw::keeps_old_extensions) ? smtp::AfterTls::keep_old_extensions
                                                        : smtp::AfterTls::greet_again;
    }

    bool secured() const { return channel_ != nullptr; }

    ConnectionId connection = ConnectionId::none;
    bool tls_failed = false;
    bool certificate_refused = false;

  private:
    policy::Level level() const { return delivery_.rule_.level; }
    bool flawed(SenderFlaw flaw) const { return delivery_.settings_->flaws.contains(flaw); }
    Trace& trace() { return delivery_.services_.trace; }
    HostId host() const { return delivery_.outbound_.host_; }
    void record(const policy::Judgement& j) {
        trace().add(host(),
                    PolicyJudged{connection, j.accepted ? Ruling::accepted : Ruling::refused,
                                 j.proven ? Peer::proven : Peer::unproven, j.reason, word(level()),
                                 trace().keep(j.why)});
    }
    Delivery& delivery_;
    const Route& route_;
    Clear clear_;
    std::unique_ptr<tls::Channel> channel_;
};

Delivery::Delivery(Outbound& outbound, QueuedMail& mail, std::string domain)
    : outbound_(outbound),
      services_(outbound.services_),
      mail_(mail),
      domain_(std::move(domain)),
      settings_(outbound.settings_),
      rule_(settings_->rule_for(domain_)),
      age_(services_.loop.now() - mail.arrived) {}

policy::Fallback Delivery::fallback() const {
    return policy::fallback_after_failure(rule_.level, settings_->clear_fallback, age_);
}

// RFC 5321 section 5.1: the hosts in order of preference, each in turn, until the mail is taken or
// refused for good.
Task<Unit> Delivery::run() {
    services_.trace.add(outbound_.host_,
                        DeliveryStarted{mail_.message.id, services_.trace.keep(domain_),
                                        word(rule_.level), mail_.attempts});
    Result<std::vector<Route>> routes = co_await attempt(find_routes());
    if (!routes.ok()) {
        fail_open(routes.failure());
        co_return Unit{};
    }
    for (const Route& route : routes.value()) {
        if (!anyone_open() || sessions_ >= most_sessions) break;
        co_await try_host(route);
    }
    co_return Unit{};
}

Task<std::vector<Route>> Delivery::find_routes() {
    const dns::Message mx = co_await outbound_.dns_.ask(domain_, dns::Type::MX);
    if (mx.status == dns::Status::server_failure)
        co_return Failure(Reason::dns_failure, "DNS could not answer MX of " + domain_, "4.4.3");
    if (mx.status == dns::Status::name_error)
        co_return Failure(Reason::no_such_domain, "Host or domain name not found: " + domain_,
                          "5.4.4");
    std::vector<std::pair<std::uint16_t, std::string>> hosts;
    for (const dns::Record& r : mx.answers)
        if (r.type == dns::Type::MX) hosts.emplace_back(r.preference, r.data);
    if (hosts.size() == 1 && hosts.front().second.empty())  // RFC 7505, SMTP-31
        co_return Failure(Reason::null_mx, "Domain " + domain_ + " does not accept mail (nullMX)",
                          "5.1.0");
    if (hosts.empty()) hosts.emplace_back(std::uint16_t{0}, domain_);  // implicit MX, SMTP-24
    // Lower first; equal ones shuffled (SMTP-23).
    for (std::size_t i = hosts.size(); i > 1; --i)
        std::swap(hosts[i - 1], hosts[outbound_.chance_.below(i)]);
    std::stable_sort(hosts.begin(), hosts.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Route> routes = co_await addresses(std::move(hosts));
    co_return std::move(routes);
}

Task<std::vector<Route>> Delivery::addresses(
    std::vector<std::pair<std::uint16_t, std::string>> hosts) {
    std::vector<Route> routes;
    Failure trouble(Reason::no_such_host, "Host or domain name not found: " + domain_, "5.4.4");
    for (const auto& [preference, host] : hosts) {
        Result<dns::Message> answer = co_await attempt(outbound_.dns_.ask(host, dns::Type::A));
        const bool failed = !answer.ok() || answer.value().status == dns::Status::server_failure;
        if (failed)
            trouble = Failure(Reason::dns_failure, "DNS could not answer A of " + host, "4.4.3");
        if (failed) continue;
        bool any = false;
        for (const dns::Record& r : answer.value().answers) {
            if (r.type != dns::Type::A) continue;
            any = true;
            if (routes.size() < most_addresses) routes.push_back({host, r.data});
        }
        if (!any && trouble.permanent())
            trouble =
                Failure(Reason::no_such_host, "Host or domain name not found: " + host, "5.4.4");
    }
    if (routes.empty()) co_return std::move(trouble);
    co_return std::move(routes);
}

// One host: one session, and perhaps a second one in clear text.
Task<Unit> Delivery::try_host(Route route) {
    Protection protection(*this, route, Clear::not_now);
    Result<smtp::Receipt> receipt = co_await attempt(session(route, protection));
    const bool lost_in_tls = !receipt.ok() && protection.secured() &&
                             receipt.failure().reason == Reason::connection_lost;
    // Postfix counts a session that is lost inside TLS as a failure of TLS, too (truth/README.md,
    // 6).
    if ((protection.tls_failed || lost_in_tls) && fallback() == policy::Fallback::new_connection) {
        Trace& trace = services_.trace;
        trace.add(outbound_.host_, Downgraded{mail_.message.id, protection.connection,
                                              "may: TLS failed, reconnecting in clear text"});
        Protection none(*this, route, Clear::now);
        Result<smtp::Receipt> second = co_await attempt(session(route, none));
        if (second.ok())
            take_outcome(second.value(), route, none.connection);
        else
            fail_open(second.failure());
        co_return Unit{};
    }
    if (receipt.ok())
        take_outcome(receipt.value(), route, protection.connection);
    else
        fail_open(receipt.failure());
    co_return Unit{};
}

Task<smtp::Receipt> Delivery::session(Route route, Protection& protection) {
    Trace& trace = services_.trace;
    std::unique_ptr<net::Socket> socket = co_await services_.network.connect(
        outbound_.host_, route.address, smtp_port, connect_limit);
    protection.connection = socket->connection();
    trace.add(outbound_.host_, HostTried{mail_.message.id, socket->connection(),
                                         trace.keep(route.host), trace.keep(route.address)});
    smtp::Conversation talk(*socket, trace, outbound_.host_);
    smtp::Client client(talk, outbound_.name_, protection);
    const smtp::Message message = message_for_open();
    Result<smtp::Receipt> receipt = co_await attempt(client.send(message));
    // A connection on which TLS came to nothing does not count as a session (truth/README.md, 17).
    const bool without_tls =
        !receipt.ok() && receipt.failure().reason == Reason::starttls_not_supported;
    if (!protection.tls_failed && !protection.certificate_refused && !without_tls) ++sessions_;
    if (!receipt.ok()) co_return receipt.take_failure();
    co_return std::move(receipt.value());
}

// A recipient of this domain that waits, and was not refused for good by a host of this attempt.
bool Delivery::open(const QueuedMail::Recipient& r) const {
    return r.fate == Fate::pending && smtp::domain_of(r.address) == domain_ &&
           !(r.last_failure && r.last_failure->permanent());
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

void Delivery::fail_open(const Failure& failure) {
    for (QueuedMail::Recipient& r : mail_.recipients)
        if (open(r)) r.last_failure = failure;
}

void Delivery::take_outcome(const smtp::Receipt& receipt, const Route& route,
                            ConnectionId connection) {
    Trace& trace = services_.trace;
    for (const smtp::RecipientOutcome& outcome : receipt.recipients) {
        for (QueuedMail::Recipient& r : mail_.recipients) {
            if (r.fate != Fate::pending || r.address != outcome.recipient) continue;
            r.last_failure = outcome.refused;
            if (outcome.refused) continue;
            r.fate = Fate::delivered;
            std::string code = receipt.final.enhanced();
            if (code.empty()) code = "2.0.0";
            trace.add(outbound_.host_,
                      MailDelivered{mail_.message.id, connection, trace.keep(r.address),
                                    trace.keep(route.host), trace.keep(code),
                                    trace.keep(receipt.final.one_line())});
        }
    }
}

}  // namespace mta
