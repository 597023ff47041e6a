#include "sim/tls/dissect.hpp"

#include <array>

#include <fmt/core.h>

#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/names.hpp"
#include "sim/tls/record_keys.hpp"
#include "sim/tls/records.hpp"

namespace tls {

using trace::Way;

namespace {

enum Content : unsigned { change_cipher_spec = 20, alert = 21, handshake = 22, data = 23 };

unsigned octet(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::string hex_of(std::string_view bytes) { return hex_text(bytes, bytes.size()); }

void dissect_alert(FieldReader& in) {
    in.number("tls.alert.level", 1, alert_level_name);
    in.number("tls.alert.description", 1, alert_name);
}

}  // namespace

struct Dissector::State {
    explicit State(const Secrets& s) : secrets(s) {}

    /// One way of the connection.
    struct Side {
        RecordSplitter splitter;
        std::uint64_t offset = 0;
        std::string begun;  ///< Of a handshake message that is not whole.
        std::unique_ptr<RecordKeys> keys;
        std::string secret;         ///< TLS 1.3: the traffic secret of these keys.
        bool is_protected = false;  ///< From here on records are sealed.
    };
    Side& side(Way way) { return sides[way == Way::to_server ? 0 : 1]; }

    Piece piece_of(Way way, std::string record);
    void dissect_record(Side& side, Way way, Piece& piece);
    void open(Side& side, Way way, Piece& piece, unsigned type);
    /// The content of one record, whose fields go to `fields`. `base`: where it begins in its
    /// layer.
    struct Content {
        unsigned type;
        std::string_view bytes;
        std::size_t base;
        std::vector<Field>& fields;
    };
    void take(Side& side, Way way, const Content& content, Piece& piece);
    void take_handshake(Side& side, Way way, const Content& content, Piece& piece);
    void follow(Side& side, Way way, std::string_view messages);
    void follow_server_hello(std::string_view message);
    void begin13(Way way, std::string_view label);
    void begin12(Way way);
    const std::string* secret(std::string_view label) const;
    Version13 version() const { return is_13 ? Version13::yes : Version13::no; }

    const Secrets& secrets;
    std::array<Side, 2> sides;
    std::string client_random, server_random;
    std::uint64_t suite = 0;
    bool is_13 = false, answered = false, encrypt_then_mac = false;
};

Dissector::Dissector(const Secrets& secrets) : state_(std::make_unique<State>(secrets)) {}
Dissector::~Dissector() = default;

std::vector<Piece> Dissector::add(Way way, std::string_view bytes) {
    State::Side& side = state_->side(way);
    std::vector<Piece> out;
    const bool handshake_here = bytes.starts_with("\x16\x03") || bytes.starts_with("\x15\x03");
    const RecordSplitter& other = state_->side(opposite(way)).splitter;
    if (other.begun() && handshake_here) side.splitter.begin();
    if (other.has_ssl2() && is_ssl2_record(bytes)) side.splitter.begin_with_ssl2();
    RecordSplitter::Found found = side.splitter.add(bytes);
    if (!found.clear.empty()) {
        Piece& piece = out.emplace_back();
        piece.kind = Piece::Kind::clear;
        piece.way = way;
        piece.offset = side.offset;
        side.offset += found.clear.size();
        piece.wire.bytes = std::move(found.clear);
    }
    for (std::string& record : found.records)
        out.push_back(state_->piece_of(way, std::move(record)));
    return out;
}

std::vector<Piece> Dissector::rest() {
    std::vector<Piece> out;
    for (const Way way : {Way::to_server, Way::to_client}) {
        State::Side& side = state_->side(way);
        std::string left = side.splitter.take_rest();
        if (left.empty()) continue;
        Piece& piece = out.emplace_back();
        piece.kind = side.splitter.begun() ? Piece::Kind::record : Piece::Kind::clear;
        piece.way = way;
        piece.offset = side.offset;
        if (piece.kind == Piece::Kind::record) {
            FieldReader in(left, 0, piece.wire.fields, ids);
            in.give_up(fmt::format("the first {} bytes of a record", left.size()));
        }
        side.offset += left.size();
        piece.wire.bytes = std::move(left);
    }
    return out;
}

Piece Dissector::State::piece_of(Way way, std::string record) {
    Side& its = side(way);
    Piece piece;
    piece.way = way;
    piece.offset = its.offset;
    its.offset += record.size();
    piece.wire.bytes = std::move(record);
    dissect_record(its, way, piece);
    return piece;
}

// RFC 8446 section 5.1.
void Dissector::State::dissect_record(Side& side, Way way, Piece& piece) {
    const std::string_view record = piece.wire.bytes;
    if (side.splitter.has_ssl2() && is_ssl2_record(record))
        return dissect_ssl2(record, piece.wire.fields);
    const unsigned type = octet(record, 0);
    FieldReader in(record, 0, piece.wire.fields, ids);
    FieldReader whole = in.inside("tls.record", record.size());
    whole.number("tls.record.type", 1, content_type_name);
    whole.number("tls.record.version", 2, version_name);
    whole.number("tls.record.length", 2);
    // What TLS 1.3 seals says application_data; another alert comes from who has no keys yet.
    const bool sealed = side.is_protected && type != change_cipher_spec && (!is_13 || type == data);
    if (sealed) {
        whole.bytes("tls.record.sealed");
        whole.say(fmt::format("{} sealed bytes", record.size() - record_header_size));
        in.say("a sealed record");
        return open(side, way, piece, type);
    }
    in.say(std::string(content_type_name(type)));
    if (type == handshake || type == alert || type == change_cipher_spec) {
        take(side, way,
             {type, record.substr(record_header_size), record_header_size,
              piece.wire.fields.front().parts},
             piece);
    } else if (!whole.empty()) {
        whole.bytes("tls.record.content");
    }
}

void Dissector::State::open(Side& side, Way way, Piece& piece, unsigned type) {
    if (!side.keys) return;
    std::optional<std::string> plain = side.keys->open(piece.wire.bytes);
    if (!plain) {
        piece.wire.fields.front().value = "a sealed record that the keys do not open";
        return;
    }
    Layer& layer = piece.opened.emplace();
    layer.bytes = std::move(*plain);
    std::string_view content = layer.bytes;
    std::size_t padding = 0;
    if (is_13) {  // RFC 8446 section 5.2: the type stands behind the content, zeros behind it
        while (!content.empty() && content.back() == '\0') {
            content.remove_suffix(1);
            ++padding;
        }
        if (content.empty()) return;
        type = octet(content, content.size() - 1);
        content.remove_suffix(1);
    }
    take(side, way, {type, content, 0, layer.fields}, piece);
    if (!is_13) return;
    FieldReader tail(std::string_view(layer.bytes).substr(content.size()), content.size(),
                     layer.fields, ids);
    tail.number("tls.inner.type", 1, content_type_name);
    if (padding > 0) tail.bytes("tls.inner.padding", padding);
}

void Dissector::State::take(Side& side, Way way, const Content& content, Piece& piece) {
    const auto& [type, bytes, base, fields] = content;
    FieldReader in(bytes, base, fields, ids);
    switch (type) {
        case handshake: return take_handshake(side, way, content, piece);
        case alert: {
            FieldReader one = in.inside("tls.alert", bytes.size());
            dissect_alert(one);
            one.finish();
            if (bytes.size() == 2) in.say(std::string(alert_name(octet(bytes, 1))));
            return;
        }
        case change_cipher_spec:
            in.bytes("tls.change_cipher_spec");
            if (!is_13 && answered) begin12(way);
            return;
        case data:
            if (bytes.empty()) return;
            in.bytes("tls.application_data");
            in.say(fmt::format("{} bytes of the application", bytes.size()));
            return;
        default: in.give_up(fmt::format("a content type that is not known: {}", type));
    }
}

// Messages may begin in one record and end in another (RFC 8446 section 5.1).
void Dissector::State::take_handshake(Side& side, Way way, const Content& content, Piece& piece) {
    const auto& [type, bytes, base, fields] = content;
    const std::size_t known = side.begun.size();
    side.begun += bytes;
    std::size_t whole = 0;
    while (side.begun.size() - whole >= handshake_header_size) {
        const std::size_t size = handshake_size(std::string_view(side.begun).substr(whole));
        if (side.begun.size() - whole < size) break;
        whole += size;
    }
    const std::string messages = side.begun.substr(0, whole);
    side.begun.erase(0, whole);
    FieldReader in(bytes, base, fields, ids);
    if (known > 0 && whole > 0) {
        piece.whole_message = Layer{messages, dissect_handshake(messages, version())};
        in.bytes("tls.handshake.fragment", whole - known);
        in.say("the end of a message that began before");
    } else if (whole > 0) {
        std::vector<Field> found = dissect_handshake(messages, version());
        core::shift(found, base);
        for (Field& field : found) fields.push_back(std::move(field));
    }
    if (!side.begun.empty()) {
        const std::size_t here = std::min(side.begun.size(), bytes.size());
        FieldReader last(bytes.substr(bytes.size() - here), base + bytes.size() - here, fields,
                         ids);
        last.bytes("tls.handshake.fragment");
        last.say("a message that goes on in the next record");
    }
    follow(side, way, messages);
}

// What the messages change for the records that come after them.
void Dissector::State::follow(Side& side, Way way, std::string_view messages) {
    for (std::size_t at = 0; at + handshake_header_size <= messages.size();) {
        const std::string_view message = messages.substr(at, handshake_size(messages.substr(at)));
        at += message.size();
        const bool server = way == Way::to_client;
        switch (octet(message, 0)) {
            case 1:
                if (message.size() >= 38) client_random = std::string(message.substr(6, 32));
                break;
            case 2: follow_server_hello(message); break;
            case 20:
                if (is_13)
                    begin13(way, server ? "SERVER_TRAFFIC_SECRET_0" : "CLIENT_TRAFFIC_SECRET_0");
                break;
            case 24:
                if (!is_13 || side.secret.empty()) break;
                side.secret = next_secret13(suite, side.secret);
                side.keys = keys13(suite, side.secret);
                break;
            default: break;
        }
    }
}

void Dissector::State::follow_server_hello(std::string_view message) {
    std::vector<Field> fields = dissect_handshake(message, Version13::no);
    if (message.size() < 38) return;
    server_random = std::string(message.substr(6, 32));
    if (server_random == hello_retry_random) return;
    answered = true;
    const auto walk = [&](auto& self, const std::vector<Field>& all) -> void {
        for (const Field& field : all) {
            const std::string_view at = message.substr(field.offset, field.length);
            if (field.id == "tls.cipher_suite") suite = octet(at, 0) << 8 | octet(at, 1);
            if (field.id == "tls.supported_versions.version")
                is_13 = octet(at, 0) == 3 && octet(at, 1) == 4;
            if (field.id == "tls.extension.type" && octet(at, 0) == 0 && octet(at, 1) == 22)
                encrypt_then_mac = true;
            self(self, field.parts);
        }
    };
    walk(walk, fields);
    if (!is_13) return;
    begin13(Way::to_server, "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
    begin13(Way::to_client, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
}

const std::string* Dissector::State::secret(std::string_view label) const {
    const auto session = secrets.find(hex_of(client_random));
    if (session == secrets.end()) return nullptr;
    const auto found = session->second.find(label);
    return found == session->second.end() ? nullptr : &found->second;
}

void Dissector::State::begin13(Way way, std::string_view label) {
    Side& its = side(way);
    its.is_protected = true;
    its.keys = nullptr;
    const std::string* const hex = secret(label);
    if (hex == nullptr) return;
    its.secret = bytes_of_hex(*hex);
    its.keys = keys13(suite, its.secret);
}

void Dissector::State::begin12(Way way) {
    Side& its = side(way);
    its.is_protected = true;
    const std::string* const hex = secret("CLIENT_RANDOM");
    if (hex == nullptr) return;
    its.keys = keys12({suite, bytes_of_hex(*hex), client_random, server_random, encrypt_then_mac},
                      way == Way::to_server ? Writer::client : Writer::server);
}

}  // namespace tls
