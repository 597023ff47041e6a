#include "harness/judge/cell.hpp"

#include <algorithm>
#include <optional>

#include "sim/trace/reader.hpp"

namespace judge {

using namespace trace;

namespace {

// One connection of an attempt.
struct Session {
    ConnectionId id = ConnectionId::none;
    std::string_view host, version;
    bool tried_tls = false;  ///< STARTTLS was sent.
    bool envelope_in_clear = false;
    std::optional<Layer> content;
    Peer peer = Peer::untrusted;
};

struct Attempt {
    std::string outcome, code;
    ConnectionId delivered = ConnectionId::none;
    std::vector<Session> sessions;
    std::map<std::string_view, int> rank;  ///< Of MX hosts, from 1.

    Session* session(ConnectionId id) {
        for (Session& s : sessions)
            if (s.id == id) return &s;
        return nullptr;
    }
    const Session* taken() const {
        for (const Session& s : sessions)
            if (s.id == delivered && delivered != ConnectionId::none) return &s;
        return nullptr;
    }
};

// Reads the trace once, event by event, and puts it down attempt by attempt. HostTried tells the
// mail's own connections from those of others, and from those to policy hosts.
class Reader {
  public:
    explicit Reader(MailId mail) : mail_(mail) {}
    std::vector<Attempt> attempts;

    void operator()(const Event& event) {
        at_ = event.at;
        trace::read(event.body, LeftOut(),
                    [&](const auto& body) -> decltype(note(body)) { note(body); });
    }

  private:
    void note(const DeliveryStarted& e) {
        // One attempt may be for several domains.
        if (e.mail == mail_ && e.attempt > attempts.size()) attempts.emplace_back();
    }
    void note(const DnsAnswered& e) {
        if (!attempts.empty() && e.type == "MX") rank_hosts(e.records);
    }
    void note(const HostTried& e) {
        if (e.mail != mail_) return;
        Session& s = attempts.back().sessions.emplace_back();
        s.id = e.connection;
        s.host = e.server;
    }
    void note(const CommandSent& e) {
        Session* const s = session(e.connection);
        if (s == nullptr) return;
        if (e.line == "STARTTLS") s->tried_tls = true;
        if (e.line.starts_with("MAIL FROM") && e.layer == Layer::clear) s->envelope_in_clear = true;
    }
    void note(const HandshakeFinished& e) {
        Session* const s = session(e.connection);
        if (s != nullptr && e.side == "client") s->version = e.version;
    }
    void note(const PolicyJudged& e) {
        if (Session* const s = session(e.connection)) s->peer = e.peer;
    }
    void note(const ContentReceived& e) {
        if (Session* const s = session(e.connection)) s->content = e.layer;
    }
    Session* session(ConnectionId id) {
        return attempts.empty() ? nullptr : attempts.back().session(id);
    }
    void note(const MailDelivered& e) {
        if (e.mail != mail_) return;
        settle("delivered", e.code);
        attempts.back().delivered = e.connection;
    }
    void note(const MailDeferred& e) {
        if (e.mail == mail_ && !e.forewarns(at_)) settle("deferred", e.code);
    }
    void note(const MailBounced& e) {
        if (e.mail == mail_) settle("bounced", e.code);
    }
    using LeftOut =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, ConnectionAsked, ConnectionOpened,
               ConnectionFailed, ConnectionBlocked, SegmentSent, SegmentPassed, SegmentAltered,
               SegmentInjected, SegmentDropped, SegmentArrived, PlaintextOpened, DatagramSent,
               DatagramPassed, DatagramDropped, DatagramArrived, DnsAsked, DnsForged,
               HttpRequestSent, HttpResponseSent, HttpResponseReceived, StsDiscovered, StsFetched,
               StsApplied, AdminAlerted, CommandReceived, ReplySent, ReplyReceived, ContentSent,
               BytesDiscarded, HandshakeStarted, HandshakeFailed, CertificateSeen, SecretMade,
               MailSubmitted, Downgraded, BounceReturned, BounceSent, DeliveryReported,
               TlsReportMade, TlsReportSent, TlsReportPosted, TlsReportDelayed, TlsReportLost,
               TlsReportTaken, TlsReportRefused, MailRelayed, MailKept, MailScanned, MailSealed>;

    void settle(std::string outcome, std::string_view code) {
        attempts.back().outcome = std::move(outcome);
        attempts.back().code = code;
    }
    // "MX 10 mx.bob.example." line by line; equal preferences keep the order of the answer.
    void rank_hosts(std::string_view records) {
        std::vector<std::pair<int, std::string_view>> hosts;
        while (!records.empty()) {
            const std::string_view line = records.substr(0, records.find('\n'));
            records.remove_prefix(std::min(records.size(), line.size() + 1));
            if (!line.starts_with("MX ")) continue;
            const std::size_t space = line.find(' ', 3);
            std::string_view name = line.substr(space + 1);
            if (name.ends_with('.')) name.remove_suffix(1);
            hosts.emplace_back(std::stoi(std::string(line.substr(3, space - 3))), name);
        }
        std::stable_sort(hosts.begin(), hosts.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < hosts.size(); ++i)
            attempts.back().rank.emplace(hosts[i].second, static_cast<int>(i) + 1);
    }
    MailId mail_;
    Instant at_;
};

std::string wire(const Attempt& a) {
    const Session* const s = a.taken();
    if (s == nullptr || !s->content) return "none";
    return *s->content == Layer::clear ? "clear" : "tls";
}

std::string tls_word(const Attempt& a) {
    const Session* const s = a.taken();
    if (s == nullptr || wire(a) != "tls") return {};
    return s->peer == Peer::verified  ? "Verified"
           : s->peer == Peer::trusted ? "Trusted"
                                      : "Untrusted";
}

// Of the last session with TLS, whether it took the mail or not.
std::string tls_version(const Attempt& a) {
    std::string out;
    for (const Session& s : a.sessions)
        if (!s.version.empty()) out = s.version;
    return out;
}

std::string mx_took(const Attempt& a) {
    const Session* const s = a.taken();
    if (s == nullptr) return {};
    const auto found = a.rank.find(s->host);
    return "MX" + std::to_string(found == a.rank.end() ? 1 : found->second);
}

// How the content came to cross in clear text although TLS had been tried.
std::string clear_after_tls_failure(const Attempt& a) {
    const Session* const s = a.taken();
    if (s == nullptr || wire(a) != "clear") return "no";
    if (s->tried_tls) return "same_connection";
    std::string out = "no";
    for (const Session& other : a.sessions) {
        if (&other == s) break;
        if (other.tried_tls) out = other.host == s->host ? "new_connection" : "next_mx_in_clear";
    }
    return out;
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

}  // namespace

std::vector<std::string> fact_names(int attempts) {
    std::vector<std::string> out{"outcome",
                                 "wire",
                                 "tls_word",
                                 "tls_version",
                                 "mx_took",
                                 "connections",
                                 "clear_after_tls_failure",
                                 "envelope_in_clear",
                                 "dsn"};
    for (const char* const n : {"a2_", "a3_"})
        if (attempts > n[1] - '1')
            for (const char* const fact : {"outcome", "wire"}) out.push_back(std::string(n) + fact);
    if (attempts > 1) out.insert(out.end(), {"final_outcome", "final_wire"});
    return out;
}

CellFacts cell_facts(const Trace& trace, MailId mail, int attempts) {
    Reader reader(mail);
    trace.each(reader);
    const std::vector<Attempt>& all = reader.attempts;
    if (all.empty()) return {};
    const Attempt& first = all.front();
    CellFacts out{{"outcome", first.outcome},
                  {"wire", wire(first)},
                  {"tls_word", tls_word(first)},
                  {"tls_version", tls_version(first)},
                  {"mx_took", mx_took(first)},
                  {"connections", std::to_string(first.sessions.size())},
                  {"clear_after_tls_failure", clear_after_tls_failure(first)},
                  {"envelope_in_clear",
                   yes_no(std::any_of(first.sessions.begin(), first.sessions.end(),
                                      [](const Session& s) { return s.envelope_in_clear; }))},
                  {"dsn", first.code}};
    for (int n = 2; n <= attempts; ++n) {
        const auto i = static_cast<std::size_t>(n - 1);
        const std::string prefix = "a" + std::to_string(n) + "_";
        out.emplace_back(prefix + "outcome", i < all.size() ? all[i].outcome : std::string());
        out.emplace_back(prefix + "wire", i < all.size() ? wire(all[i]) : std::string());
    }
    if (attempts == 1) return out;
    const Attempt& last = all[std::min(all.size(), static_cast<std::size_t>(attempts)) - 1];
    out.emplace_back("final_outcome", last.outcome);
    out.emplace_back("final_wire", wire(last));
    return out;
}

}  // namespace judge
