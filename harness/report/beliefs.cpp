#include "harness/report/beliefs.hpp"

#include <map>
#include <set>

#include <fmt/core.h>

#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"

namespace report {

using namespace core;
using namespace trace;

std::string_view word(Topic topic) {
    switch (topic) {
        case Topic::queue: return "queue";
        case Topic::dns: return "DNS";
        case Topic::policy: return "policy";
        case Topic::session: return "session";
        case Topic::tls: return "TLS";
        case Topic::mailbox: return "mails taken";
    }
    return "queue";
}

namespace {

using Tone = Belief::Tone;

std::string in_one_line(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c == '\n')
            out += "; ";
        else if (c != '\r')
            out += c;
    return out;
}

// A reply of several lines: its last one says it.
std::string last_line(std::string_view text) {
    const std::size_t at = text.rfind('\n');
    return std::string(at == std::string_view::npos ? text : text.substr(at + 1));
}

class Listener {
  public:
    explicit Listener(const Trace& trace) : trace_(trace) {}
    std::vector<Belief> listen() {
        trace_.each([&](const Event& event) {
            event_ = &event;
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(tell(body)) { tell(body); });
        });
        return std::move(out_);
    }

  private:
    void add(Topic topic, std::string subject, std::string value, Tone tone = Tone::neutral) {
        out_.push_back(
            {event_->id, event_->host, topic, std::move(subject), std::move(value), tone});
    }
    static std::string to(MailId mail, std::string_view recipient) {
        return fmt::format("mail {} to {}", static_cast<std::uint32_t>(mail), recipient);
    }
    std::string named(ConnectionId connection) const {
        return fmt::format("connection {}", static_cast<std::uint32_t>(connection));
    }

    // ---- mails
    void tell(const MailSubmitted& e) {
        add(Topic::queue, fmt::format("mail {}", static_cast<std::uint32_t>(e.mail)),
            fmt::format("waits, for {}", e.to));
    }
    void tell(const MailRelayed& e) {
        add(Topic::queue, fmt::format("mail {}", static_cast<std::uint32_t>(e.mail)),
            fmt::format("came by {}, waits for {}", named(e.connection), e.to));
    }
    void tell(const BounceSent& e) {
        add(Topic::queue, fmt::format("mail {}", static_cast<std::uint32_t>(e.bounce)),
            fmt::format("a non-delivery report on mail {}, waits for {}",
                        static_cast<std::uint32_t>(e.mail), e.to));
    }
    void tell(const DeliveryReported& e) {
        if (e.report == MailId::none) return;
        add(Topic::queue, fmt::format("mail {}", static_cast<std::uint32_t>(e.report)),
            fmt::format("a delivery report ({}) on {}, waits for {}", e.action, named(e.connection),
                        e.to));
    }
    void tell(const TlsReportSent& e) {
        add(Topic::queue, fmt::format("mail {}", static_cast<std::uint32_t>(e.mail)),
            fmt::format("a TLS report, waits for {}", e.to));
    }
    void tell(const DeliveryStarted& e) {
        add(Topic::queue, fmt::format("mail {}", static_cast<std::uint32_t>(e.mail)),
            fmt::format("attempt {} for {}", e.attempt, e.domain));
        add(Topic::policy, fmt::format("level for {}", e.domain), std::string(e.level));
    }
    void tell(const MailDelivered& e) {
        add(Topic::queue, to(e.mail, e.recipient),
            fmt::format("delivered to {} ({})", e.server, e.code), Tone::good);
    }
    void tell(const MailDeferred& e) {
        add(Topic::queue, to(e.mail, e.recipient),
            fmt::format("deferred: {} ({}), next try at {}", word(e.reason), e.code,
                        readable(e.next_try - trace_.begins())),
            Tone::bad);
    }
    void tell(const MailBounced& e) {
        add(Topic::queue, to(e.mail, e.recipient),
            fmt::format("bounced: {} ({})", word(e.reason), e.code), Tone::bad);
    }
    void tell(const MailScanned& e) {
        if (!e.found.empty())
            add(Topic::mailbox, "scanner", fmt::format("{} in {}: {}", e.found, e.where, e.so),
                Tone::bad);
    }
    void tell(const MailKept& e) {
        add(Topic::mailbox, std::string(e.queue_id), fmt::format("from <{}> to {}", e.from, e.to),
            Tone::good);
    }

    // ---- DNS and policies
    void tell(const DnsAnswered& e) {
        add(Topic::dns, fmt::format("{} {}", e.type, e.question),
            fmt::format("{}, {}{}{}", e.status, e.security, e.records.empty() ? "" : ": ",
                        in_one_line(e.records)),
            e.security == "bogus" ? Tone::bad : Tone::neutral);
    }
    void tell(const StsDiscovered& e) {
        add(Topic::policy, fmt::format("MTA-STS of {}", e.domain),
            e.policy_id.empty() ? std::string(e.why)
                                : fmt::format("announced, id {}", e.policy_id));
    }
    void tell(const StsFetched& e) {
        const bool well = e.reason == Reason::none;
        add(Topic::policy, fmt::format("MTA-STS of {}", e.domain),
            well ? fmt::format("fetched: {}", in_one_line(e.policy))
                 : fmt::format("not fetched: {}, {}", word(e.reason), in_one_line(e.why)),
            well ? Tone::neutral : Tone::bad);
    }
    void tell(const StsApplied& e) {
        add(Topic::policy, fmt::format("MTA-STS that counts for {}", e.domain),
            fmt::format("{}, from {}", e.mode, e.source));
    }
    void tell(const PolicyJudged& e) {
        add(Topic::policy, fmt::format("verdict on {}", named(e.connection)),
            fmt::format("{}, the peer is {}: {}", word(e.ruling), word(e.peer), e.why),
            e.ruling == Ruling::refused ? Tone::bad : Tone::good);
    }
    void tell(const Downgraded& e) {
        add(Topic::policy, fmt::format("protection of {}", named(e.connection)),
            fmt::format("less than hoped for: {}", e.why), Tone::bad);
    }
    void tell(const AdminAlerted& e) {
        add(Topic::policy, "alert", std::string(e.what), Tone::bad);
    }

    // ---- sessions
    void tell(const ConnectionAsked& e) {
        forget();
        open_[{event_->host, e.connection}] = {};
        add(Topic::session, named(e.connection), fmt::format("asks {} port {}", e.address, e.port));
    }
    void tell(const ConnectionFailed& e) {
        add(Topic::session, named(e.connection), fmt::format("failed: {}", word(e.reason)),
            Tone::bad);
    }
    void tell(const HostTried& e) {
        add(Topic::session, named(e.connection),
            fmt::format("with {}, demanded: {}", e.server, word(e.demanded)));
    }
    void said(ConnectionId connection, std::string_view whose, std::string text) {
        if (past_.contains({event_->host, connection})) return;
        Known& known = open_[{event_->host, connection}];
        known.said = true;
        add(Topic::session, fmt::format("{}, {}", named(connection), whose), std::move(text));
    }
    void tell(const ReplyReceived& e) { said(e.connection, "last reply", last_line(e.text)); }
    void tell(const CommandReceived& e) { said(e.connection, "last command", in_one_line(e.line)); }
    void tell(const ContentReceived& e) {
        said(e.connection, "last command", fmt::format("content, {} bytes", e.bytes.size()));
    }
    void tell(const BytesDiscarded& e) {
        add(Topic::session, named(e.connection),
            fmt::format("{} bytes from before TLS thrown away", e.bytes.size()), Tone::bad);
    }
    // ---- TLS
    void tls(ConnectionId connection, std::string value, Tone tone = Tone::neutral) {
        if (past_.contains({event_->host, connection})) return;
        open_[{event_->host, connection}].tls = true;
        add(Topic::tls, named(connection), std::move(value), tone);
    }
    void tell(const HandshakeStarted& e) {
        tls(e.connection, e.server_name.empty()
                              ? std::string("handshake begins, no name is sent")
                              : fmt::format("handshake begins, for {}", e.server_name));
    }
    void tell(const HandshakeFinished& e) {
        tls(e.connection,
            fmt::format("{}, {}{}{}{}", e.version, e.cipher,
                        e.alpn.text.empty() ? "" : fmt::format(", for {}", e.alpn.text),
                        e.resumed.text.empty() ? "" : ", an earlier session goes on",
                        e.certainty == Certainty::provisional
                            ? "; the server may still refuse (RFC 8446 section 4.4.4)"
                            : ""),
            Tone::good);
    }
    void tell(const HandshakeFailed& e) {
        tls(e.connection, fmt::format("failed: {}", in_one_line(e.detail)), Tone::bad);
    }
    void tell(const CertificateSeen& e) {
        open_[{event_->host, e.connection}].certificate = true;
        add(Topic::tls, fmt::format("certificate on {}", named(e.connection)),
            fmt::format("for {}, by {}: {}", e.names.empty() ? "nobody" : e.names,
                        e.issuer.empty() ? "nobody" : e.issuer, e.trust),
            e.trust == "trusted" ? Tone::neutral : Tone::bad);
    }
    // A new session: the ones that are closed matter no longer.
    void forget() {
        for (const std::string& name : closed_[event_->host]) {
            add(Topic::session, name, {});
            add(Topic::policy, "verdict on " + name, {});
            add(Topic::policy, "protection of " + name, {});
        }
        closed_[event_->host].clear();
    }
    // An end that is said or heard: what was believed of the session is past.
    void ends(ConnectionId connection, Mark mark) {
        const auto known = open_.find({event_->host, connection});
        if (mark == Mark::none || known == open_.end()) return;
        const std::string name = named(connection);
        add(Topic::session, name, mark == Mark::reset ? "reset" : "closed",
            mark == Mark::reset ? Tone::bad : Tone::neutral);
        if (known->second.said) {
            add(Topic::session, name + ", last reply", {});
            add(Topic::session, name + ", last command", {});
        }
        if (known->second.tls) add(Topic::tls, name, {});
        if (known->second.certificate) add(Topic::tls, "certificate on " + name, {});
        open_.erase(known);
        past_.insert({event_->host, connection});
        closed_[event_->host].push_back(name);
    }
    void tell(const SegmentSent& e) {
        const std::pair key{event_->host, e.connection};
        if (e.mark == Mark::none && !past_.contains(key) && !open_.contains(key)) {
            forget();
            open_[key];
            add(Topic::session, named(e.connection), "open");
        }
        ends(e.connection, e.mark);
    }
    void tell(const SegmentArrived& e) { ends(e.connection, e.mark); }
    using LeftOut =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, ConnectionOpened, ConnectionBlocked,
               SegmentPassed, SegmentAltered, SegmentInjected, SegmentDropped, PlaintextOpened,
               DatagramSent, DatagramPassed, DatagramDropped, DatagramArrived, DnsAsked, DnsForged,
               HttpRequestSent, HttpResponseSent, HttpResponseReceived, CommandSent, ReplySent,
               ContentSent, SecretMade, BounceReturned, TlsReportMade, TlsReportPosted,
               TlsReportDelayed, TlsReportLost, TlsReportTaken, TlsReportRefused, MailSealed>;

    struct Known {
        bool said = false, tls = false, certificate = false;
    };
    const Trace& trace_;
    const Event* event_ = nullptr;
    std::map<std::pair<HostId, ConnectionId>, Known> open_;
    std::set<std::pair<HostId, ConnectionId>> past_;
    std::map<HostId, std::vector<std::string>> closed_;
    std::vector<Belief> out_;
};

}  // namespace

std::vector<Belief> beliefs_of(const Trace& trace) { return Listener(trace).listen(); }

}  // namespace report
