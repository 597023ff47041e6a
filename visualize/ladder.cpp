#include "visualize/ladder.hpp"

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include <fmt/core.h>

#include "sim/trace/encode.hpp"
#include "sim/trace/reader.hpp"
#include "visualize/change.hpp"
#include "visualize/datagrams.hpp"
#include "visualize/fates.hpp"
#include "visualize/glances.hpp"
#include "visualize/handshakes.hpp"
#include "visualize/ladder_notes.hpp"
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
    LadderReader(const Trace& trace, std::string title) : trace_(trace), handshakes_(trace) {
        ladder_.title = std::move(title);
    }
    Ladder read(const Viewers& viewers) {
        trace_.each([&](const Event& event) {
            event_ = &event;
            fates_.hear(event);
            trace::read(event.body, LeftOut(), [&](const auto& body) -> decltype(tell(body)) {
                connection_ = ConnectionId::none;
                if constexpr (requires { body.connection; }) connection_ = body.connection;
                tell(body);
            });
        });
        if (viewers.empty()) keep_what_is_told_once(ladder_.rows);
        fold_attempts(ladder_.rows);
        if (viewers.empty()) ladder_.story = fates_.story();
        if (!viewers.empty()) keep_what_was_seen(ladder_.rows, viewers);
        fold_what_is_long(ladder_.rows);
        tell_connections_apart(ladder_.rows);
        add_gaps(ladder_.rows);
        tell_of_nothing(ladder_.rows);
        choose_lanes(ladder_, all_lanes_, viewers);
        return std::move(ladder_);
    }

  private:
    struct Said {
        std::string text, detail;
        trace::Layer layer = trace::Layer::clear;
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
    void tell(const HttpRequestSent& e) {
        say(e.connection, fmt::format("{} {}", e.method, e.url), "HTTPS", trace::Layer::tls);
    }
    void tell(const HttpResponseSent& e) {
        say(e.connection, std::string(e.status_line), "HTTPS", trace::Layer::tls);
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
            const std::size_t row = row_of_.at(event_->id - 1);
            shows(row);
            if (rests_.contains(row)) add_to_rest(row, e.bytes);
            return;
        }
        Said said = std::exchange(said_[{event_->host, e.connection}], Said());
        const bool inside = said.layer == trace::Layer::tls || sealed(e.bytes);
        const std::string records = describe_records(e.bytes);
        const HostId to = e.way == Way::to_server ? peer_[e.connection] : opened_by_[e.connection];
        if (said.text.empty() && readable_front(e.bytes) > 0)
            return two_strokes({event_->host, to, Style::clear, Style::encrypted}, e.bytes, "");
        std::string head = said.text.empty() ? records : said.text;
        if (head.empty()) head = fmt::format("{} bytes that say nothing we know", e.bytes.size());
        std::string detail = said.detail;
        if (inside || said.text.empty())
            detail += fmt::format("{}{} bytes{}", detail.empty() ? "" : "; ", e.bytes.size(),
                                  inside && !said.text.empty() ? " on the path: " + records : "");
        if (inside && !said.text.empty()) head = "{" + shortened(head, longest_head) + "}";
        message(event_->host, to, inside ? Style::encrypted : Style::clear, head, detail);
        shows(ladder_.rows.size() - 1);
        if (said.text.empty() && inside) name_messages(ladder_.rows.back(), e.bytes, "");
    }
    struct Rest {
        std::size_t front = 0;  ///< How many bytes stand before it.
        std::string bytes, act;
        Handshakes::Sealed inside;
    };
    struct Strokes {
        HostId from, to;
        Style front, rest;
    };
    // A server's flight in TLS 1.3: a hello that all can read, and the rest, with the certificate,
    // that they cannot (RFC 8446 section 2).
    void two_strokes(const Strokes& s, std::string_view bytes, const std::string& act) {
        const std::size_t size = readable_front(bytes);
        message(s.from, s.to, s.front, describe_records(bytes.substr(0, size)),
                fmt::format("{}{}{} bytes", act, act.empty() ? "" : ", ", size));
        const std::size_t row = ladder_.rows.size() - 1;
        message(s.from, s.to, s.rest, "", "");
        ladder_.rows.back().is_sealed_rest = true;
        rests_[row] = {size, "", act, {}};
        shows(row);
        add_to_rest(row, bytes.substr(size));
    }
    // Of a row that is sealed: what the trace has the keys to.
    void describe_sealed(Row& row, const Rest& rest) {
        const std::string records = describe_records(rest.bytes);
        const Handshakes::Sealed& inside = rest.inside;
        std::string detail =
            fmt::format("{}{}{} bytes", rest.act, rest.act.empty() ? "" : ", ", rest.bytes.size());
        if (!inside.messages.empty()) detail += " on the path: " + records;
        if (!inside.certificate.empty())
            detail = fmt::format("certificate for {}; {}", inside.certificate, detail);
        row.head = inside.messages.empty() ? records : "{" + inside.messages + "}";
        row.head = shortened(std::move(row.head), longest_head + 2);
        row.detail = row.ends.detail = shortened(std::move(detail), 110);
    }
    // More of the flight, by this event.
    void add_to_rest(std::size_t row, std::string_view bytes) {
        Rest& rest = rests_.at(row);
        if (rest.bytes.size() < longest_flight) rest.bytes += bytes;
        const Handshakes::Sealed& more = handshakes_.sent_in(event_->id);
        std::string& messages = rest.inside.messages;
        messages += (messages.empty() || more.messages.empty() ? "" : ", ") + more.messages;
        if (rest.inside.certificate.empty()) rest.inside.certificate = more.certificate;
        describe_sealed(ladder_.rows[row + 1], rest);
    }
    void name_messages(Row& row, std::string_view bytes, std::string_view act) {
        const Handshakes::Sealed& inside = handshakes_.sent_in(event_->id);
        if (!inside.messages.empty())
            describe_sealed(row, {0, std::string(bytes), std::string(act), inside});
    }
    void tell(const SegmentPassed& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        shows(row->second);
        if (rests_.contains(row->second)) return watch_strokes(row->second, e.bytes);
        std::vector<Glance>& glances = ladder_.rows[row->second].glances;
        const auto known = std::find_if(glances.begin(), glances.end(),
                                        [&](const Glance& g) { return g.watcher == event_->host; });
        if (known == glances.end())
            glances.push_back(glance(e.bytes));
        else
            pass_on(*known, e.bytes);
        passed_[{row->second, event_->host}] += e.bytes.substr(0, longest_flight);
    }
    void watch_strokes(std::size_t row, std::string_view bytes) {
        std::string& seen = passed_[{row, event_->host}];
        seen += bytes.substr(0, longest_flight);
        const std::string_view all = seen;
        const std::size_t front = rests_.at(row).front;
        const auto look = [&](Row& at, std::string_view part) {
            std::erase_if(at.glances, [&](const Glance& g) { return g.watcher == event_->host; });
            if (!part.empty()) at.glances.push_back(glance(part));
        };
        look(ladder_.rows[row], all.substr(0, front));
        look(ladder_.rows[row + 1], all.substr(std::min(front, all.size())));
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
        if (rests_.contains(row->second)) ladder_.rows[row->second + 1].ends.arrived = true;
    }
    // He whose event it is lets it go no further.
    void stop(std::size_t row, std::string_view bytes) {
        const auto rest = rests_.find(row);
        const std::size_t front = rest == rests_.end() ? bytes.size() : rest->second.front;
        const auto end = [&](Row& stopped, std::string_view part) {
            stopped.to = event_->host;
            stopped.stopped = glance(part);
        };
        end(ladder_.rows[row], bytes.substr(0, front));
        if (rest != rests_.end())
            end(ladder_.rows[row + 1], bytes.substr(std::min(front, bytes.size())));
    }
    void tell(const SegmentAltered& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end()) return;
        Row& stopped = ladder_.rows[row->second];
        const HostId receiver = stopped.to;
        const HostId sender = stopped.ends.from;
        stop(row->second, e.before);
        if (stopped.detail.empty()) stopped.detail = "as it was sent";
        if (e.after.empty()) return;
        std::string after = describe_records(e.after);
        if (after.empty()) after = spoken(e.after);
        message(event_->host, receiver, Style::altered, after,
                act_in_words(e.act, e.before, e.after));
        looks_like(ladder_.rows.back(), e.after, sender);
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
        if (const std::size_t front = readable_front(e.bytes); front > 0) {
            two_strokes({event_->host, to, Style::altered, Style::altered}, e.bytes,
                        std::string(e.act));
            looks_like(ladder_.rows.back(), e.bytes.substr(front), other);
            return looks_like(ladder_.rows[ladder_.rows.size() - 2], e.bytes.substr(0, front),
                              other);
        }
        message(event_->host, to, Style::altered, std::move(head),
                fmt::format("{}, {} bytes", e.act, e.bytes.size()));
        name_messages(ladder_.rows.back(), e.bytes, e.act);
        looks_like(ladder_.rows.back(), e.bytes, other);
        shows(ladder_.rows.size() - 1);
    }
    void tell(const PlaintextOpened& e) {
        const std::string text = one_line(in_lines(e.bytes), "   ");
        if (e.key_of.text.empty()) opened_[{e.connection, e.way}] = text;
        note(event_->host, Tone::bad, reads_inside(text, e.key_of.text));
    }
    void tell(const SegmentDropped& e) {
        const auto row = row_of_.find(event_->cause);
        if (row == row_of_.end() || event_->host == HostId::nobody) return;
        stop(row->second, e.bytes);
        note(event_->host, Tone::bad, fmt::format("{} bytes dropped", e.bytes.size()));
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
    template <class Body>
    requires std::is_invocable_v<const NoteMaker&, const Body&>
    void tell(const Body& body) {
        Noted noted = NoteMaker{trace_, *event_}(body);
        if (!noted.text.empty()) note(event_->host, noted.tone, std::move(noted.text));
    }
    using LeftOut = Events<PathWatched, HttpResponseReceived, CommandReceived, ReplyReceived,
                           ContentReceived, HandshakeStarted, SecretMade, MailSubmitted, HostTried>;

    void shows(std::size_t row) {
        row_of_[event_->id] = row;
        ladder_.rows[row].carries.push_back(event_->id);
        if (rests_.contains(row)) ladder_.rows[row + 1].carries.push_back(event_->id);
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
    void say(ConnectionId connection, std::string text, std::string detail, trace::Layer layer) {
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
        row.connection = connection_;
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
    static void looks_like(Row& row, std::string_view bytes, HostId sender) {
        Ends& ends = row.ends;
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
    const Handshakes handshakes_;
    const Event* event_ = nullptr;
    ConnectionId connection_{};  ///< Of the event.
    Ladder ladder_;
    Fates fates_;
    std::vector<Lane> all_lanes_;
    std::map<ConnectionId, HostId> opened_by_, peer_;
    std::map<ConnectionId, std::size_t> asked_;
    std::map<std::pair<HostId, ConnectionId>, Said> said_;
    std::map<EventId, std::size_t> row_of_;
    std::map<std::size_t, Rest> rests_;                             ///< By the row before it.
    std::map<std::pair<std::size_t, HostId>, std::string> passed_;  ///< By row and watcher.
    std::map<std::pair<ConnectionId, Way>, std::string> opened_;    ///< Not sent on yet.
};

}  // namespace

Ladder ladder_of(const Trace& trace, const std::string& title, const Viewers& viewers) {
    return LadderReader(trace, title).read(viewers);
}

}  // namespace visualize
