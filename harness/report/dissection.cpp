#include "harness/report/dissection.hpp"

#include <map>
#include <memory>
#include <set>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/report/explanations.hpp"
#include "harness/report/key_path.hpp"
#include "sim/core/json.hpp"
#include "sim/core/units.hpp"
#include "sim/dns/dissect.hpp"
#include "sim/https/dissect.hpp"
#include "sim/smtp/dissect.hpp"

namespace report {

using namespace core;
using namespace trace;
using play::Json;

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

/// What is spoken on a connection, by its port.
class Talk {
  public:
    Talk(std::uint16_t port, smtp::Dissector::Begins begins) {
        if (port == https_port)
            web_.emplace();
        else
            mail_.emplace(begins);
    }
    Passage add(Way way, std::string_view bytes) {
        if (mail_) return mail_->add(way, bytes);
        if (web_) return web_->add(way, bytes);
        return {};
    }

  private:
    static constexpr std::uint16_t https_port = 443;
    std::optional<smtp::Dissector> mail_;
    std::optional<https::Dissector> web_;
};

// The field where the application's bytes stand; nullptr: there are none.
tls::Field* application_data(std::vector<tls::Field>& fields) {
    for (tls::Field& field : fields) {
        if (field.id == "tls.application_data") return &field;
        if (tls::Field* const found = application_data(field.parts)) return found;
    }
    return nullptr;
}

/// One end of a connection: what its network card sees.
class End {
  public:
    End(HostId host, const Line& line, const tls::Secrets& secrets)
        : host_(host),
          line_(line),
          tls_(secrets),
          clear_(line.port, smtp::Dissector::Begins::with_greeting),
          inside_(line.port, smtp::Dissector::Begins::behind_starttls) {}
    HostId host() const { return host_; }
    const Line& line() const { return line_; }
    std::vector<tls::Piece> add(Way way, std::string_view bytes) {
        return understood(tls_.add(way, bytes));
    }
    std::vector<tls::Piece> rest() { return understood(tls_.rest()); }
    const Event* last = nullptr;  ///< Of those that brought bytes.

  private:
    std::vector<tls::Piece> understood(std::vector<tls::Piece> pieces) {
        for (tls::Piece& piece : pieces) {
            if (piece.kind == tls::Piece::Kind::clear) {
                Passage passage = clear_.add(piece.way, piece.wire.bytes);
                piece.wire.fields = std::move(passage.fields);
                piece.whole_message = std::move(passage.whole_line);
                continue;
            }
            tls::Layer& layer = piece.opened ? *piece.opened : piece.wire;
            tls::Field* const data = application_data(layer.fields);
            if (data == nullptr) continue;
            Passage passage = inside_.add(
                piece.way, std::string_view(layer.bytes).substr(data->offset, data->length));
            shift(passage.fields, data->offset);
            data->parts = std::move(passage.fields);
            if (passage.whole_line) piece.whole_message = std::move(passage.whole_line);
        }
        return pieces;
    }
    HostId host_;
    const Line& line_;
    tls::Dissector tls_;
    Talk clear_, inside_;
};

class Reader {
  public:
    explicit Reader(const Trace& trace)
        : trace_(trace), secrets_(secrets_of(trace)), lines_(lines_of(trace)) {
        for (const auto& [id, line] : lines_) {
            ends_.try_emplace({id, true}, line.client, line, secrets_);
            if (line.altered()) ends_.try_emplace({id, false}, line.server, line, secrets_);
        }
        trace.each_of<HostJoined>([&](const Event&, const HostJoined& joined) {
            if (joined.role == Role::resolver) resolvers_.insert(joined.host);
        });
    }
    std::vector<Dissected> read() {
        trace_.each([&](const Event& event) {
            if (const auto* sent = event.as<SegmentSent>())
                add(event, {sent->connection, sent->way == Way::to_server}, sent->way, sent->bytes);
            else if (const auto* came = event.as<SegmentArrived>())
                add(event, {came->connection, came->way == Way::to_client}, came->way, came->bytes);
            else if (const auto* asked = event.as<DatagramSent>())
                add_datagram(event, Way::to_server, asked->to, asked->port, asked->from_port,
                             asked->bytes);
            else if (const auto* answer = event.as<DatagramArrived>())
                add_datagram(event, Way::to_client, answer->from, dns_port, answer->port,
                             answer->bytes);
        });
        for (auto& [key, end] : ends_)
            if (end.last != nullptr) keep(*end.last, key, end, end.rest());
        return std::move(out_);
    }

  private:
    static constexpr std::uint16_t dns_port = 53;
    /// The connection, and is it the client's end? A host may talk to itself.
    using Key = std::pair<ConnectionId, bool>;
    void add(const Event& event, const Key& key, Way way, std::string_view bytes) {
        const auto found = ends_.find(key);
        if (found == ends_.end()) return;
        End& end = found->second;
        end.last = &event;
        keep(event, key, end, end.add(way, bytes));
    }
    void keep(const Event& event, const Key& key, const End& end, std::vector<tls::Piece> pieces) {
        for (tls::Piece& piece : pieces) {
            Dissected& one = note(event, std::move(piece));
            one.connection = key.first;
            one.seen_at = end.host();
            one.end = key.second ? Dissected::End::client : Dissected::End::server;
            one.port = end.line().port;
            one.client = end.line().client;
            one.server = end.line().server;
        }
    }
    // At who asks alone: a resolver is no client.
    void add_datagram(const Event& event, Way way, HostId server, std::uint16_t port,
                      std::uint16_t client_port, std::string_view bytes) {
        if (resolvers_.contains(event.host)) return;
        tls::Piece piece;
        piece.kind = tls::Piece::Kind::clear;
        piece.way = way;
        piece.wire.bytes = bytes;
        if (port == dns_port) piece.wire.fields = dns::dissect(bytes);
        Dissected& one = note(event, std::move(piece));
        one.client = one.seen_at = event.host;
        one.server = server;
        one.port = port;
        one.client_port = client_port;
    }
    Dissected& note(const Event& event, tls::Piece piece) {
        Dissected& one = out_.emplace_back();
        one.event = event.id;
        one.at = event.at;
        one.piece = std::move(piece);
        return one;
    }
    const Trace& trace_;
    tls::Secrets secrets_;
    std::map<ConnectionId, Line> lines_;
    std::map<Key, End> ends_;
    std::set<HostId> resolvers_;
    std::vector<Dissected> out_;
};

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

Json json_of(const std::vector<tls::Field>& fields) {
    Json out = Json::array();
    for (const tls::Field& field : fields) {
        Json one{{"id", field.id}, {"offset", field.offset}, {"length", field.length}};
        if (!field.value.empty()) one["value"] = field.value;
        if (!field.parts.empty()) one["parts"] = json_of(field.parts);
        out.push_back(std::move(one));
    }
    return out;
}

Json json_of(const tls::Layer& layer) {
    return {{"bytes", hex(layer.bytes)}, {"fields", json_of(layer.fields)}};
}

std::map<HostId, std::string> titles_of(const Trace& trace) {
    std::map<HostId, std::string> out;
    trace.each_of<HostJoined>(
        [&](const Event&, const HostJoined& e) { out[e.host] = std::string(e.title); });
    return out;
}

}  // namespace

std::string_view word(Dissected::Kind kind) {
    switch (kind) {
        case Dissected::Kind::clear: return "clear";
        case Dissected::Kind::record: return "record";
        case Dissected::Kind::datagram: return "datagram";
    }
    return {};
}

std::vector<Dissected> dissect(const Trace& trace) { return Reader(trace).read(); }

std::string fields_json(const Trace& trace, std::string_view id) {
    const auto line = [](const Json& json) { return play::one_line(json) + "\n"; };
    std::string out = line({{"schema", "mailtls.fields/1"}, {"title", id}});
    std::map<HostId, std::string> titles = titles_of(trace);
    for (const Dissected& d : dissect(trace)) {
        Json one{{"at", d.at.ns},
                 {"event", d.event},
                 {"connection", nullptr},
                 {"port", d.port},
                 {"end", d.end == Dissected::End::client ? "client" : "server"},
                 {"seen_at", titles[d.seen_at]},
                 {"way", word(d.piece.way)},
                 {"kind", word(d.kind())},
                 {"offset", d.piece.offset},
                 {"wire", json_of(d.piece.wire)}};
        if (d.kind() == Dissected::Kind::datagram) {
            one["client_port"] = d.client_port;
            one["peer"] = titles[d.server];
        } else {
            one["connection"] = static_cast<std::uint32_t>(d.connection);
        }
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
    std::map<HostId, std::string> titles = titles_of(trace);
    for (const Dissected& d : dissect(trace)) {
        const std::string when = readable(d.at - trace.begins());
        const bool to_server = d.piece.way == Way::to_server;
        const std::size_t size = d.piece.wire.bytes.size();
        if (d.kind() == Dissected::Kind::datagram) {
            const HostId from = to_server ? d.client : d.server;
            const HostId to = to_server ? d.server : d.client;
            writer.line(fmt::format("{}  a datagram at {}, from {} port {} to {} port {}, {} bytes",
                                    when, titles[d.seen_at], titles[from],
                                    to_server ? d.client_port : d.port, titles[to],
                                    to_server ? d.port : d.client_port, size));
        } else {
            writer.line(fmt::format("{}  connection {} at {}, {}, byte {}: {}, {} bytes", when,
                                    static_cast<std::uint32_t>(d.connection), titles[d.seen_at],
                                    to_server ? "to the server" : "to the client", d.piece.offset,
                                    d.kind() == Dissected::Kind::clear ? "clear text" : "a record",
                                    size));
        }
        writer.add({}, d.piece.wire);
        if (d.piece.opened) writer.add("opened", *d.piece.opened);
        if (d.piece.whole_message) writer.add("the whole message", *d.piece.whole_message);
        writer.line({});
    }
    return writer.take();
}

std::string keys_text(const Trace& trace, std::optional<std::uint64_t> seed, Explained explained) {
    std::string out;
    std::set<std::string, std::less<>> told;
    for (const tls::Negotiation& one : tls::negotiations_of(trace, seed)) {
        if (!out.empty()) out += "\n";
        out += key_lines(trace, one, [&](std::string_view id) {
            const Explanation* const why = explanation_of(id);
            if (explained == Explained::no || why == nullptr) return std::string();
            return told.emplace(id).second ? why->text : std::string();
        });
    }
    return out;
}

}  // namespace report
