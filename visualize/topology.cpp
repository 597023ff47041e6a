#include "visualize/topology.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "sim/trace/reader.hpp"
#include "visualize/dress.hpp"
#include "visualize/members.hpp"

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
    std::string title, subtitle, company;
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

// What goes from one of two and more companies to another goes by way of the internet; so many are
// drawn one by one.
constexpr std::size_t most_companies = 40;

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
            "ranksep=1.1{2} fontname=\"{0}\" labelloc=t label=<<b>{1}</b>>]\n "
            "node[fontname=\"{0}\" "
            "margin=\"0.18,0.09\"]\n edge[fontname=\"{0}\" arrowsize=0.8 penwidth=1.6]\n",
            font, styled(font, 13, ink, short_title),
            // Graphviz 2.43 frees twice where lines between groups lie flat: these never do.
            companies_.empty() ? "" : " newrank=true");
        merge_crowds();
        for (const Connection& c : connections()) {
            const Path path{seen_as(c.from), seen_as(c.to)};
            if (by_way_of_the_internet(c))
                ++over_[path.from][c.session()], ++into_[path.to][c.session()];
            else
                ++links_[path][c.session()];
        }
        for (const auto& [path, counts] : links_) draw_link(path, counts);
        for (const auto& [from, counts] : over_) draw_over(from, counts, Direction::out);
        // Who only gets has a line all the same.
        for (const auto& [to, counts] : into_)
            if (!over_.contains(to)) draw_over(to, counts, Direction::in);
        for (const auto& [pair, all] : watchers_)
            if (!links_.contains({pair.from, pair.to}) && !links_.contains({pair.to, pair.from}))
                draw_chain({pair.from, pair.to}, "dir=none style=dotted color=\"#8a96a3\"",
                           "no session");
        draw_questions();
        for (const Host& host : hosts_)
            if (busy_.contains(host.id) && seen_as(host.id) == host.id) draw_host(host);
        draw_companies();
        out_.dot += "}\n";
        out_.caption.description = "A map of hosts and of the paths between them. " + sentences_;
        return std::move(out_);
    }

  private:
    static std::string role_of(const HostJoined& e) {
        if (e.company.text.empty()) return std::string(word(e.role));
        return std::string(word(member(e.title, e.company.text)));
    }
    void tell(const HostJoined& e) {
        Host h{e.host, e.role, std::string(e.title), role_of(e), std::string(e.company.text), {}};
        if (!e.address.empty()) h.subtitle += fmt::format(", {}", e.address);
        hosts_.push_back(std::move(h));
        if (e.role == Role::sender || e.role == Role::receiver) busy_.insert(e.host);
        if (const std::string& its = hosts_.back().company;
            !its.empty() && !company_number_.contains(its)) {
            company_number_.emplace(its, companies_.size());
            companies_.push_back(its);
        }
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
    // A policy is asked for where the host has proved who it is alone (RFC 8461 section 3.3); a
    // report is posted to anybody (RFC 8460 section 3).
    void tell(const HttpRequestSent& e) {
        if (e.method == "GET") connections_[e.connection].verified = true;
    }
    void tell(const SegmentAltered&) { count(&Host::altered); }
    void tell(const SegmentInjected&) { count(&Host::injected); }
    void tell(const PlaintextOpened&) { count(&Host::opened); }
    void tell(const DnsAsked& e) { ++questions_[{event_->host, e.resolver}]; }
    using LeftOut =
        Events<GatewayFlawed, WorldChanged, LinkChanged, HostWentDown, HostCameBack,
               ConnectionFailed, ConnectionBlocked, SegmentSent, SegmentPassed, SegmentDropped,
               SegmentArrived, DatagramSent, DatagramPassed, DatagramDropped, DatagramArrived,
               DnsAnswered, DnsForged, HttpResponseSent, HttpResponseReceived, StsDiscovered,
               StsFetched, StsApplied, AdminAlerted, CommandSent, CommandReceived, ReplySent,
               ReplyReceived, ContentSent, ContentReceived, BytesDiscarded, HandshakeStarted,
               HandshakeFailed, CertificateSeen, SecretMade, MailSubmitted, DeliveryStarted,
               HostTried, Downgraded, MailDelivered, MailDeferred, MailBounced, BounceReturned,
               BounceSent, DeliveryReported, TlsReportMade, TlsReportSent, TlsReportPosted,
               TlsReportDelayed, TlsReportLost, TlsReportTaken, TlsReportRefused, MailRelayed,
               MailKept, MailScanned, MailSealed>;

    Host& host(HostId id) {
        if (const auto at = static_cast<std::size_t>(id); at < hosts_.size() && hosts_[at].id == id)
            return hosts_[at];
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

    bool is_crowd() const { return companies_.size() > most_companies; }
    // All gateways of a crowd are drawn as one, and so are all that are alike. Who is watched is
    // drawn by himself.
    void merge_crowds() {
        if (!is_crowd()) return;
        std::set<HostId> watched;
        for (const auto& [pair, all] : watchers_) watched.insert({pair.from, pair.to});
        std::map<Member, std::pair<HostId, std::size_t>> kinds;
        for (const Host& h : hosts_) {
            if (h.company.empty() || watched.contains(h.id)) continue;
            const auto [kind, fresh] =
                kinds.try_emplace(member(h.title, h.company), std::pair{h.id, 0u});
            seen_as_[h.id] = kind->second.first;
            ++kind->second.second;
        }
        for (const auto& [kind, all] : kinds) {
            Host& h = host(all.first);
            h.title = fmt::format("{} {}", all.second, plural(kind));
            h.subtitle = fmt::format("of {} companies", companies_.size());
        }
    }
    HostId seen_as(HostId id) const {
        const auto known = seen_as_.find(id);
        return known == seen_as_.end() ? id : known->second;
    }
    bool by_way_of_the_internet(const Connection& c) {
        const std::string &from = host(c.from).company, &to = host(c.to).company;
        return companies_.size() > 1 && !from.empty() && !to.empty() && from != to &&
               between({c.from, c.to}).empty();
    }
    // Half of the companies stand on the other side of the internet.
    bool is_mirrored(HostId id) {
        const auto number = company_number_.find(host(id).company);
        return companies_.size() > 1 && !is_crowd() && number != company_number_.end() &&
               number->second >= (companies_.size() + 1) / 2;
    }
    // Between hosts of a company: so that its gateway stands next to the internet.
    bool is_laid_back(HostId from, HostId to) {
        const Host &one = host(from), &other = host(to);
        const bool inside = !one.company.empty() && one.company == other.company;
        if (!inside || is_crowd() || companies_.size() < 2) return false;
        return is_mirrored(from) == (member(other.title, other.company) == Member::gateway);
    }
    enum class Direction : std::uint8_t { out, in };
    void draw_over(HostId host_id, const std::map<Session, std::size_t>& counts,
                   Direction direction) {
        if (!has_internet_)
            out_.dot += fmt::format(
                " internet[shape=ellipse style=filled fillcolor=\"#f3f5f7\" color=\"#aeb8c2\" "
                "height=1.2 label=<<b>{}</b>>]\n",
                styled(font, 12, ink, "the internet"));
        has_internet_ = true;
        std::string all;
        for (const auto& [session, count] : counts) {
            const std::string text = sessions_text(session, count);
            const std::string label = label_of_line(text);
            const bool out = direction == Direction::out, mirrored = is_mirrored(host_id);
            const std::string node = node_of(host_id), net = "internet";
            if (mirrored == out) place(mirrored ? net : node, mirrored ? node : net);
            out_.dot +=
                fmt::format(" {}->{}[{} {}{}]\n", out ? node : net, out ? net : node,
                            stroke(session), label, mirrored == out ? " constraint=false" : "");
            all += (all.empty() ? "" : ", ") + text;
        }
        sentences_ += fmt::format("{} {} other companies: {}. ", host(host_id).title,
                                  direction == Direction::out ? "to" : "from", all);
    }
    // Lines from everybody to the resolver would hide a crowd.
    void draw_questions() {
        std::map<HostId, std::size_t> all;
        for (const auto& [path, questions] : questions_) {
            if (companies_.size() > 1) {
                all[path.to] += questions;
                continue;
            }
            edge(path.from, path.to, fmt::format("style=dashed color=\"{}\"", frame_shade),
                 fmt::format("DNS: {} question{}", questions, questions == 1 ? "" : "s"));
        }
        for (const auto& [resolver, questions] : all) {
            host(resolver).acts.push_back(fmt::format("DNS: {} questions", questions));
            busy_.insert(resolver);
        }
    }
    // Who sits on a path inside of a company stands in it, too.
    std::string company_of(const Host& h) {
        if (!h.company.empty()) return h.company;
        for (const auto& [pair, all] : watchers_)
            for (const auto& [watcher, one] : all)
                if (watcher == h.id && host(pair.from).company == host(pair.to).company)
                    return host(pair.from).company;
        return {};
    }
    // Who took no part stands on his gateway's far side of the internet.
    void place_idle(const std::vector<HostId>& members) {
        const auto gateway = std::find_if(members.begin(), members.end(), [&](HostId id) {
            return !host(id).company.empty() &&
                   member(host(id).title, host(id).company) == Member::gateway;
        });
        if (gateway == members.end()) return;
        for (const HostId id : members) {
            if (tied_.contains(id) || id == *gateway) continue;
            const bool behind = is_mirrored(id) || companies_.size() < 2;
            place(node_of(behind ? *gateway : id), node_of(behind ? id : *gateway));
        }
    }
    void draw_companies() {
        std::map<std::string, std::vector<HostId>> members;
        for (const Host& h : hosts_)
            if (busy_.contains(h.id) && seen_as(h.id) == h.id)
                members[company_of(h)].push_back(h.id);
        for (std::size_t i = 0; i < companies_.size(); ++i) {
            const std::vector<HostId>& its = members[companies_[i]];
            if (its.empty()) continue;
            const bool many = seen_as_.contains(its.front());
            const std::string text =
                many ? fmt::format("{} companies", companies_.size()) : companies_[i];
            out_.dot += fmt::format(
                " subgraph cluster_{0}{{id=\"company_{0}\" style=\"rounded,filled\" "
                "fillcolor=\"#f3f5f7\" color=\"#aeb8c2\" label=<<b>{1}</b>>",
                i, styled(font, 11, ink, text));
            for (const HostId id : its) out_.dot += fmt::format(" {};", node_of(id));
            out_.dot += "}\n";
            place_idle(its);
            out_.caption.groups[fmt::format("company_{}", i)] =
                many ? text : fmt::format("the company {}", text);
        }
        if (!companies_.empty())
            sentences_ += fmt::format("Companies: {}. ",
                                      is_crowd() ? std::to_string(companies_.size())
                                                 : fmt::format("{}", fmt::join(companies_, ", ")));
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
        tied_.insert({from, to});
        const bool laid_back = is_laid_back(from, to);
        if (laid_back) place(node_of(to), node_of(from));
        out_.dot +=
            fmt::format(" h{}->h{}[{}", static_cast<unsigned>(from), static_cast<unsigned>(to),
                        attributes + (laid_back ? " constraint=false" : ""));
        if (!text.empty()) out_.dot += " " + label_of_line(text);
        out_.dot += "]\n";
    }
    // Graphviz sets a label upon its line; with an empty one below, it stands above.
    static std::string label_of_line(const std::string& text) {
        return fmt::format("label=<{}<br/>{}>", styled(font, 9.5, ink, text),
                           styled(font, 9.5, ink, " "));
    }
    static std::string node_of(HostId id) { return fmt::format("h{}", static_cast<unsigned>(id)); }
    // The first stands before the second, whichever way lines between them go.
    void place(const std::string& one, const std::string& other) {
        out_.dot += fmt::format(" {}->{}[style=invis]\n", one, other);
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
    static std::string sessions_text(Session session, std::size_t count) {
        return fmt::format("{} session{} {}", count, count == 1 ? "" : "s", words(session));
    }
    void draw_link(Path path, const std::map<Session, std::size_t>& counts) {
        for (const Session session : sessions) {
            const auto count = counts.find(session);
            if (count == counts.end()) continue;
            const std::string text = sessions_text(session, count->second);
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
    std::vector<std::string> companies_;  ///< In the order in which they came.
    std::map<std::string, std::size_t> company_number_;
    std::map<HostId, HostId> seen_as_;  ///< Of a crowd: who stands for whom.
    std::map<HostId, std::map<Session, std::size_t>> over_,
        into_;               ///< To other companies, by gateway.
    std::set<HostId> tied_;  ///< Who has a line.
    bool has_internet_ = false;
    Drawn out_;
    std::string sentences_;
};

}  // namespace

Drawn topology_of(const Trace& trace, const std::string& title) { return Map(trace).draw(title); }

}  // namespace visualize
