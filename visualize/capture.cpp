#include "visualize/capture.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include <fmt/core.h>

#include "sim/trace/reader.hpp"
#include "visualize/packets.hpp"
#include "visualize/tcp_flow.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

constexpr std::size_t largest_payload = 1460;
constexpr std::uint16_t first_port = 49152, dns_port = 53;

/// What one end has got from the other, and when.
struct Got {
    std::vector<std::pair<Instant, std::uint64_t>> so_far;
    std::uint64_t by(Instant at) const {
        const auto next = std::upper_bound(
            so_far.begin(), so_far.end(), at,
            [](Instant wanted, const auto& entry) { return wanted < entry.first; });
        return next == so_far.begin() ? 0 : std::prev(next)->second;
    }
    void add(Instant at, std::uint64_t count) {
        so_far.emplace_back(at, count + (so_far.empty() ? 0 : so_far.back().second));
    }
};

/// One way of a connection, as it was written and as it came.
struct Stream {
    std::string sent, came;
    bool sent_end = false, came_end = false;  ///< FIN or RST.
    std::vector<std::pair<Instant, EventId>> writes;
    Got got;
    bool altered() const {
        return (came_end && !sent_end) || came.size() > sent.size() ||
               std::string_view(sent).substr(0, came.size()) != came;
    }
};

struct Line {
    HostId client = HostId::nobody, server = HostId::nobody;
    IpAddress server_address;
    std::uint16_t port = 0;
    Instant asked, opened, accepted;
    bool is_open = false, is_accepted = false;
    Stream to_server, to_client;
    std::unique_ptr<TcpFlow> at_client, at_server;

    Stream& stream(Way way) { return way == Way::to_server ? to_server : to_client; }
};

class Reader {
  public:
    explicit Reader(const Trace& trace) : trace_(trace) {}

    Capture read() {
        survey();
        trace_.each([&](const Event& event) {
            event_ = &event;
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(tell(body)) { tell(body); });
        });
        for (auto& [id, line] : lines_)
            for (TcpFlow* const flow : {line.at_client.get(), line.at_server.get()})
                if (flow != nullptr) flow->write(out_.packets, next_number_);
        std::stable_sort(out_.packets.begin(), out_.packets.end(),
                         [](const Packet& a, const Packet& b) { return a.at < b.at; });
        return std::move(out_);
    }

  private:
    struct Host {
        std::string title;
        IpAddress address;
        Role role = Role::sender;
        std::optional<std::size_t> interface, behind;
    };

    // ---- what there is
    void survey() {
        trace_.each([&](const Event& event) {
            if (const auto* joined = event.as<HostJoined>()) {
                const auto index = static_cast<std::size_t>(joined->host);
                if (hosts_.size() <= index) hosts_.resize(index + 1);
                hosts_[index] = {
                    std::string(joined->title), address_of(*joined), joined->role, {}, {}};
            } else if (const auto* asked = event.as<ConnectionAsked>()) {
                Line& line = lines_[asked->connection];
                line.client = event.host;
                line.server = asked->peer;
                line.server_address = ip_address(asked->address);
                line.port = asked->port;
                line.asked = event.at;
            } else if (const auto* opened = event.as<ConnectionOpened>()) {
                Line& line = lines_[opened->connection];
                line.is_open = true;
                line.opened = event.at;
                if (line.is_accepted) return;
                line.accepted = line.asked + (line.opened - line.asked) / 2;
            } else if (const auto* sent = event.as<SegmentSent>()) {
                note_sent(event, *sent);
            } else if (const auto* came = event.as<SegmentArrived>()) {
                Stream& stream = lines_[came->connection].stream(came->way);
                stream.came += came->bytes;
                stream.came_end = stream.came_end || came->mark != Mark::none;
                stream.got.add(event.at, came->bytes.size() + (came->mark == Mark::fin ? 1 : 0));
            }
        });
        for (auto& [id, line] : lines_) {
            line.at_client = flow(id, line, Packet::Direction::out);
            if (line.is_open && (line.to_server.altered() || line.to_client.altered()))
                line.at_server = flow(id, line, Packet::Direction::in);
            for (Stream* const stream : {&line.to_server, &line.to_client}) {
                stream->sent.clear();
                stream->came.clear();
            }
        }
    }
    // Attackers have none of their own; RFC 2544 keeps these for tests.
    static IpAddress address_of(const HostJoined& joined) {
        if (!joined.address.empty()) return ip_address(joined.address);
        const auto number = static_cast<unsigned>(joined.host);
        return ip_address(fmt::format("198.19.{}.{}", number >> 8 & 255, number & 255));
    }
    void note_sent(const Event& event, const SegmentSent& sent) {
        Line& line = lines_[sent.connection];
        Stream& stream = line.stream(sent.way);
        stream.sent += sent.bytes;
        stream.sent_end = stream.sent_end || sent.mark != Mark::none;
        stream.writes.emplace_back(event.at, event.id);
        if (line.is_accepted || sent.way == Way::to_server) return;
        line.is_accepted = true;
        line.accepted = event.at;
    }
    Host& host(HostId id) {
        static Host nobody;
        const auto index = static_cast<std::size_t>(id);
        return index < hosts_.size() ? hosts_[index] : nobody;
    }
    std::string doer(const Event& event) {
        const std::string& title = host(event.host).title;
        return title.empty() ? "the network" : title;
    }
    std::size_t interface_at(HostId id) {
        Host& h = host(id);
        if (!h.interface) {
            h.interface = out_.interfaces.size();
            out_.interfaces.push_back({h.title, "what " + h.title + " sends and gets"});
        }
        return *h.interface;
    }
    std::size_t interface_behind(HostId id) {
        Host& h = host(id);
        if (!h.behind) {
            h.behind = out_.interfaces.size();
            out_.interfaces.push_back(
                {h.title + " (behind the attacker)",
                 "what " + h.title + " gets and sends where bytes were changed on the way"});
        }
        return *h.behind;
    }

    // The same connection has another port of the client at its far end: they are two streams.
    std::unique_ptr<TcpFlow> flow(ConnectionId id, const Line& line, Packet::Direction opens) {
        auto out = std::make_unique<TcpFlow>();
        const auto number = static_cast<std::uint32_t>(id);
        const bool client_side = opens == Packet::Direction::out;
        Endpoint client{
            host(line.client).address,
            static_cast<std::uint16_t>(first_port + 2 * (number % 8192) + (client_side ? 0 : 1))};
        Endpoint server{line.server_address, line.port};
        if (server.address.empty()) server.address = ip_address("192.0.2.255");
        if (server.address.size() != client.address.size())
            client.address = in_documentation_ipv6(client.address);
        out->interface = client_side ? interface_at(line.client) : interface_behind(line.server);
        out->local = client_side ? client : server;
        out->remote = client_side ? server : client;
        out->out_begins = number * 1'000'003 + (client_side ? 1000 : 500'000);
        out->in_begins = number * 1'000'003 + (client_side ? 500'000 : 1000);
        return out;
    }

    // ---- events
    void tell(const ConnectionAsked& e) {
        TcpFlow& flow = *lines_[e.connection].at_client;
        flow.add(event_->at, Packet::Direction::out, tcp_flag::syn);
    }
    void tell(const ConnectionOpened& e) { greet(lines_[e.connection], event_->at); }
    // SYN and ACK, before anything else that happens at the same moment.
    void greet(Line& line, Instant at) {
        if (line.at_client->segments.size() > 1) return;
        line.at_client->add(at, Packet::Direction::in, tcp_flag::syn | tcp_flag::ack);
        line.at_client->add(at, Packet::Direction::out, tcp_flag::ack);
    }
    void accept(Line& line) {
        TcpFlow& flow = *line.at_server;
        if (!flow.segments.empty()) return;
        flow.add(line.accepted, Packet::Direction::in, tcp_flag::syn);
        flow.add(line.accepted, Packet::Direction::out, tcp_flag::syn | tcp_flag::ack);
        flow.add(line.accepted, Packet::Direction::in, tcp_flag::ack);
    }
    // RFC 6298 section 2: a SYN without an answer is sent again.
    void tell(const ConnectionFailed& e) {
        Line& line = lines_[e.connection];
        TcpFlow& flow = *line.at_client;
        if (e.reason == Reason::connection_refused) {
            flow.add(event_->at, Packet::Direction::in, tcp_flag::rst | tcp_flag::ack);
        } else {
            Duration gap = seconds(1);
            for (Instant again = line.asked + gap; again < event_->at; again = again + gap) {
                flow.add(again, Packet::Direction::out, tcp_flag::syn);
                gap = gap * 2;
            }
        }
        flow.say(fmt::format("the connection failed: {}", word(e.reason)));
    }
    void tell(const ConnectionBlocked& e) {
        lines_[e.connection].at_client->say("blocked by " + host(event_->host).title);
    }

    static std::uint8_t flags_of(Mark mark, std::string_view bytes) {
        const std::uint8_t push = bytes.empty() ? 0 : tcp_flag::psh;
        switch (mark) {
            case Mark::fin: return tcp_flag::fin | tcp_flag::ack | push;
            case Mark::reset: return tcp_flag::rst | tcp_flag::ack | push;
            case Mark::none: break;
        }
        return tcp_flag::ack | push;
    }
    void add_pieces(TcpFlow& flow, Packet::Direction direction, Mark mark, std::string_view bytes,
                    std::uint64_t acknowledged) {
        do {
            const std::string_view piece = bytes.substr(0, largest_payload);
            bytes.remove_prefix(piece.size());
            const Mark piece_mark = bytes.empty() ? mark : Mark::none;
            flow.add(event_->at, direction, flags_of(piece_mark, piece), piece).acknowledged =
                acknowledged;
        } while (!bytes.empty());
    }
    // A host may talk to itself: so the way says which end it is.
    enum class End : std::uint8_t { client, server };
    static End writer_of(Way way) { return way == Way::to_server ? End::client : End::server; }
    static End reader_of(Way way) { return writer_of(opposite(way)); }
    TcpFlow* flow_at(Line& line, End end) {
        if (end == End::client) return line.at_client.get();
        if (!line.at_server) return nullptr;
        accept(line);
        return line.at_server.get();
    }
    void tell(const SegmentSent& e) {
        Line& line = lines_[e.connection];
        if (e.way == Way::to_server) greet(line, event_->at);
        TcpFlow* const flow = flow_at(line, writer_of(e.way));
        if (flow == nullptr) return;
        add_pieces(*flow, Packet::Direction::out, e.mark, e.bytes, 0);
        places_[event_->id] = {flow, flow->segments.size() - 1};
    }
    void tell(const SegmentArrived& e) {
        Line& line = lines_[e.connection];
        if (e.way == Way::to_client) greet(line, event_->at);
        const Event* const sent = sent_as(*event_);
        const Instant left = sent != nullptr ? sent->at : event_->at;
        if (TcpFlow* const flow = flow_at(line, reader_of(e.way))) {
            const Got& got = line.stream(opposite(e.way)).got;
            add_pieces(*flow, Packet::Direction::in, e.mark, e.bytes, got.by(left));
            for (std::string& comment : changes_on_the_way(*event_)) flow->say(std::move(comment));
        }
        // The answer without bytes to what the other card has sent.
        TcpFlow* const writer = flow_at(line, writer_of(e.way));
        if (writer == nullptr || sent == nullptr || e.mark == Mark::reset) return;
        if (writes_at(line.stream(opposite(e.way)), event_->at)) return;
        writer->hear(event_->at + (event_->at - sent->at), line.stream(e.way).got.by(event_->at));
    }
    // Does this end write at this moment, after this event?
    bool writes_at(const Stream& stream, Instant at) const {
        const auto found =
            std::upper_bound(stream.writes.begin(), stream.writes.end(), std::pair(at, event_->id));
        return found != stream.writes.end() && found->first == at;
    }
    // The segment that arrives, as it was sent, if nobody changed it.
    const Event* sent_as(const Event& arrived) const {
        const Event* event = &arrived;
        do {
            if (event->cause == 0 || event->cause >= event->id) return nullptr;
            event = &trace_.at(event->cause);
        } while (event->as<SegmentPassed>() != nullptr);
        return event->as<SegmentSent>() != nullptr ? event : nullptr;
    }
    std::vector<std::string> changes_on_the_way(const Event& arrived) {
        std::vector<std::string> out;
        for (const Event* e = &arrived; e->cause != 0 && e->cause < e->id;) {
            e = &trace_.at(e->cause);
            if (const auto* altered = e->as<SegmentAltered>()) {
                out.push_back(fmt::format("altered by {}: {}", doer(*e), altered->act));
            } else if (const auto* injected = e->as<SegmentInjected>()) {
                out.push_back(fmt::format("sent by {} in its place: {}", doer(*e), injected->act));
                break;
            } else if (e->as<SegmentPassed>() == nullptr) {
                break;
            }
        }
        return out;
    }
    void tell(const SegmentDropped&) { lose(); }
    void tell(const SegmentAltered& e) {
        if (e.after.empty()) lose();
    }
    void lose() {
        const Event* const sent = sent_as(*event_);
        const auto place = sent == nullptr ? places_.end() : places_.find(sent->id);
        if (place == places_.end()) return;
        auto& [flow, index] = place->second;
        flow->segments[index].comments.push_back("held back by " + doer(*event_));
    }

    // ---- comments
    void say(ConnectionId connection, std::string comment) {
        const auto line = lines_.find(connection);
        if (line != lines_.end() && line->second.at_client)
            line->second.at_client->say(std::move(comment));
    }
    void tell(const PolicyJudged& e) {
        std::string comment = fmt::format("policy, {}: {}", word(e.ruling), e.why);
        if (e.connection != ConnectionId::none) return say(e.connection, std::move(comment));
        const auto last = last_question_.find(event_->host);
        if (last != last_question_.end())
            out_.packets[last->second].comments.push_back(std::move(comment));
    }
    void tell(const Downgraded& e) { say(e.connection, fmt::format("downgraded: {}", e.why)); }
    void tell(const HandshakeFailed& e) {
        say(e.connection, fmt::format("TLS failed at the {}: {}", e.side, e.detail));
    }
    void tell(const BytesDiscarded& e) {
        say(e.connection, fmt::format("{} bytes from before TLS are thrown away by {}",
                                      e.bytes.size(), host(event_->host).title));
    }
    void tell(const PlaintextOpened& e) {
        say(e.connection,
            fmt::format("{} reads {} bytes inside TLS", host(event_->host).title, e.bytes.size()));
    }
    void tell(const MailDelivered& e) {
        say(e.connection, fmt::format("mail {} is delivered to {}",
                                      static_cast<std::uint32_t>(e.mail), e.recipient));
    }
    void tell(const SecretMade& e) {
        out_.key_log += fmt::format("{} {} {}\n", e.label, e.client_random, e.secret);
    }

    // ---- DNS, at who asks
    void tell(const DatagramSent& e) {
        Host& asker = host(event_->host);
        if (asker.role == Role::resolver) return;
        add_datagram(event_->host, Packet::Direction::out, {asker.address, e.from_port},
                     {host(e.to).address, e.port}, e.bytes);
    }
    void tell(const DatagramArrived& e) {
        Host& asker = host(event_->host);
        if (asker.role == Role::resolver) return;
        add_datagram(event_->host, Packet::Direction::in, {host(e.from).address, dns_port},
                     {asker.address, e.port}, e.bytes);
        if (const Event* const forged = forged_before(*event_))
            out_.packets.back().comments.push_back(fmt::format("forged by {}; the truth is: {}",
                                                               host(forged->host).title,
                                                               forged->as<DnsForged>()->before));
    }
    void add_datagram(HostId id, Packet::Direction direction, const Endpoint& from,
                      const Endpoint& to, std::string_view bytes) {
        if (from.address.empty() || to.address.empty()) return;
        last_question_[id] = out_.packets.size();
        out_.packets.push_back({event_->at,
                                interface_at(id),
                                direction,
                                udp_packet(from, to, next_number_++, bytes),
                                {}});
    }
    const Event* forged_before(const Event& arrived) const {
        const Event* event = &arrived;
        for (int steps = 0; steps < 4 && event->cause != 0 && event->cause < event->id; ++steps) {
            event = &trace_.at(event->cause);
            if (event->as<DnsForged>() != nullptr) return event;
        }
        return nullptr;
    }
    using LeftOut =
        Events<HostJoined, PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged,
               LinkChanged, HostWentDown, HostCameBack, SegmentPassed, SegmentInjected,
               DatagramPassed, DatagramDropped, DnsAsked, DnsAnswered, DnsForged, HttpRequestSent,
               HttpResponseSent, HttpResponseReceived, StsDiscovered, StsFetched, StsApplied,
               AdminAlerted, CommandSent, CommandReceived, ReplySent, ReplyReceived, ContentSent,
               ContentReceived, HandshakeStarted, HandshakeFinished, CertificateSeen, MailSubmitted,
               DeliveryStarted, HostTried, MailDeferred, MailBounced, BounceReturned, BounceSent,
               DeliveryReported, TlsReportMade, TlsReportSent, TlsReportPosted, TlsReportDelayed,
               TlsReportLost, TlsReportTaken, TlsReportRefused, MailRelayed, MailKept, MailScanned,
               MailSealed>;

    const Trace& trace_;
    const Event* event_ = nullptr;
    std::vector<Host> hosts_;
    std::map<ConnectionId, Line> lines_;
    std::map<EventId, std::pair<TcpFlow*, std::size_t>> places_;
    std::map<HostId, std::size_t> last_question_;
    std::uint16_t next_number_ = 1;
    Capture out_;
};

}  // namespace

Capture capture_of(const Trace& trace) { return Reader(trace).read(); }

}  // namespace visualize
