#include "harness/report/party.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "sim/core/ensure.hpp"
#include "sim/trace/reader.hpp"

namespace report {

using namespace trace;

namespace {

class Selection {
  public:
    Selection(const Trace& trace, const std::vector<HostId>& party)
        : trace_(trace), party_(party.begin(), party.end()) {}

    std::unique_ptr<Restored> make() {
        survey();
        for (const HostJoined& host : hosts_) add(host.host, host);
        for (const ConnectionAsked& asked : asked_) begin(asked);
        trace_.each([&](const Event& event) {
            at_ = event.at;
            event_ = &event;
            trace::read(event.body, NotPassed(),
                        [&](const auto& body) -> decltype(pass(body)) { pass(body); });
        });
        return std::move(out_);
    }

  private:
    struct Connection {
        HostId client = HostId::nobody, server = HostId::nobody;
        HostId watcher = HostId::nobody;  ///< Of the party, and no end; one is enough.
        bool changed = false, opened = false;
    };
    bool is_party(HostId host) const { return party_.contains(host); }
    bool is_end(const Connection& c) const { return is_party(c.client) || is_party(c.server); }

    // ---- who sees what
    void survey() {
        trace_.each([&](const Event& event) {
            event_ = &event;
            trace::read(event.body, SaysNotWho(),
                        [&](const auto& body) -> decltype(note(body)) { note(body); });
        });
    }
    void note(const HostJoined& e) {
        hosts_.push_back(e);
        roles_[e.host] = e.role;
    }
    void note(const ConnectionAsked& e) {
        asked_.push_back(e);
        connections_[e.connection].client = event_->host;
        connections_[e.connection].server = e.peer;
    }
    void note(const SegmentPassed& e) { watched(e.connection); }
    void note(const SegmentAltered& e) { changed(e.connection); }
    void note(const SegmentInjected& e) { changed(e.connection); }
    void note(const SegmentDropped& e) { changed(e.connection); }
    void note(const PlaintextOpened& e) {
        if (is_party(event_->host)) connections_[e.connection].opened = true;
    }
    using SaysNotWho =
        Events<PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged, LinkChanged,
               HostWentDown, HostCameBack, ConnectionOpened, ConnectionFailed, ConnectionBlocked,
               SegmentSent, SegmentArrived, DatagramSent, DatagramPassed, DatagramDropped,
               DatagramArrived, DnsAsked, DnsAnswered, DnsForged, HttpRequestSent, HttpResponseSent,
               HttpResponseReceived, StsDiscovered, StsFetched, StsApplied, AdminAlerted,
               CommandSent, CommandReceived, ReplySent, ReplyReceived, ContentSent, ContentReceived,
               BytesDiscarded, HandshakeStarted, HandshakeFinished, HandshakeFailed,
               CertificateSeen, SecretMade, MailSubmitted, DeliveryStarted, HostTried, PolicyJudged,
               Downgraded, MailDelivered, MailDeferred, MailBounced, BounceReturned, BounceSent,
               DeliveryReported, TlsReportMade, TlsReportSent, TlsReportPosted, TlsReportDelayed,
               TlsReportLost, TlsReportTaken, TlsReportRefused, MailRelayed, MailKept, MailScanned,
               MailSealed>;
    void watched(ConnectionId id) {
        Connection& c = connections_[id];
        if (is_party(event_->host) && c.watcher == HostId::nobody) c.watcher = event_->host;
    }
    void changed(ConnectionId id) {
        watched(id);
        Connection& c = connections_[id];
        c.changed = c.changed || c.watcher == event_->host;
    }

    // ---- the events of the new trace
    template <class T>
    void add(HostId host, const T& body) {
        Event event;
        event.id = ++count_;
        event.at = at_;
        event.host = host;
        event.body = body;
        const std::string wrong = out_->add(event);
        ENSURE(wrong.empty());
    }
    // An end is where it was; who is on the path stands in the place of both ends.
    void begin(ConnectionAsked asked) {
        const Connection& c = connections_.at(asked.connection);
        HostId client = c.client;
        if (c.watcher != HostId::nobody && !is_end(c)) {
            client = place(c.watcher, c.changed ? " (towards the client)" : "");
            asked.peer = place(c.watcher, " (towards the server)");
        }
        add(client, asked);
    }
    HostId place(HostId watcher, std::string_view side) {
        const auto known = places_.find({watcher, side});
        if (known != places_.end()) return known->second;
        HostJoined joined = hosts_[static_cast<std::size_t>(watcher)];
        if (side.empty() || hosts_.size() + places_.size() >= 0xFFFF) return watcher;
        joined.title = out_->keep(std::string(joined.title) + std::string(side));
        joined.host = HostId{static_cast<std::uint16_t>(hosts_.size() + places_.size())};
        places_[{watcher, side}] = joined.host;
        add(joined.host, joined);
        return joined.host;
    }

    // ---- what is passed on
    void pass(const SegmentSent& e) {
        if (is_party(event_->host)) add(event_->host, e);
    }
    void pass(const SegmentArrived& e) {
        if (is_party(event_->host)) add(event_->host, e);
    }
    void pass(const SegmentPassed& e) { through(e.connection, e.way, e.mark, e.bytes, e.bytes); }
    void pass(const SegmentAltered& e) {
        through(e.connection, e.way, Mark::none, e.before, e.after);
    }
    void pass(const SegmentInjected& e) { through(e.connection, e.way, e.mark, {}, e.bytes); }
    void pass(const SegmentDropped& e) { through(e.connection, e.way, Mark::none, e.bytes, {}); }
    void through(ConnectionId id, Way way, Mark mark, std::string_view before,
                 std::string_view after) {
        const Connection& c = connections_[id];
        if (event_->host != c.watcher || is_end(c) || c.watcher == HostId::nobody) return;
        if (!before.empty()) add(c.watcher, SegmentSent{id, way, mark, 0, before});
        if (!after.empty()) add(c.watcher, SegmentArrived{id, way, mark, after});
    }
    void pass(const SecretMade& e) {
        const Connection& c = connections_[e.connection];
        if (is_party(event_->host) || is_end(c) || c.opened) add(event_->host, e);
    }
    void pass(const DatagramSent& e) {
        if (is_party(event_->host)) add(event_->host, e);
    }
    void pass(const DatagramArrived& e) {
        if (is_party(event_->host)) add(event_->host, e);
    }
    // He sees questions go and answers come, as the card of who asks does.
    void pass(const DatagramPassed& e) {
        if (!is_party(event_->host)) return;
        constexpr std::uint16_t dns = 53;
        if (roles_[e.to] == Role::resolver)
            add(event_->host, DatagramSent{e.to, 0, dns, e.bytes});
        else
            add(event_->host, DatagramArrived{e.from, 0, e.bytes});
    }
    // Hosts and connections have begun before; and all that is no bytes.
    using NotPassed =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, ConnectionAsked, ConnectionOpened,
               ConnectionFailed, ConnectionBlocked, PlaintextOpened, DatagramDropped, DnsAsked,
               DnsAnswered, DnsForged, HttpRequestSent, HttpResponseSent, HttpResponseReceived,
               StsDiscovered, StsFetched, StsApplied, AdminAlerted, CommandSent, CommandReceived,
               ReplySent, ReplyReceived, ContentSent, ContentReceived, BytesDiscarded,
               HandshakeStarted, HandshakeFinished, HandshakeFailed, CertificateSeen, MailSubmitted,
               DeliveryStarted, HostTried, PolicyJudged, Downgraded, MailDelivered, MailDeferred,
               MailBounced, BounceReturned, BounceSent, DeliveryReported, TlsReportMade,
               TlsReportSent, TlsReportPosted, TlsReportDelayed, TlsReportLost, TlsReportTaken,
               TlsReportRefused, MailRelayed, MailKept, MailScanned, MailSealed>;

    const Trace& trace_;
    const std::set<HostId> party_;
    const Event* event_ = nullptr;
    std::vector<HostJoined> hosts_;
    std::vector<ConnectionAsked> asked_;
    std::map<HostId, Role> roles_;
    std::map<ConnectionId, Connection> connections_;
    std::map<std::pair<HostId, std::string_view>, HostId> places_;
    std::unique_ptr<Restored> out_ = std::make_unique<Restored>();
    core::Instant at_ = trace_.begins();
    EventId count_ = 0;
};

}  // namespace

std::unique_ptr<Restored> bytes_as(const Trace& trace, const std::vector<HostId>& party) {
    return Selection(trace, party).make();
}

}  // namespace report
