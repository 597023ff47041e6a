#include "harness/report/page.hpp"

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/play/outcome_json.hpp"
#include "harness/report/beliefs.hpp"
#include "harness/report/dissection.hpp"
#include "harness/report/key_path.hpp"
#include "harness/report/shares.hpp"
#include "harness/report/ways_json.hpp"
#include "sim/core/base64.hpp"
#include "sim/core/json.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"

namespace report {

using namespace core;
using namespace trace;
using play::Json;

namespace {

// RFC 8446 section 5.1: all that TLS 1.3 seals says application_data.
bool is_sealed_record(const tls::Piece& piece) {
    return piece.kind == tls::Piece::Kind::record && piece.wire.bytes.starts_with('\x17');
}

constexpr int nobody = -1;

std::string_view word(visualize::Row::Kind kind) {
    using enum visualize::Row::Kind;
    switch (kind) {
        case phase: return "phase";
        case message: return "message";
        case note: return "note";
        case gap: return "gap";
    }
    return "note";
}
std::string_view word(visualize::Tone tone) {
    using enum visualize::Tone;
    switch (tone) {
        case neutral: return "neutral";
        case good: return "good";
        case bad: return "bad";
    }
    return "neutral";
}
std::string_view word(Belief::Tone tone) {
    using enum Belief::Tone;
    switch (tone) {
        case neutral: return "neutral";
        case good: return "good";
        case bad: return "bad";
    }
    return "neutral";
}

class Page {
  public:
    Page(const Trace& trace, const play::Outcome& outcome)
        : trace_(trace),
          negotiations_(tls::negotiations_of(trace, outcome.seed)),
          ladder_(visualize::ladder_of(trace, outcome.entry.id())) {
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            lane_of_[ladder_.lanes[i].host] = static_cast<int>(i);
    }
    Json json() {
        Json out;
        out["lanes"] = lanes();
        out["rows"] = rows();
        out["beliefs"] = beliefs();
        out["changes"] = changes();
        out["pieces"] = pieces();
        out["left_out"] = left_out_;
        out["ids"] = ids_;
        out["keys"] = keys();
        if (const visualize::ShareCurve curve = share_of(trace_, ladder_.title);
            is_worth_drawing(curve))
            out["share"] = chart(visualize::share_chart(curve));
        return out;
    }

  private:
    int lane(HostId host) const {
        const auto found = lane_of_.find(host);
        return found == lane_of_.end() ? nobody : found->second;
    }

    Json lanes() const {
        Json out = Json::array();
        for (const visualize::Lane& l : ladder_.lanes)
            out.push_back({{"title", l.title}, {"subtitle", l.subtitle}, {"role", word(l.role)}});
        return out;
    }
    Json glance(const visualize::Glance& g) const {
        return {{"lane", lane(g.watcher)},
                {"sealed", g.sight == visualize::Glance::Sight::sealed},
                {"words", g.words},
                {"bytes", g.bytes}};
    }
    Json rows() {
        Json out = Json::array();
        for (const visualize::Row& row : ladder_.rows) {
            // A flight in two strokes: what is sealed belongs to the second.
            auto& rows = row.is_sealed_rest ? sealed_row_of_ : row_of_;
            rows[row.event] = out.size();
            for (const EventId id : row.carries) rows[id] = out.size();
            Json one{{"event", row.event}, {"at", row.at.ns}, {"kind", word(row.kind)}};
            if (row.kind == visualize::Row::Kind::message) {
                one["from"] = lane(row.from);
                one["to"] = lane(row.to);
                one["style"] = visualize::word(row.style);
                for (const visualize::Glance& g : row.glances) one["glances"].push_back(glance(g));
                if (row.stopped) one["stopped"] = glance(*row.stopped);
            } else {
                one["tone"] = word(row.tone);
                one["witness"] = lane(row.witness);
            }
            one["head"] = row.head;
            if (!row.detail.empty()) one["detail"] = row.detail;
            out.push_back(std::move(one));
        }
        return out;
    }
    // What was believed and given up again between two rows is left out.
    Json beliefs() const {
        const std::vector<Belief> all = beliefs_of(trace_);
        std::map<std::tuple<HostId, Topic, std::string_view>, std::size_t> last;
        std::vector<const Belief*> kept;
        auto next = ladder_.rows.begin();
        for (const Belief& b : all) {
            for (; next != ladder_.rows.end() && next->event <= b.event; ++next) last.clear();
            const auto [known, fresh] = last.try_emplace({b.host, b.topic, b.subject}, kept.size());
            if (!fresh) kept[known->second] = nullptr;
            known->second = kept.size();
            kept.push_back(&b);
        }
        Json out = Json::array();
        for (const Belief* const b : kept)
            if (b != nullptr)
                out.push_back({{"event", b->event},
                               {"lane", lane(b->host)},
                               {"topic", report::word(b->topic)},
                               {"subject", b->subject},
                               {"value", b->value},
                               {"tone", word(b->tone)}});
        return out;
    }

    // ---- what was done on the way
    Json change(const Event& event, std::string_view act, std::string_view before,
                std::string_view after) const {
        return {{"event", event.id},        {"at", (event.at - trace_.begins()).ns},
                {"lane", lane(event.host)}, {"act", act},
                {"before", base64(before)}, {"after", base64(after)},
                {"row", row_near(event)}};
    }
    // The row that shows it, or the one whose bytes it struck.
    Json row_near(const Event& event) const {
        for (const EventId id : {event.id, event.cause}) {
            const auto found = row_of_.find(id);
            if (found != row_of_.end()) return found->second;
        }
        return nullptr;
    }
    Json changes() const {
        Json out = Json::array();
        trace_.each([&](const Event& event) {
            if (const auto* altered = event.as<SegmentAltered>())
                out.push_back(change(event, altered->act, altered->before, altered->after));
            else if (const auto* injected = event.as<SegmentInjected>())
                out.push_back(change(event, injected->act, {}, injected->bytes));
            else if (const auto* dropped = event.as<SegmentDropped>();
                     dropped != nullptr && event.host != HostId::nobody)
                out.push_back(change(event, "dropped", dropped->bytes, {}));
            else if (const auto* forged = event.as<DnsForged>())
                out.push_back(change(event,
                                     fmt::format("answers {} {}", forged->type, forged->question),
                                     forged->before, forged->after));
            else if (event.as<ConnectionBlocked>() != nullptr)
                out.push_back(change(event, "lets no connection through", {}, {}));
        });
        return out;
    }

    // ---- bytes
    Json field(const tls::Field& f) {
        const auto [at, fresh] = index_of_.try_emplace(f.id, ids_.size());
        if (fresh) ids_.push_back(f.id);
        Json out{at->second, f.offset, f.length};
        if (!f.value.empty() || !f.parts.empty()) out.push_back(f.value);
        if (!f.parts.empty()) out.push_back(fields(f.parts));
        return out;
    }
    Json fields(const std::vector<tls::Field>& all) {
        Json out = Json::array();
        for (const tls::Field& f : all) out.push_back(field(f));
        return out;
    }
    Json layer(const tls::Layer& l) {
        return {{"bytes", base64(l.bytes)}, {"fields", fields(l.fields)}};
    }
    Json piece(const Dissected& d) {
        Json out{{"event", d.event},
                 {"at", (d.at - trace_.begins()).ns},
                 {"connection", nullptr},
                 {"end", d.end == Dissected::End::client ? "client" : "server"},
                 {"seen_at", host_title(trace_, d.seen_at)},
                 {"way", trace::word(d.piece.way)},
                 {"kind", word(d.kind())},
                 {"offset", d.piece.offset},
                 {"wire", layer(d.piece.wire)}};
        if (d.kind() != Dissected::Kind::datagram)
            out["connection"] = static_cast<std::uint32_t>(d.connection);
        if (d.piece.opened) out["opened"] = layer(*d.piece.opened);
        if (d.piece.whole_message) out["whole_message"] = layer(*d.piece.whole_message);
        if (const tls::Negotiation* const made = ended_with(d)) {
            out["keys"] = layer(key_layer(trace_, *made));
            for (const tls::KeyWatcher& watcher : made->watchers)
                out["watchers"].push_back(
                    {{"lane", lane(watcher.who)}, {"says", tls::verdict(trace_, *made, watcher)}});
        }
        return out;
    }
    // The handshake whose last record it is.
    const tls::Negotiation* ended_with(const Dissected& d) const {
        for (const tls::Negotiation& one : negotiations_) {
            const bool at_client = one.end == tls::Negotiation::End::client;
            if (one.finished && d.kind() == Dissected::Kind::record && one.event == d.event &&
                one.connection == d.connection && one.way == d.piece.way &&
                one.offset == d.piece.offset && at_client == (d.end == Dissected::End::client))
                return &one;
        }
        return nullptr;
    }
    Json pieces() {
        Json out = Json::array();
        std::size_t bytes = 0;
        for (const Dissected& d : dissect(trace_)) {
            const auto row = row_of_.find(d.event);
            if (row == row_of_.end()) continue;  // Of an attempt that is folded away.
            bytes += d.piece.wire.bytes.size();
            if (bytes > most_bytes_of_a_page) {
                ++left_out_;
                continue;
            }
            out.push_back(piece(d));
            const auto rest = sealed_row_of_.find(d.event);
            const bool in_rest = rest != sealed_row_of_.end() && is_sealed_record(d.piece);
            out.back()["row"] = in_rest ? rest->second : row->second;
        }
        return out;
    }

    // Who on the path has keys to a connection.
    Json keys() const {
        std::set<std::pair<int, std::uint32_t>> all;
        trace_.each_of<PlaintextOpened>([&](const Event& event, const PlaintextOpened& e) {
            all.emplace(lane(event.host), static_cast<std::uint32_t>(e.connection));
        });
        Json out = Json::array();
        for (const auto& [who, connection] : all)
            out.push_back({{"lane", who}, {"connection", connection}});
        return out;
    }

    static Json chart(const visualize::Chart& chart) {
        Json shapes = Json::array();
        for (const visualize::Chart::Shape& s : chart.shapes) {
            const std::string_view paint = visualize::word(s.paint);
            switch (s.kind) {
                using enum visualize::Chart::Shape::Kind;
                case box:
                    shapes.push_back({"box", paint, s.x, s.y, s.width, s.height, s.words});
                    break;
                case line: shapes.push_back({"line", paint, s.x, s.y, s.width, s.height}); break;
                case text:
                    shapes.push_back({"text", paint, s.x, s.y, s.size,
                                      s.from_left ? "start" : "middle", s.words});
                    break;
            }
        }
        return {{"width", chart.width},
                {"height", chart.height},
                {"said", chart.caption.description},
                {"shapes", std::move(shapes)}};
    }

    const Trace& trace_;
    std::vector<tls::Negotiation> negotiations_;
    visualize::Ladder ladder_;
    std::map<HostId, int> lane_of_;
    std::map<EventId, std::size_t> row_of_;
    std::map<EventId, std::size_t> sealed_row_of_;
    std::map<std::string_view, std::size_t> index_of_;
    std::vector<std::string_view> ids_;
    std::size_t left_out_ = 0;
};

}  // namespace

std::string page_of(const Trace& trace, const play::Outcome& outcome) {
    Json out = Page(trace, outcome).json();
    out["ways"] = ways_of(trace, outcome);
    out["other_levels"] = Json::array();
    for (const play::OtherLevel& other : outcome.other_levels)
        out["other_levels"].push_back(
            {{"level", other.level}, {"mails", play::json_of(other.mails)}});
    return play::one_line(out);
}

std::string transcript_of(const Trace& trace, const play::Outcome& outcome) {
    std::string out;
    for (const script::Mistake& m : outcome.failures) out += m.text() + "\n";
    for (const visualize::Ladder ladder = visualize::ladder_of(trace, outcome.entry.id());
         const visualize::Row& row : ladder.rows)
        out += visualize::in_words(ladder, row) + "\n";
    if (const visualize::ShareCurve curve = share_of(trace, outcome.entry.id());
        is_worth_drawing(curve)) {
        out += "Share of " + curve.counted + ":\n";
        for (const std::string& one : visualize::share_lines(curve)) out += one + "\n";
    }
    return out;
}

}  // namespace report
