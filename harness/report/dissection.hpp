#pragma once
// Every byte of a run with what it means: what each client's network card sees, and where bytes
// were changed on the way what the server's does, too; and the datagrams of who asks DNS (as
// visualize/capture.hpp).
#include <string>
#include <vector>

#include "sim/tls/dissect.hpp"
#include "sim/trace/trace.hpp"

namespace report {

/// A record or clear text, when the segment that completes it passed; or a datagram.
struct Dissected {
    enum class Kind : std::uint8_t { clear, record, datagram };
    Kind kind() const {
        if (connection == trace::ConnectionId::none) return Kind::datagram;
        return piece.kind == tls::Piece::Kind::clear ? Kind::clear : Kind::record;
    }
    trace::EventId event = 0;
    core::Instant at;
    trace::ConnectionId connection{};  ///< None for a datagram.
    trace::HostId seen_at{};
    enum class End : std::uint8_t { client, server } end = End::client;
    std::uint16_t port = 0;         ///< The server's.
    std::uint16_t client_port = 0;  ///< Of a datagram: the port of who asks.
    trace::HostId client{}, server{};
    /// A datagram's bytes and fields are those of its wire. SMTP and HTTP are the parts of
    /// "tls.application_data", or the fields of clear text; a line that several pieces carry is the
    /// whole message of the one that ends it.
    tls::Piece piece;
};

/// "clear", "record" or "datagram".
std::string_view word(Dissected::Kind kind);

std::vector<Dissected> dissect(const trace::Trace& trace);

/// JSON lines, schema mailtls.fields/1 (docs/commands.md).
std::string fields_json(const trace::Trace& trace, std::string_view id);

/// For people: each piece as hexadecimal and text, and its fields below.
enum class Explained : std::uint8_t { no, yes };
std::string fields_text(const trace::Trace& trace, Explained explained);

/// How the keys of each TLS session came about (tls::negotiations_of), in lines. Empty: no server
/// answered a handshake.
std::string keys_text(const trace::Trace& trace, std::optional<std::uint64_t> seed,
                      Explained explained);

}  // namespace report
