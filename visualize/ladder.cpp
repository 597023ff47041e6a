#include "visualize/ladder.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/trace/encode.hpp"
#include "visualize/records.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

constexpr std::size_t longest_head = 76;

std::string shortened(std::string text, std::size_t most = longest_head) {
    if (text.size() <= most) return text;
    std::size_t cut = most - 1;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
        --cut;  // not inside a UTF-8 character
    return text.substr(0, cut) + "…";
}

// Lines parted by LF alone, without the last one's end.
std::string in_lines(std::string_view bytes) {
    std::string text(bytes);
    std::erase(text, '\r');
    while (text.ends_with('\n')) text.pop_back();
    return text;
}
std::string one_line(std::string_view text, std::string_view separator) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += separator;
        else
            out += c;
    }
    return out;
}

// What a TLS report says.
std::string counts_of(const auto& report) {
    std::string out = fmt::format("successes={}", report.successes);
    if (!report.failures.empty()) out += ", " + one_line(report.failures, ", ");
    return out;
}

// A reply of several lines is an EHLO answer: its keywords are what matters.
std::string reply_head(std::string_view text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::string(text);
    std::string out = std::string(text.substr(0, 3)) + " " + std::string(text.substr(4, end - 4));
    for (text.remove_prefix(end + 1); !text.empty();) {
        const std::size_t next = text.find('\n');
        const std::string_view line = text.substr(0, next);
        if (line.size() > 4) out += " " + std::string(line.substr(4, line.find(' ', 4) - 4));
        text = next == std::string_view::npos ? std::string_view() : text.substr(next + 1);
    }
    return out;
}

// Bytes in clear text: replies by what matters of them, all else line by line.
std::string spoken(std::string_view bytes) {
    const std::string text = in_lines(bytes);
    if (text.empty()) return "(a line's end)";
    const bool reply = text.size() > 3 && text.find_first_not_of("0123456789") == 3;
    return reply ? reply_head(text) : one_line(text, "   ");
}

std::string subject_of(std::string_view content) {
    const std::size_t at = content.find("Subject: ");
    if (at == std::string_view::npos) return {};
    return std::string(content.substr(at, content.find("\r\n", at) - at));
}

class Reader {
  public:
    Reader(const Trace& trace, std::string title) : trace_(trace) {
        ladder_.title = std::move(title);
    }
    Ladder read() {
        trace_.each([&](const Event& event) {
            event_ = &event;
            std::visit([&](const auto& body) { tell(body); }, event.body);
        });
        fold_attempts();
        add_gaps();
        choose_lanes();
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
        row.head = fmt::format("Mail {} to {}: attempt {}, level {}",
                               static_cast<std::uint32_t>(e.mail), e.domain, e.attempt, e.level);
    }
    void tell(const DnsAsked& e) {
        message(event_->host, e.resolver, Style::clear, fmt::format("{}? {}", e.type, e.question),
                "DNS, UDP 53");
    }
    void tell(const DnsAnswered& e) {
        const std::string records =
            e.records.empty() ? std::string(e.status) : one_line(e.records, "; ");
        message(e.resolver, event_->host, Style::clear, records,
                fmt::format("{}, {}", e.status, e.security));
    }
    void tell(const ConnectionAsked& e) {
        opened_by_[e.connection] = event_->host;
        peer_[e.connection] = e.peer;
        if (e.peer == HostId::nobody) return;
        message(event_->host, e.peer, Style::clear, fmt::format("TCP connect, port {}", e.port),
                std::string(e.address));
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
        if (e.id.empty()) note(event_->host, Tone::neutral, fmt::format("MTA-STS: {}", e.why));
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
             fmt::format("TLS report on {}: {}", e.domain, counts_of(e)));
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
        note(
            event_->host, Tone::good,
            fmt::format("report from {} on {}: {}", one_line(e.from, " "), e.domain, counts_of(e)));
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
            fmt::format("the content of mail {}, {} bytes", static_cast<std::uint32_t>(e.mail),
                        e.bytes.size()),
            e.layer);
    }
    void tell(const SegmentSent& e) {
        if (e.bytes.empty()) return;
        // A long flight is cut into segments: one arrow is enough, its bytes add up.
        if (e.offset > 0 && continues(e)) {
            row_of_[event_->id] = row_of_.at(event_->id - 1);
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
        if (inside && !said.text.empty()) head = "{" + shortened(head) + "}";
        const HostId to = e.way == Way::to_server ? peer_[e.connection] : opened_by_[e.connection];
        message(event_->host, to, inside ? Style::encrypted : Style::clear, head, detail);
        row_of_[event_->id] = ladder_.rows.size() - 1;
    }
    void tell(const SegmentPassed& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        row_of_[event_->id] = row->second;
        Row& seen = ladder_.rows[row->second];
        const bool known = std::any_of(seen.glances.begin(), seen.glances.end(),
                                       [&](const Glance& g) { return g.watcher == event_->host; });
        if (!known)
            seen.glances.push_back(
                {event_->host, sealed(e.bytes) ? Glance::Sight::sealed : Glance::Sight::readable});
    }
    void tell(const SegmentAltered& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        Row& stopped = ladder_.rows[row->second];
        const HostId receiver = stopped.to;
        stopped.to = event_->host;
        if (stopped.detail.empty()) stopped.detail = "as it was sent";
        if (e.after.empty()) return;
        std::string after = describe_records(e.after);
        if (after.empty()) after = spoken(e.after);
        message(event_->host, receiver, Style::altered, after, std::string(e.act));
        row_of_[event_->id] = ladder_.rows.size() - 1;
    }
    // What an attacker says in another's place; sealed, it is what he read just before.
    void tell(const SegmentInjected& e) {
        const HostId to = e.way == Way::to_server ? peer_[e.connection] : opened_by_[e.connection];
        if (e.bytes.empty())
            return message(event_->host, to, Style::altered,
                           e.mark == Mark::reset ? "TCP reset" : "TCP FIN", std::string(e.act));
        std::string& opened = opened_[{e.connection, e.way}];
        std::string head = describe_records(e.bytes);
        if (sealed(e.bytes) && !opened.empty()) head = "{" + shortened(opened) + "}";
        if (head.empty()) head = spoken(e.bytes);
        opened.clear();
        message(event_->host, to, Style::altered, std::move(head),
                fmt::format("{}, {} bytes", e.act, e.bytes.size()));
        row_of_[event_->id] = ladder_.rows.size() - 1;
    }
    void tell(const PlaintextOpened& e) {
        const std::string text = one_line(in_lines(e.bytes), "   ");
        opened_[{e.connection, e.way}] = text;
        note(event_->host, Tone::bad, fmt::format("reads inside TLS: {}", shortened(text, 80)));
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
        note(event_->host, Tone::bad, fmt::format("{} bytes dropped", e.bytes.size()));
    }
    void tell(const HandshakeFailed& e) {
        note(event_->host, Tone::bad, fmt::format("TLS failed ({}): {}", e.side, e.detail));
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
             fmt::format("delivered to {} for {} ({})", e.host, e.recipient, e.code));
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
    void tell(const AttackerActed& e) {
        note(event_->host, Tone::bad, std::string(e.act));
        ladder_.rows.back().stands_alone = true;
    }
    void tell(const WorldChanged& e) {
        const HostId where = event_->host == HostId::nobody ? HostId{0} : event_->host;
        note(where, Tone::neutral, shortened(std::string(e.what), 110));
        ladder_.rows.back().stands_alone = true;
    }
    void tell(const LinkChanged& e) {
        if (e.one == HostId::nobody) {
            note(HostId{0}, Tone::neutral, fmt::format("all links: {}", e.what));
        } else {
            note(e.one, Tone::neutral,
                 fmt::format("link to {}: {}", host_title(trace_, e.other), e.what));
        }
        ladder_.rows.back().stands_alone = true;
    }
    void tell(const HostWentDown& e) {
        note(e.host, Tone::bad, "goes down");
        ladder_.rows.back().stands_alone = true;
    }
    void tell(const HostCameBack& e) {
        note(e.host, Tone::good, "comes back");
        ladder_.rows.back().stands_alone = true;
    }
    void tell(const ConnectionBlocked&) {
        note(event_->host, Tone::bad, "lets no connection through");
    }
    void tell(const auto&) {}

    // The previous event was a segment of the same flight, or of the same flight still.
    bool continues(const SegmentSent& e) const {
        const auto row = row_of_.find(event_->id - 1);
        if (row == row_of_.end()) return false;
        const auto* before = trace_.at(event_->id - 1).as<SegmentSent>();
        return before != nullptr && before->connection == e.connection && before->way == e.way &&
               trace_.at(event_->id - 1).at == event_->at &&
               before->bytes.data() + before->bytes.size() == e.bytes.data();
    }
    void say(ConnectionId connection, std::string text, std::string detail, Layer layer) {
        Said& said = said_[{event_->host, connection}];
        said.text += (said.text.empty() ? "" : "   ") + text;
        said.detail += (said.detail.empty() ? "" : ", ") + detail;
        if (detail.empty() && said.detail.ends_with(", "))
            said.detail.resize(said.detail.size() - 2);
        said.layer = layer;
    }
    Row& add(Row::Kind kind) {
        Row& row = ladder_.rows.emplace_back();
        row.kind = kind;
        row.at = event_->at;
        row.event = event_->id;
        return row;
    }
    void message(HostId from, HostId to, Style style, std::string head, std::string detail) {
        Row& row = add(Row::Kind::message);
        row.from = from;
        row.to = to;
        row.style = style;
        row.head = shortened(std::move(head), longest_head + 2);
        row.detail = shortened(std::move(detail), 110);
    }
    void note(HostId at, Tone tone, std::string text) {
        Row& row = add(Row::Kind::note);
        row.from = row.to = at;
        row.tone = tone;
        row.head = shortened(std::move(text), 140);
    }

    struct Section {
        std::size_t begin, end;
        std::string signature;
    };
    // From one phase to the next. Two that show the same arrows and notes are alike, but for times
    // and numbers.
    std::vector<Section> sections() const {
        std::vector<Section> out;
        for (std::size_t i = 0; i < ladder_.rows.size(); ++i) {
            const Row& row = ladder_.rows[i];
            const bool fresh = row.kind == Row::Kind::phase || row.stands_alone || out.empty() ||
                               ladder_.rows[i - 1].stands_alone;
            if (fresh) out.push_back({i, i, {}});
            out.back().end = i + 1;
            if (row.kind == Row::Kind::phase) continue;
            out.back().signature += row.head.substr(0, row.head.find(", next try")) + "\n";
        }
        return out;
    }
    void fold_attempts() {
        const std::vector<Section> all = sections();
        std::vector<Row> kept;
        for (std::size_t i = 0; i < all.size();) {
            std::size_t last = i;
            while (last + 1 < all.size() && all[last + 1].signature == all[i].signature) ++last;
            const auto copy = [&](const Section& s) {
                kept.insert(kept.end(), ladder_.rows.begin() + static_cast<std::ptrdiff_t>(s.begin),
                            ladder_.rows.begin() + static_cast<std::ptrdiff_t>(s.end));
            };
            copy(all[i]);
            // The last of them is drawn where the story ends with it.
            const bool show_last = last > i && (last + 1 == all.size() || last == i + 1);
            const std::size_t middle = last - i - (show_last ? 1 : 0);
            if (middle == 1) copy(all[i + 1]);
            if (middle > 1) {
                Row fold;
                fold.kind = Row::Kind::gap;
                fold.at = ladder_.rows[all[last - (show_last ? 1 : 0)].end - 1].at;
                fold.head = fmt::format("{} more attempts, all alike, until {}", middle,
                                        readable(fold.at - world_begins));
                kept.push_back(std::move(fold));
            }
            if (show_last) copy(all[last]);
            i = last + 1;
        }
        ladder_.rows = std::move(kept);
    }
    // The axis of time is broken where nothing happens for long.
    void add_gaps() {
        std::vector<Row> out;
        for (Row& row : ladder_.rows) {
            const bool jump = !out.empty() && out.back().kind != Row::Kind::gap &&
                              row.kind != Row::Kind::gap && row.at - out.back().at > seconds(2);
            if (jump) {
                Row gap;
                gap.kind = Row::Kind::gap;
                gap.at = row.at;
                gap.head = fmt::format("{} pass", readable(row.at - out.back().at));
                out.push_back(std::move(gap));
            }
            out.push_back(std::move(row));
        }
        ladder_.rows = std::move(out);
    }
    // Senders, the resolver, whoever sits on a path, receivers; those who took no part are left
    // out.
    void choose_lanes() {
        std::set<HostId> busy;
        for (const Row& row : ladder_.rows) {
            if (row.kind != Row::Kind::message && row.kind != Row::Kind::note) continue;
            busy.insert(row.from);
            busy.insert(row.to);
            for (const Glance& g : row.glances) busy.insert(g.watcher);
        }
        for (const Role role :
             {Role::sender, Role::resolver, Role::policy_host, Role::report_collector,
              Role::watcher, Role::attacker, Role::receiver})
            for (const Lane& lane : all_lanes_)
                if (lane.role == role && busy.contains(lane.host)) ladder_.lanes.push_back(lane);
    }

    const Trace& trace_;
    const Event* event_ = nullptr;
    Ladder ladder_;
    std::vector<Lane> all_lanes_;
    std::map<ConnectionId, HostId> opened_by_, peer_;
    std::map<std::pair<HostId, ConnectionId>, Said> said_;
    std::map<EventId, std::size_t> row_of_;
    std::map<std::pair<ConnectionId, Way>, std::string> opened_;  ///< Not sent on yet.
};

}  // namespace

Ladder ladder_of(const Trace& trace, const std::string& title) {
    return Reader(trace, title).read();
}

}  // namespace visualize
