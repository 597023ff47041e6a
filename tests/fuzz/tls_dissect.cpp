// TLS taken apart, whatever the bytes: all of them are there again, no field leaves its bytes or
// its parent, fields stand in order, and how the stream was cut does not matter.
#include "sim/tls/dissect.hpp"
#include "sim/tls/library.hpp"
#include "tests/fuzz/input.hpp"

using tls::Field;
using tls::Piece;
using trace::Way;

namespace {

void check_fields(const std::vector<Field>& fields, std::size_t from, std::size_t to) {
    for (const Field& field : fields) {
        ENSURE(field.id.starts_with("tls.") || field.id.starts_with("x509."));
        ENSURE(field.offset >= from && field.offset <= to && field.length <= to - field.offset);
        check_fields(field.parts, field.offset, field.offset + field.length);
        from = field.offset + field.length;
    }
}

std::string told(const std::vector<Field>& fields) {
    std::string out;
    for (const Field& field : fields)
        out += std::string(field.id) + '@' + std::to_string(field.offset) + '+' +
               std::to_string(field.length) + '=' + field.value + '{' + told(field.parts) + '}';
    return out;
}

std::string told(const Piece& piece) {
    std::string out = std::to_string(piece.offset) + told(piece.wire.fields);
    check_fields(piece.wire.fields, 0, piece.wire.bytes.size());
    for (const auto* const layer : {&piece.opened, &piece.whole_message})
        if (*layer) {
            check_fields((*layer)->fields, 0, (*layer)->bytes.size());
            out += '|' + told((*layer)->fields);
        }
    return out;
}

// The server's way is all the rest, so that a stream can be made of a hello and its answer.
std::string dissected(std::string_view to_server, const std::vector<std::string_view>& to_client) {
    core::Loop loop{core::world_begins};
    const tls::Library library(loop, core::Chance(1));  // Mbed TLS reads certificates with it
    const tls::Secrets secrets;
    tls::Dissector dissector(secrets);
    std::string bytes[2], out, clear;
    const auto take = [&](std::vector<Piece> pieces) {
        for (const Piece& piece : pieces) {
            bytes[piece.way == Way::to_server ? 0 : 1] += piece.wire.bytes;
            if (piece.kind == Piece::Kind::record) out += told(piece);
        }
    };
    take(dissector.add(Way::to_server, to_server));
    std::string all;
    for (const std::string_view piece : to_client) {
        all += piece;
        take(dissector.add(Way::to_client, piece));
    }
    take(dissector.rest());
    ENSURE(bytes[0] == to_server && bytes[1] == all);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    std::vector<std::size_t> places = input.places();
    const std::size_t half = input.number(600);
    const std::string_view text = input.text();
    const std::string_view client = text.substr(0, std::min(half, text.size()));
    const std::string_view server = text.substr(client.size());
    for (std::size_t& place : places) place %= server.size() + 1;
    std::sort(places.begin(), places.end());
    const std::string whole = dissected(client, {server});
    const std::string in_pieces = dissected(client, fuzz::cut(server, places));
    // In the middle of a line TLS begins with a segment alone.
    if (server.starts_with("\x16\x03")) ENSURE(in_pieces == whole);
    return 0;
}
