#include "visualize/topology.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "sim/trace/reader.hpp"
#include "visualize/dress.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

// How a connection ended up, the best protected last.
enum class Session : std::uint8_t { never_open, clear, encrypted, authenticated };
constexpr Session sessions[] = {Session::never_open, Session::clear, Session::encrypted,
                                Session::authenticated};

std::string_view words(Session session) {
    switch (session) {
        case Session::never_open: return "never open";
        case Session::clear: return "in clear text";
        case Session::encrypted: return "encrypted";
        case Session::authenticated: return "authenticated";
    }
    return "";
}
std::string stroke(Session session) {
    const std::string_view c = session == Session::clear        ? clear_shade
                               : session == Session::never_open ? frame_shade
                                                                : encrypted_shade;
    switch (session) {
        case Session::never_open: return fmt::format("color=\"{}\" style=dotted", c);
        case Session::clear: return fmt::format("color=\"{}\"", c);
        case Session::encrypted: return fmt::format("color=\"{0}:#ffffff:{0}\"", c);
        case Session::authenticated: return fmt::format("color=\"{0}:#ffffff:{0}:#ffffff:{0}\"", c);
    }
    return {};
}
std::string_view shape(Role role) {
    switch (role) {
        case Role::watcher: return "ellipse";
        case Role::attacker: return "octagon";
        case Role::resolver: return "cylinder";
        default: return "box";
    }
}

struct Host {
    HostId id{};
    Role role{};
    std::string title, subtitle;
    std::vector<std::string> acts;
    std::size_t altered = 0, injected = 0, opened = 0;
};
struct Connection {
    HostId from{}, to{};
    std::uint16_t port = 0;
    bool open = false, tls = false, verified = false;
    Session session() const {
        if (!open) return Session::never_open;
        if (!tls) return Session::clear;
        return verified ? Session::authenticated : Session::encrypted;
    }
};
struct Path {
    HostId from{}, to{};
    auto operator<=>(const Path&) const = default;
};

class Map {
  public:
    explicit Map(const Trace& trace) {
        trace.each([&](const Event& event) {
            event_ = &event;
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(tell(body)) { tell(body); });
        });
    }
    Drawn draw(const std::string& title) {
        const std::size_t at = title.find("::");
        const std::string short_title = at == std::string::npos ? title : title.substr(at + 2);
        out_.caption.title = short_title;
        out_.dot = fmt::format(
            "digraph topology {{\n graph[bgcolor=white pad=0.25 rankdir=LR nodesep=0.5 "
            "ranksep=1.1 fontname=\"{0}\" labelloc=t label=<<b>{1}</b>>]\n node[fontname=\"{0}\" "
            "margin=\"0.18,0.09\"]\n edge[fontname=\"{0}\" arrowsize=0.8 penwidth=1.6]\n",
            font, styled(font, 13, ink, short_title));
        for (const Connection& c : connections()) ++links_[{c.from, c.to}][c.session()];
        for (const auto& [path, counts] : links_) draw_link(path, counts);
        for (const auto& [pair, all] : watchers_)
            if (!links_.contains({pair.from, pair.to}) && !links_.contains({pair.to, pair.from}))
                draw_chain({pair.from, pair.to}, "dir=none style=dotted color=\"#8a96a3\"",
                           "no session");
        for (const auto& [path, questions] : questions_)
            edge(path.from, path.to, fmt::format("style=dashed color=\"{}\"", frame_shade),
                 fmt::format("DNS: {} question{}", questions, questions == 1 ? "" : "s"));
        for (const Host& host : hosts_)
            if (busy_.contains(host.id)) draw_host(host);
        out_.dot += "}\n";
        out_.caption.description = "A map of hosts and of the paths between them. " + sentences_;
        return std::move(out_);
    }

  private:
    void tell(const HostJoined& e) {
        hosts_.push_back({e.host,
                          e.role,
                          std::string(e.title),
                          e.address.empty() ? std::string(word(e.role))
                                            : fmt::format("{}, {}", word(e.role), e.address),
                          {},
                          0,
                          0,
                          0});
        if (e.role == Role::sender || e.role == Role::receiver) busy_.insert(e.host);
    }
    void tell(const PathWatched& e) {
        const Path pair{std::min(e.one, e.other), std::max(e.one, e.other)};
        watchers_[pair].push_back({e.watcher, e.one});
    }
    void tell(const AttackerActed& e) {
        std::vector<std::string>& acts = host(e.attacker).acts;
        if (std::find(acts.begin(), acts.end(), e.act) == acts.end()) acts.emplace_back(e.act);
    }
    void tell(const KeyStolen& e) {
        host(event_->host).acts.push_back(fmt::format("steals the key of {}", host(e.whose).title));
    }
    void tell(const ConnectionAsked& e) {
        Connection& c = connections_[e.connection];
        c.from = event_->host;
        c.to = e.peer;
        c.port = e.port;
    }
    void tell(const ConnectionOpened& e) { connections_[e.connection].open = true; }
    void tell(const HandshakeFinished& e) {
        Connection& c = connections_[e.connection];
        if (event_->host == c.from) c.tls = true;
    }
    void tell(const PolicyJudged& e) {
        Connection& c = connections_[e.connection];
        if (event_->host == c.from)
            c.verified = e.ruling == Ruling::accepted && e.peer == Peer::verified;
    }
    void tell(const SegmentAltered&) { count(&Host::altered); }
    void tell(const SegmentInjected&) { count(&Host::injected); }
    void tell(const PlaintextOpened&) { count(&Host::opened); }
    void tell(const DnsAsked& e) { ++questions_[{event_->host, e.resolver}]; }
    using LeftOut =
        Events<GatewayFlawed, WorldChanged, LinkChanged, HostWentDown, HostCameBack,
               ConnectionFailed, ConnectionBlocked, SegmentSent, SegmentPassed, SegmentDropped,
               SegmentArrived, DatagramSent, DatagramPassed, DatagramDropped, DatagramArrived,
               DnsAnswered, DnsForged, HttpRequestSent, HttpResponseSent, HttpResponseReceived,
               StsDiscovered, StsFetched, StsApplied, AdminAlerted, CommandSent, CommandReceived,
               ReplySent, ReplyReceived, ContentSent, ContentReceived, BytesDiscarded,
               HandshakeStarted, HandshakeFailed, CertificateSeen, SecretMade, MailSubmitted,
               DeliveryStarted, HostTried, Downgraded, MailDelivered, MailDeferred, MailBounced,
               BounceReturned, BounceSent, DeliveryReported, TlsReportMade, TlsReportSent,
               TlsReportPosted, TlsReportDelayed, TlsReportLost, TlsReportTaken, TlsReportRefused,
               MailRelayed, MailKept, MailScanned, MailSealed>;

    Host& host(HostId id) {
        const auto known =
            std::find_if(hosts_.begin(), hosts_.end(), [&](const Host& h) { return h.id == id; });
        return known == hosts_.end() ? nobody_ : *known;
    }
    void count(std::size_t Host::*what) { ++(host(event_->host).*what); }
    std::vector<Connection> connections() const {
        std::vector<Connection> out;
        for (const auto& [id, c] : connections_)
            if (c.to != HostId::nobody) out.push_back(c);
        return out;
    }

    // Those who sit between two hosts, as the first of them meets them.
    std::vector<HostId> between(Path path) const {
        std::vector<HostId> out;
        const auto all =
            watchers_.find({std::min(path.from, path.to), std::max(path.from, path.to)});
        if (all == watchers_.end()) return out;
        for (const auto& [watcher, one] : all->second)
            if (std::find(out.begin(), out.end(), watcher) == out.end()) out.push_back(watcher);
        if (all->second.front().second != path.from) std::reverse(out.begin(), out.end());
        return out;
    }
    void edge(HostId from, HostId to, const std::string& attributes, const std::string& text) {
        busy_.insert(from);
        busy_.insert(to);
        out_.dot += fmt::format(" h{}->h{}[{}", static_cast<unsigned>(from),
                                static_cast<unsigned>(to), attributes);
        if (!text.empty()) out_.dot += fmt::format(" label=<{}>", styled(font, 9.5, ink, text));
        out_.dot += "]\n";
    }
    // One edge from station to station, the words on the first.
    void draw_chain(Path path, const std::string& attributes, const std::string& text) {
        std::vector<HostId> stations = between(path);
        stations.insert(stations.begin(), path.from);
        stations.push_back(path.to);
        for (std::size_t i = 0; i + 1 < stations.size(); ++i) {
            const bool last = i + 2 == stations.size();
            edge(stations[i], stations[i + 1], attributes + (last ? "" : " arrowhead=none"),
                 i == 0 ? text : std::string());
        }
    }
    void draw_link(Path path, const std::map<Session, std::size_t>& counts) {
        for (const Session session : sessions) {
            const auto count = counts.find(session);
            if (count == counts.end()) continue;
            const std::string text = fmt::format("{} session{} {}", count->second,
                                                 count->second == 1 ? "" : "s", words(session));
            draw_chain(path, stroke(session), text);
            sentences_ +=
                fmt::format("{} to {}: {}", host(path.from).title, host(path.to).title, text);
            std::vector<std::string> names;
            for (const HostId watcher : between(path)) names.push_back(host(watcher).title);
            if (!names.empty())
                sentences_ += fmt::format(", on the path: {}", fmt::join(names, ", "));
            sentences_ += ". ";
        }
    }
    void draw_host(const Host& h) {
        std::string label = fmt::format("<b>{}</b><br/>{}", styled(font, 12, ink, h.title),
                                        styled(mono, 8.5, muted, h.subtitle));
        const auto add = [&](const std::string& text) {
            label += "<br/>" + styled(font, 9, ink, text);
        };
        constexpr std::size_t most = 5;
        for (std::size_t i = 0; i < std::min(most, h.acts.size()); ++i) add(h.acts[i]);
        if (h.acts.size() > most) add(fmt::format("and {} more acts", h.acts.size() - most));
        if (h.altered > 0) add(fmt::format("segments altered: {}", h.altered));
        if (h.injected > 0) add(fmt::format("segments said in another's place: {}", h.injected));
        if (h.opened > 0) add(fmt::format("segments opened: {}", h.opened));
        const bool on_path = h.role == Role::watcher || h.role == Role::attacker;
        out_.dot += fmt::format(
            " h{0}[id=\"host_{0}\" shape={1} style=\"filled{2}\" fillcolor=\"{3}\" "
            "color=\"#8a96a3\" label=<{4}>]\n",
            static_cast<unsigned>(h.id), shape(h.role),
            on_path || h.role == Role::resolver ? "" : ",rounded", fill(h.role), label);
        out_.caption.groups[fmt::format("host_{}", static_cast<unsigned>(h.id))] =
            fmt::format("{} ({})", h.title, h.subtitle);
    }

    const Event* event_ = nullptr;
    std::vector<Host> hosts_;
    Host nobody_;
    std::map<ConnectionId, Connection> connections_;
    std::map<Path, std::map<Session, std::size_t>> links_;
    std::map<Path, std::vector<std::pair<HostId, HostId>>>
        watchers_;  ///< And whom each is next to.
    std::map<Path, std::size_t> questions_;
    std::set<HostId> busy_;
    Drawn out_;
    std::string sentences_;
};

}  // namespace

Drawn topology_of(const Trace& trace, const std::string& title) { return Map(trace).draw(title); }

}  // namespace visualize
