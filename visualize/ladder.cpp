#include "visualize/ladder.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"
#include "visualize/datagrams.hpp"
#include "visualize/fates.hpp"
#include "visualize/glances.hpp"
#include "visualize/ladder_shape.hpp"
#include "visualize/ladder_view.hpp"
#include "visualize/records.hpp"
#include "visualize/spoken.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {
constexpr std::size_t longest_head = 76, longest_flight = 64 * 1024;
class LadderReader {
  public:
    LadderReader(const Trace& trace, std::string title) : trace_(trace) {
        ladder_.title = std::move(title);
    }
    Ladder read(const Viewers& viewers) {
        trace_.each([&](const Event& event) {
            event_ = &event;
            fates_.hear(event);
            trace::read(event.body, LeftOut(),
                        [&](const auto& body) -> decltype(tell(body)) { tell(body); });
        });
        if (viewers.empty()) keep_what_is_told_once(ladder_.rows);
        fold_attempts(ladder_.rows);
        if (viewers.empty()) ladder_.story = fates_.story();
        if (!viewers.empty()) keep_what_was_seen(ladder_.rows, viewers);
        fold_what_is_long(ladder_.rows);
        add_gaps(ladder_.rows);
        tell_of_nothing(ladder_.rows);
        choose_lanes(ladder_, all_lanes_, viewers);
        return std::move(ladder_);
    }

  private:
    struct Said {
        std::string text, detail;
        Layer layer = Layer::clear;
    };
    void tell(const HostJoined& e) {
        all_lanes_.push_back({e.host, e.role, std::string(e.title),
                              e.address.empty() ? std::string(word(e.role))
                                                : fmt::format("{}, {}", word(e.role), e.address)});
    }
    void tell(const DeliveryStarted& e) {
        Row& row = add(Row::Kind::phase);
        row.witness = event_->host;
        row.head = fmt::format("Mail {} to {}: attempt {}, level {}", number(e.mail), e.domain,
                               e.attempt, e.level);
    }
    void tell(const DnsAsked& e) {
        message(event_->host, e.resolver, Style::clear, fmt::format("{}? {}", e.type, e.question),
                "DNS, UDP 53");
        ladder_.rows.back().ends.arrived = ladder_.rows.back().in_datagrams = true;
        row_of_[event_->id] = ladder_.rows.size() - 1;
    }
    void tell(const DnsAnswered& e) {
        const std::string records =
            e.records.empty() ? std::string(e.status) : one_line(e.records, "; ");
        message(e.resolver, event_->host, Style::clear, records,
                fmt::format("{}, {}", e.status, e.security));
        ladder_.rows.back().ends.arrived = ladder_.rows.back().in_datagrams = true;
        // The datagram that brought it, back to who sent it.
        for (EventId id = event_->cause; id != 0; id = trace_.at(id).cause) {
            const Event& before = trace_.at(id);
            const auto* const passed = before.as<DatagramPassed>();
            const bool left = before.as<DatagramSent>() != nullptr;
            if (!left && passed == nullptr && !before.as<DatagramArrived>()) break;
            ladder_.rows.back().carries.push_back(id);
            if (passed != nullptr) watch_datagram(ladder_.rows.back(), before.host, passed->bytes);
            if (left) break;
        }
    }
    void tell(const DatagramSent&) { question(); }
    void tell(const DatagramArrived&) { question(); }
    void tell(const DatagramPassed& e) {
        question();
        const auto row = row_of_.find(event_->id);
        if (row != row_of_.end()) watch_datagram(ladder_.rows[row->second], event_->host, e.bytes);
        message(e.from, e.to, Style::clear, describe_datagram(e.bytes),
                fmt::format("DNS, {} bytes", e.bytes.size()));
        ladder_.rows.back().witness = event_->host;
        ladder_.rows.back().glances = {glance_at_datagram(event_->host, e.bytes)};
        ladder_.rows.back().carries = {event_->id};
    }
    void tell(const DatagramDropped& e) {
        if (event_->host == HostId::nobody) return;
        note(event_->host, Tone::bad, fmt::format("dropped: {}", describe_datagram(e.bytes)));
    }
    void tell(const ConnectionAsked& e) {
        opened_by_[e.connection] = event_->host;
        peer_[e.connection] = e.peer;
        if (e.peer == HostId::nobody) return;
        message(event_->host, e.peer, Style::clear, fmt::format("TCP connect, port {}", e.port),
                std::string(e.address));
        asked_[e.connection] = ladder_.rows.size() - 1;
    }
    void tell(const ConnectionOpened& e) {
        const auto row = asked_.find(e.connection);
        if (row != asked_.end()) ladder_.rows[row->second].ends.arrived = true;
    }
    void tell(const ConnectionFailed& e) {
        note(event_->host, Tone::bad,
             fmt::format("{}: {}", word(e.reason), facts(e.reason).meaning));
    }
    void tell(const HttpRequestSent& e) {
        say(e.connection, fmt::format("{} {}", e.method, e.url), "HTTPS", Layer::tls);
    }
    void tell(const HttpResponseSent& e) {
        say(e.connection, std::string(e.status_line), "HTTPS", Layer::tls);
    }
    void tell(const StsDiscovered& e) {
        if (e.policy_id.empty())
            note(event_->host, Tone::neutral, fmt::format("MTA-STS: {}", e.why));
    }
    void tell(const StsFetched& e) {
        note(event_->host, e.reason == Reason::none ? Tone::good : Tone::bad,
             e.reason == Reason::none
                 ? fmt::format("policy of {}: {}", e.domain, one_line(e.policy, "; "))
                 : fmt::format("{}: {}", word(e.reason), e.why));
    }
    void tell(const StsApplied& e) {
        note(event_->host, Tone::neutral,
             fmt::format("MTA-STS for {}: {} ({})", e.domain, e.mode, e.why));
    }
    void tell(const TlsReportMade& e) {
        note(event_->host, e.failures.empty() ? Tone::neutral : Tone::bad,
             fmt::format("TLS report on {}: {}", e.domain, counts_of(e.successes, e.failures)));
    }
    void tell(const TlsReportSent& e) {
        note(event_->host, Tone::neutral,
             fmt::format("TLS report goes to {} as mail {}", e.to, number(e.mail)));
    }
    void tell(const TlsReportPosted& e) {
        note(event_->host, Tone::good,
             fmt::format("report on {} is posted: {}", e.domain, e.status));
    }
    void tell(const TlsReportDelayed& e) {
        note(event_->host, Tone::bad,
             fmt::format("report on {} waits: {}", e.domain, one_line(e.why, " ")));
    }
    void tell(const TlsReportLost& e) {
        note(event_->host, Tone::bad,
             fmt::format("report on {} is given up: {}", e.domain, one_line(e.why, " ")));
    }
    void tell(const TlsReportTaken& e) {
        const std::string noted = e.notes.empty() ? "" : "; noted: " + one_line(e.notes, ", ");
        note(event_->host, Tone::good,
             fmt::format("report from {} on {}: {}{}", one_line(e.from, " "), e.domain,
                         counts_of(e.successes, e.failures), noted));
    }
    void tell(const TlsReportRefused& e) {
        note(event_->host, Tone::bad,
             fmt::format("report from {} is refused: {}", one_line(e.from, " "),
                         one_line(e.why, " ")));
    }
    void tell(const AdminAlerted& e) {
        note(event_->host, Tone::bad, fmt::format("alert: {}", e.what));
    }
    void tell(const CommandSent& e) { say(e.connection, std::string(e.line), {}, e.layer); }
    void tell(const ReplySent& e) { say(e.connection, reply_head(e.text), {}, e.layer); }
    void tell(const ContentSent& e) {
        say(e.connection, subject_of(e.bytes),
            fmt::format("the content of mail {}, {} bytes", number(e.mail), e.bytes.size()),
            e.layer);
    }
    void tell(const SegmentSent& e) {
        if (e.bytes.empty()) return;
        // A long flight is cut into segments: one arrow is enough, its bytes add up.
        if (e.offset > 0 && continues(e)) {
            shows(row_of_.at(event_->id - 1));
            return;
        }
        Said said = std::exchange(said_[{event_->host, e.connection}], Said());
        const bool inside = said.layer == Layer::tls || sealed(e.bytes);
        const std::string records = describe_records(e.bytes);
        std::string head = said.text.empty() ? records : said.text;
        if (head.empty()) head = fmt::format("{} bytes that say nothing we know", e.bytes.size());
        std::string detail = said.detail;
        if (inside || said.text.empty())
            detail += fmt::format("{}{} bytes{}", detail.empty() ? "" : "; ", e.bytes.size(),
                                  inside && !said.text.empty() ? " on the path: " + records : "");
        if (inside && !said.text.empty()) head = "{" + shortened(head, longest_head) + "}";
        const HostId to = e.way == Way::to_server ? peer_[e.connection] : opened_by_[e.connection];
        message(event_->host, to, inside ? Style::encrypted : Style::clear, head, detail);
        shows(ladder_.rows.size() - 1);
    }
    void tell(const SegmentPassed& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        shows(row->second);
        std::vector<Glance>& glances = ladder_.rows[row->second].glances;
        const auto known = std::find_if(glances.begin(), glances.end(),
                                        [&](const Glance& g) { return g.watcher == event_->host; });
        if (known == glances.end())
            glances.push_back(glance(e.bytes));
        else
            pass_on(*known, e.bytes);
        passed_[{row->second, event_->host}] += e.bytes.substr(0, longest_flight);
    }
    // More of a flight that was cut into segments: it is read as a whole.
    void pass_on(Glance& seen, std::string_view bytes) {
        seen.bytes += bytes.size();
        const std::string& before = passed_[{row_of_.at(event_->id), event_->host}];
        if (before.size() < longest_flight) seen.words = glance(before + std::string(bytes)).words;
    }
    void tell(const SegmentArrived&) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        shows(row->second);
        ladder_.rows[row->second].ends.arrived = true;
    }
    void tell(const SegmentAltered& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        Row& stopped = ladder_.rows[row->second];
        const HostId receiver = stopped.to;
        const HostId sender = stopped.ends.from;
        stopped.to = event_->host;
        stopped.stopped = glance(e.before);
        if (stopped.detail.empty()) stopped.detail = "as it was sent";
        if (e.after.empty()) return;
        std::string after = describe_records(e.after);
        if (after.empty()) after = spoken(e.after);
        message(event_->host, receiver, Style::altered, after, std::string(e.act));
        looks_like(e.after, sender);
        shows(ladder_.rows.size() - 1);
    }
    // What an attacker says in another's place; sealed, it is what he read just before.
    void tell(const SegmentInjected& e) {
        const bool to_server = e.way == Way::to_server;
        const HostId to = to_server ? peer_[e.connection] : opened_by_[e.connection];
        const HostId other = to_server ? opened_by_[e.connection] : peer_[e.connection];
        if (e.bytes.empty()) {
            message(event_->host, to, Style::altered,
                    e.mark == Mark::reset ? "TCP reset" : "TCP FIN", std::string(e.act));
            ladder_.rows.back().ends.from = other;
            ladder_.rows.back().ends.detail.clear();
            shows(ladder_.rows.size() - 1);
            return;
        }
        std::string& opened = opened_[{e.connection, e.way}];
        std::string head = describe_records(e.bytes);
        if (sealed(e.bytes) && !opened.empty()) head = "{" + shortened(opened, longest_head) + "}";
        if (head.empty()) head = spoken(e.bytes);
        opened.clear();
        message(event_->host, to, Style::altered, std::move(head),
                fmt::format("{}, {} bytes", e.act, e.bytes.size()));
        looks_like(e.bytes, other);
        shows(ladder_.rows.size() - 1);
    }
    void tell(const PlaintextOpened& e) {
        const std::string text = one_line(in_lines(e.bytes), "   ");
        if (e.key_of.text.empty()) opened_[{e.connection, e.way}] = text;
        note(event_->host, Tone::bad, reads_inside(text, e.key_of.text));
    }
    void tell(const DnsForged& e) {
        note(event_->host, Tone::bad,
             fmt::format("answers {} {}: {}", e.type, e.question, one_line(e.after, "; ")));
    }
    void tell(const GatewayFlawed& e) {
        note(event_->host, Tone::bad, fmt::format("wrong on purpose: {}", e.flaws));
    }
    void tell(const SegmentDropped& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end() || event_->host == HostId::nobody) return;
        ladder_.rows[row->second].to = event_->host;
        ladder_.rows[row->second].stopped = glance(e.bytes);
        note(event_->host, Tone::bad, fmt::format("{} bytes dropped", e.bytes.size()));
    }
    void tell(const HandshakeFailed& e) {
        note(event_->host, Tone::bad, fmt::format("TLS failed ({}): {}", e.side, e.detail));
    }
    void tell(const HandshakeFinished& e) {
        if (!e.resumed.text.empty()) note(event_->host, Tone::neutral, "a TLS session goes on");
    }
    void tell(const CertificateSeen& e) {
        note(event_->host, e.trust == "trusted" ? Tone::neutral : Tone::bad,
             fmt::format("certificate for {}, by {}: {}", e.names.empty() ? "nobody" : e.names,
                         e.issuer.empty() ? "nobody" : e.issuer, e.trust));
    }
    void tell(const PolicyJudged& e) {
        note(event_->host, e.ruling == Ruling::refused ? Tone::bad : Tone::good,
             fmt::format("policy {}", e.why));
    }
    void tell(const Downgraded& e) {
        note(event_->host, Tone::bad, fmt::format("less protection: {}", e.why));
    }
    void tell(const BytesDiscarded& e) {
        note(event_->host, Tone::bad,
             fmt::format("{} bytes from before TLS thrown away", e.bytes.size()));
    }
    void tell(const MailDelivered& e) {
        note(event_->host, Tone::good,
             fmt::format("delivered to {} for {} ({})", e.server, e.recipient, e.code));
    }
    void tell(const MailDeferred& e) {
        note(event_->host, Tone::bad,
             fmt::format("deferred for {}: {} ({}), next try {} later", e.recipient, word(e.reason),
                         e.code, readable(e.next_try - event_->at)));
    }
    void tell(const MailBounced& e) {
        note(event_->host, Tone::bad,
             fmt::format("bounced for {}: {} ({})", e.recipient, word(e.reason), e.code));
    }
    void tell(const BounceReturned& e) {
        note(event_->host, Tone::bad, fmt::format("a non-delivery report goes back to {}", e.to));
    }
    void tell(const BounceSent& e) {
        note(event_->host, Tone::bad,
             fmt::format("a non-delivery report goes to {} as mail {}", e.to, number(e.bounce)));
    }
    void tell(const DeliveryReported& e) {
        note(event_->host, Tone::good, delivery_report(e.action, e.to, number(e.report)));
    }
    void tell(const MailScanned& e) {
        note(event_->host, e.found.empty() ? Tone::neutral : Tone::bad,
             scan_note(e.found, e.where, e.unread, e.so));
    }
    void tell(const MailKept& e) {
        note(event_->host, Tone::good,
             fmt::format("keeps the mail for {}, queued as {}", e.to, e.queue_id));
    }
    void tell(const MailRelayed& e) {
        note(event_->host, Tone::neutral,
             fmt::format("relays the mail to {} as mail {}", e.to, number(e.mail)));
    }
    void tell(const KeyStolen& e) {
        const std::string whose(host_title(trace_, e.whose));
        alone(event_->host, Tone::bad, "steals the key of " + whose);
    }
    void tell(const AttackerActed& e) { alone(event_->host, Tone::bad, std::string(e.act)); }
    void tell(const WorldChanged& e) {
        const HostId where = event_->host == HostId::nobody ? HostId{0} : event_->host;
        alone(where, Tone::neutral, shortened(std::string(e.what), 110));
        ladder_.rows.back().witness = event_->host;
    }
    void tell(const LinkChanged& e) {
        const bool all = e.one == HostId::nobody;
        const std::string which =
            all ? "all links" : fmt::format("link to {}", host_title(trace_, e.other));
        alone(all ? HostId{0} : e.one, Tone::neutral, fmt::format("{}: {}", which, e.what));
        ladder_.rows.back().witness = HostId::nobody;
    }
    void tell(const HostWentDown& e) { alone(e.host, Tone::bad, "goes down"); }
    void tell(const HostCameBack& e) { alone(e.host, Tone::good, "comes back"); }
    void tell(const ConnectionBlocked&) {
        note(event_->host, Tone::bad, "lets no connection through");
    }
    using LeftOut = Events<PathWatched, HttpResponseReceived, CommandReceived, ReplyReceived,
                           ContentReceived, HandshakeStarted, SecretMade, MailSubmitted, HostTried>;

    void shows(std::size_t row) {
        row_of_[event_->id] = row;
        ladder_.rows[row].carries.push_back(event_->id);
    }
    // A datagram on its way to the resolver; what he sends is an answer.
    void question() {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        const bool answers =
            event_->as<DatagramSent>() != nullptr && event_->host != ladder_.rows[row->second].from;
        if (!answers) shows(row->second);
    }
    // The previous event was a segment of the same flight, or of the same flight still.
    bool continues(const SegmentSent& e) const {
        const auto row = row_of_.find(event_->id - 1);
        if (row == row_of_.end()) return false;
        const auto* before = trace_.at(event_->id - 1).as<SegmentSent>();
        return before != nullptr && before->connection == e.connection && before->way == e.way &&
               trace_.at(event_->id - 1).at == event_->at &&
               before->offset + before->bytes.size() == e.offset;
    }
    void say(ConnectionId connection, std::string text, std::string detail, Layer layer) {
        Said& said = said_[{event_->host, connection}];
        said.text += (said.text.empty() ? "" : "   ") + text;
        if (!detail.empty()) said.detail += (said.detail.empty() ? "" : ", ") + detail;
        said.layer = layer;
    }
    Row& add(Row::Kind kind) {
        Row& row = ladder_.rows.emplace_back();
        row.kind = kind;
        row.at = event_->at - trace_.begins();
        row.event = event_->id;
        return row;
    }
    void message(HostId from, HostId to, Style style, std::string head, std::string detail) {
        Row& row = add(Row::Kind::message);
        row.from = from, row.to = to, row.style = style;
        row.head = shortened(std::move(head), longest_head + 2);
        row.detail = shortened(std::move(detail), 110);
        row.ends = {from, to, style, row.detail};
    }
    // To the ends it is a message of the other end, as any.
    void looks_like(std::string_view bytes, HostId sender) {
        Ends& ends = ladder_.rows.back().ends;
        ends.from = sender;
        ends.style = sealed(bytes) ? Style::encrypted : Style::clear;
        ends.detail = sealed(bytes) ? fmt::format("{} bytes", bytes.size()) : std::string();
    }
    Glance glance(std::string_view bytes) const {
        return glance_at(event_->host, bytes, longest_head + 2);
    }
    static std::uint32_t number(MailId mail) { return static_cast<std::uint32_t>(mail); }
    void note(HostId at, Tone tone, std::string text) {
        Row& row = add(Row::Kind::note);
        row.from = row.to = row.witness = at;
        row.tone = tone;
        row.head = shortened(std::move(text), 140);
    }
    // It belongs to no attempt.
    void alone(HostId at, Tone tone, std::string text) {
        note(at, tone, std::move(text));
        ladder_.rows.back().stands_alone = true;
    }

    const Trace& trace_;
    const Event* event_ = nullptr;
    Ladder ladder_;
    Fates fates_;
    std::vector<Lane> all_lanes_;
    std::map<ConnectionId, HostId> opened_by_, peer_;
    std::map<ConnectionId, std::size_t> asked_;
    std::map<std::pair<HostId, ConnectionId>, Said> said_;
    std::map<EventId, std::size_t> row_of_;
    std::map<std::pair<std::size_t, HostId>, std::string> passed_;  ///< By row and watcher.
    std::map<std::pair<ConnectionId, Way>, std::string> opened_;    ///< Not sent on yet.
};

}  // namespace

Ladder ladder_of(const Trace& trace, const std::string& title, const Viewers& viewers) {
    return LadderReader(trace, title).read(viewers);
}

}  // namespace visualize
