#include "harness/judge/evidence.hpp"

#include <algorithm>

#include "sim/trace/reader.hpp"

namespace judge {

using namespace trace;

// A quoted local part may hold ", " (RFC 5321 section 4.1.2).
std::vector<std::string> split_addresses(std::string_view list) {
    std::vector<std::string> out;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (quoted && list[i] == '\\') {
            ++i;
        } else if (list[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && list.substr(i, 2) == ", ") {
            out.emplace_back(list.substr(begin, i - begin));
            begin = i + 2;
        }
    }
    if (begin < list.size()) out.emplace_back(list.substr(begin));
    return out;
}

std::string_view message_id_of(std::string_view content) {
    constexpr std::string_view field = "Message-ID: ";
    const std::size_t at = content.find(field);
    if (at == std::string_view::npos) return {};
    content.remove_prefix(at + field.size());
    return content.substr(0, content.find("\r\n"));
}

namespace {

// One handler a kind of event.
struct Collector {
    Evidence& evidence;
    HostId host{};
    EventId event = 0;

    void see(std::string_view bytes, ConnectionId connection, Way way,
             Layer layer = Layer::clear) const {
        const Evidence::Stream stream{host, connection, way, layer};
        std::string& seen = evidence.streams[stream];
        evidence.grown.push_back({stream, event, seen.size(), bytes.size(), &seen});
        seen += bytes;
    }
    void tell(MailId mail, std::string_view content) const {
        evidence.contents[mail] = content;
        evidence.told.push_back(mail);
    }
    void operator()(const HostJoined& e) const {
        if (e.role == Role::watcher || e.role == Role::attacker) evidence.watchers.insert(e.host);
    }
    void operator()(const ConnectionAsked& e) const {
        evidence.connections[e.connection].client = host;
    }
    // What comes to an attacker who is a client himself.
    void operator()(const SegmentArrived& e) const {
        if (evidence.watchers.contains(host)) see(e.bytes, e.connection, e.way);
    }
    void operator()(const PlaintextOpened& e) const {
        see(e.bytes, e.connection, e.way, Layer::tls);
        if (!e.key_of.text.empty())
            evidence.stolen_keys[{host, e.connection, e.way, Layer::tls}] = e.key_of.text;
    }
    void operator()(const SegmentInjected& e) const {
        if (e.way == Way::to_server) evidence.changed_to_server[e.connection].insert(host);
    }
    void operator()(const SegmentSent& e) const {
        if (e.way == Way::to_server) evidence.connections[e.connection].to_server += e.bytes;
    }
    void operator()(const SegmentPassed& e) const { see(e.bytes, e.connection, e.way); }
    void operator()(const SegmentDropped& e) const {
        if (host != HostId::nobody) see(e.bytes, e.connection, e.way);
    }
    void operator()(const SegmentAltered& e) const {
        see(e.before, e.connection, e.way);
        if (e.way == Way::to_server) evidence.changed_to_server[e.connection].insert(host);
    }
    void operator()(const DatagramPassed& e) const {
        evidence.datagrams[host].push_back({event, e.bytes});
    }
    void operator()(const ContentSent& e) const {
        ConnectionEvidence& c = evidence.connections[e.connection];
        c.contents_sent.push_back(e.bytes);
        c.mails.push_back(e.mail);
        evidence.carried_by[e.mail].push_back(e.connection);
        c.tls_content = e.layer == Layer::tls;
    }
    void operator()(const ContentReceived& e) const {
        evidence.connections[e.connection].contents_received.push_back(e.bytes);
        evidence.connections[e.connection].received_at.push_back(event);
    }
    void operator()(const HandshakeFinished& e) const {
        if (host != evidence.connections[e.connection].client) return;
        evidence.connections[e.connection].version = e.version;
        evidence.connections[e.connection].cipher = e.cipher;
        evidence.connections[e.connection].alpn = e.alpn.text;
        evidence.connections[e.connection].resumed = !e.resumed.text.empty();
    }
    void operator()(const PolicyJudged& e) const {
        evidence.connections[e.connection].peer = e.peer;
    }
    void operator()(const MailSubmitted& e) const {
        tell(e.mail, e.content);
        evidence.message_ids[e.mail] = e.message_id;
    }
    void operator()(const MailSealed& e) const { evidence.sealed_texts[e.mail] = e.text; }
    void operator()(const TlsReportSent& e) const { tell(e.mail, e.content); }
    void operator()(const BounceSent& e) const { tell(e.bounce, e.content); }
    void operator()(const DeliveryReported& e) const {
        if (e.report != MailId::none) tell(e.report, e.content);
    }
    void operator()(const MailRelayed& e) const {
        const auto before = evidence.connections.find(e.connection);
        if (before != evidence.connections.end() && !before->second.mails.empty())
            evidence.relayed_as[before->second.mails.back()].push_back(e.mail);
    }
    // These say nothing about bytes.
    using LeftOut =
        Events<PathWatched, AttackerActed, KeyStolen, GatewayFlawed, WorldChanged, LinkChanged,
               HostWentDown, HostCameBack, ConnectionOpened, ConnectionFailed, ConnectionBlocked,
               DatagramSent, DatagramDropped, DatagramArrived, DnsAsked, DnsAnswered, DnsForged,
               HttpRequestSent, HttpResponseSent, HttpResponseReceived, StsDiscovered, StsFetched,
               StsApplied, AdminAlerted, CommandSent, CommandReceived, ReplySent, ReplyReceived,
               BytesDiscarded, HandshakeStarted, HandshakeFailed, CertificateSeen, SecretMade,
               DeliveryStarted, HostTried, Downgraded, MailDelivered, MailDeferred, MailBounced,
               BounceReturned, TlsReportMade, TlsReportPosted, TlsReportDelayed, TlsReportLost,
               TlsReportTaken, TlsReportRefused, MailKept, MailScanned>;
};

}  // namespace

void Evidence::read_on() {
    while (read_ < trace_.size()) {
        const Event& event = trace_.at(++read_);
        trace::read(event.body, Collector::LeftOut(), Collector{*this, event.host, event.id});
    }
}

std::string_view Evidence::key_to(const Stream& stream) const {
    const auto key = stolen_keys.find(stream);
    return key == stolen_keys.end() ? std::string_view() : key->second;
}

std::set<MailId> Evidence::on_all_hops(MailId mail) const {
    std::set<MailId> out{mail};
    std::vector<MailId> ahead{mail};
    while (!ahead.empty()) {
        const auto copies = relayed_as.find(ahead.back());
        ahead.pop_back();
        if (copies == relayed_as.end()) continue;
        for (const MailId copy : copies->second)
            if (out.insert(copy).second) ahead.push_back(copy);
    }
    return out;
}

std::set<HostId> Evidence::changers_on(ConnectionId connection, MailId copy) const {
    const auto changers = changed_to_server.find(connection);
    if (changers == changed_to_server.end()) return {};
    const ConnectionEvidence& c = connections.at(connection);
    for (std::size_t i = 0; i < c.mails.size() && i < c.contents_received.size(); ++i)
        if (c.mails[i] == copy && c.contents_sent[i] != c.contents_received[i])
            return changers->second;
    return {};
}

std::map<HostId, Evidence::Change> Evidence::changers_of(MailId mail) const {
    const std::set<MailId> copies = on_all_hops(mail);
    std::set<ConnectionId> carriers;
    for (const MailId copy : copies)
        if (const auto by = carried_by.find(copy); by != carried_by.end())
            carriers.insert(by->second.begin(), by->second.end());
    std::map<HostId, Change> out;
    for (const ConnectionId id : carriers) {
        const auto changers = changed_to_server.find(id);
        if (changers == changed_to_server.end()) continue;
        const ConnectionEvidence& c = connections.at(id);
        for (std::size_t i = 0; i < c.mails.size() && i < c.contents_received.size(); ++i)
            if (copies.contains(c.mails[i]) && c.contents_sent[i] != c.contents_received[i])
                for (const HostId changer : changers->second)
                    out.try_emplace(changer, Change{id, c.received_at[i]});
    }
    return out;
}

EventId Evidence::grown_to(const Stream& stream, std::size_t size) const {
    for (const Growth& growth : grown)
        if (growth.stream == stream && growth.from + growth.size >= size) return growth.event;
    return 0;
}

std::vector<std::string_view> Evidence::words_of(MailId mail) const {
    std::vector<std::string_view> words;
    const std::string_view content = contents.at(mail);
    const std::size_t head_end = content.find("\r\n\r\n");
    std::string_view body =
        head_end == std::string_view::npos ? std::string_view() : content.substr(head_end + 4);
    const auto sealed = sealed_texts.find(mail);
    if (sealed != sealed_texts.end()) body = sealed->second;
    while (!body.empty()) {
        const std::size_t end = body.find("\r\n");
        const std::string_view line = body.substr(0, end);
        if (line.find_first_not_of(" \t.") != std::string_view::npos) words.push_back(line);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 2);
    }
    if (!words.empty() || sealed != sealed_texts.end()) return words;
    const std::size_t subject = content.find("Subject: ");
    if (subject < head_end)
        words.push_back(content.substr(subject, content.find("\r\n", subject) - subject));
    return words;
}

}  // namespace judge
