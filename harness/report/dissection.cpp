#include "harness/report/dissection.hpp"

#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/report/explanations.hpp"
#include "sim/core/json.hpp"
#include "sim/core/units.hpp"

namespace report {

using namespace core;
using namespace trace;
using nlohmann::ordered_json;

namespace {

tls::Secrets secrets_of(const Trace& trace) {
    tls::Secrets out;
    trace.each_of<SecretMade>([&](const Event&, const SecretMade& e) {
        out[std::string(e.client_random)][std::string(e.label)] = std::string(e.secret);
    });
    return out;
}

/// A connection: who its ends are, and the bytes at each of them.
struct Line {
    HostId client{}, server{};
    std::uint16_t port = 0;
    std::string sent[2], came[2];
    bool altered() const {
        for (int way = 0; way < 2; ++way)
            if (!std::string_view(sent[way]).starts_with(came[way])) return true;
        return false;
    }
};

std::map<ConnectionId, Line> lines_of(const Trace& trace) {
    std::map<ConnectionId, Line> out;
    trace.each([&](const Event& event) {
        if (const auto* asked = event.as<ConnectionAsked>()) {
            Line& line = out[asked->connection];
            line.client = event.host;
            line.server = asked->peer;
            line.port = asked->port;
        } else if (const auto* sent = event.as<SegmentSent>()) {
            out[sent->connection].sent[static_cast<int>(sent->way)] += sent->bytes;
        } else if (const auto* came = event.as<SegmentArrived>()) {
            out[came->connection].came[static_cast<int>(came->way)] += came->bytes;
        }
    });
    return out;
}

class Reader {
  public:
    explicit Reader(const Trace& trace) : trace_(trace), secrets_(secrets_of(trace)) {
        for (const auto& [id, line] : lines_of(trace)) {
            ends_[{id, true}] = {line.client, line.port, nullptr, nullptr};
            if (line.altered()) ends_[{id, false}] = {line.server, line.port, nullptr, nullptr};
        }
    }
    std::vector<Dissected> read() {
        trace_.each([&](const Event& event) {
            if (const auto* sent = event.as<SegmentSent>())
                add(event, {sent->connection, sent->way == Way::to_server}, sent->way, sent->bytes);
            else if (const auto* came = event.as<SegmentArrived>())
                add(event, {came->connection, came->way == Way::to_client}, came->way, came->bytes);
        });
        for (auto& [key, end] : ends_)
            if (end.dissector) keep(*end.last, key, end, end.dissector->rest());
        return std::move(out_);
    }

  private:
    struct End {
        HostId host{};
        std::uint16_t port = 0;
        std::unique_ptr<tls::Dissector> dissector;
        const Event* last = nullptr;
    };
    /// The connection, and is it the client's end? A host may talk to itself.
    using Key = std::pair<ConnectionId, bool>;
    void add(const Event& event, const Key& key, Way way, std::string_view bytes) {
        const auto found = ends_.find(key);
        if (found == ends_.end()) return;
        End& end = found->second;
        if (!end.dissector) end.dissector = std::make_unique<tls::Dissector>(secrets_);
        end.last = &event;
        keep(event, key, end, end.dissector->add(way, bytes));
    }
    void keep(const Event& event, const Key& key, const End& end, std::vector<tls::Piece> pieces) {
        for (tls::Piece& piece : pieces)
            out_.push_back({event.id, event.at, key.first, end.host,
                            key.second ? Dissected::End::client : Dissected::End::server, end.port,
                            std::move(piece)});
    }
    const Trace& trace_;
    tls::Secrets secrets_;
    std::map<Key, End> ends_;
    std::vector<Dissected> out_;
};

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

ordered_json json_of(const std::vector<tls::Field>& fields) {
    ordered_json out = ordered_json::array();
    for (const tls::Field& field : fields) {
        ordered_json one{{"id", field.id}, {"offset", field.offset}, {"length", field.length}};
        if (!field.value.empty()) one["value"] = field.value;
        if (!field.parts.empty()) one["parts"] = json_of(field.parts);
        out.push_back(std::move(one));
    }
    return out;
}

ordered_json json_of(const tls::Layer& layer) {
    return {{"bytes", hex(layer.bytes)}, {"fields", json_of(layer.fields)}};
}

std::string title_of(const Trace& trace, HostId host) {
    std::string out;
    trace.each_of<HostJoined>([&](const Event&, const HostJoined& e) {
        if (e.host == host) out = e.title;
    });
    return out;
}

}  // namespace

std::vector<Dissected> dissect(const Trace& trace) { return Reader(trace).read(); }

std::string fields_json(const Trace& trace, std::string_view id) {
    const auto line = [](const ordered_json& json) {
        return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    };
    std::string out = line({{"schema", "mailtls.fields/1"}, {"title", id}});
    for (const Dissected& d : dissect(trace)) {
        ordered_json one{{"at", d.at.ns},
                         {"event", d.event},
                         {"connection", static_cast<std::uint32_t>(d.connection)},
                         {"port", d.port},
                         {"end", d.end == Dissected::End::client ? "client" : "server"},
                         {"seen_at", title_of(trace, d.seen_at)},
                         {"way", word(d.piece.way)},
                         {"kind", d.piece.kind == tls::Piece::Kind::clear ? "clear" : "record"},
                         {"offset", d.piece.offset},
                         {"wire", json_of(d.piece.wire)}};
        if (d.piece.opened) one["opened"] = json_of(*d.piece.opened);
        if (d.piece.whole_message) one["whole_message"] = json_of(*d.piece.whole_message);
        out += line(one);
    }
    return out;
}

// ---- for people

namespace {

std::string dump(std::string_view bytes) {
    std::string out;
    constexpr std::size_t row = 16;
    for (std::size_t at = 0; at < bytes.size(); at += row) {
        std::string digits, text;
        for (const char c : bytes.substr(at, row)) {
            const auto u = static_cast<unsigned char>(c);
            digits += fmt::format("{:02x} ", u);
            text += u >= 0x20 && u < 0x7F ? c : '.';
        }
        out += fmt::format("    {:04x}  {:<48} {}\n", at, digits, text);
    }
    return out;
}

// Writes layers; what a field means is told where it comes first.
class Writer {
  public:
    explicit Writer(Explained explained) : explained_(explained) {}
    void add(std::string_view title, const tls::Layer& layer) {
        if (!title.empty()) out_ += fmt::format("  {}, {} bytes\n", title, layer.bytes.size());
        out_ += dump(layer.bytes);
        add(layer.fields, 4);
    }
    void line(const std::string& text) { out_ += text + "\n"; }
    std::string take() { return std::move(out_); }

  private:
    void add(const std::vector<tls::Field>& fields, std::size_t indent) {
        for (const tls::Field& field : fields) {
            line(fmt::format("{:{}}{:04x} +{:<5} {}{}{}", "", indent, field.offset, field.length,
                             field.id, field.value.empty() ? "" : ": ", field.value));
            if (explained_ == Explained::yes && told_.insert(field.id).second)
                if (const Explanation* const why = explanation_of(field.id))
                    line(fmt::format("{:{}}{} ({})", "", indent + 12, why->text, why->clause));
            add(field.parts, indent + 2);
        }
    }
    Explained explained_;
    std::set<std::string_view> told_;
    std::string out_;
};

}  // namespace

std::string fields_text(const Trace& trace, Explained explained) {
    Writer writer(explained);
    for (const Dissected& d : dissect(trace)) {
        const bool clear = d.piece.kind == tls::Piece::Kind::clear;
        writer.line(fmt::format(
            "{}  connection {} at {}, {}, byte {}: {}, {} bytes", readable(d.at - world_begins),
            static_cast<std::uint32_t>(d.connection), title_of(trace, d.seen_at),
            d.piece.way == Way::to_server ? "to the server" : "to the client", d.piece.offset,
            clear ? "clear text" : "a record", d.piece.wire.bytes.size()));
        writer.add({}, d.piece.wire);
        if (d.piece.opened) writer.add("opened", *d.piece.opened);
        if (d.piece.whole_message) writer.add("the whole message", *d.piece.whole_message);
        writer.line({});
    }
    return writer.take();
}

}  // namespace report
