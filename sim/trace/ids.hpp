#pragma once
// The names that events have for hosts, connections and mails, and their small words.
#include <cstdint>
#include <string_view>

#include "sim/core/loop.hpp"
#include "sim/core/reason.hpp"
#include "sim/core/units.hpp"

namespace trace {

using namespace core;

/// Index of a host, watcher or attacker in the trace, from 0.
enum class HostId : std::uint16_t { nobody = 0xFFFF };
/// Index of a connection in the world, from 1.
enum class ConnectionId : std::uint32_t { none = 0 };
/// Index of a mail in the world, from 1.
enum class MailId : std::uint32_t { none = 0 };

/// A field that is written only where there is something to say: older traces do not have it.
struct OptionalText {
    std::string_view text;
};

/// Direction of bytes on a connection: the client is who opened it.
enum class Way : std::uint8_t { to_server, to_client };
constexpr Way opposite(Way way) { return way == Way::to_server ? Way::to_client : Way::to_server; }
/// What a segment carries beside its bytes.
enum class Mark : std::uint8_t { none, fin, reset };
/// Was it said in clear text, or inside TLS?
enum class Layer : std::uint8_t { clear, tls };
enum class Role : std::uint8_t {
    sender,
    receiver,
    resolver,
    watcher,
    attacker,
    policy_host,
    report_collector,
};
/// How sure is this side of its peer, and does the peer agree already? (RFC 8446 section 4.4.4: a
/// TLS 1.3 client finishes before the server has judged it.)
enum class Certainty : std::uint8_t { provisional, final };
/// Is the peer proven to be who policy wants, by PKIX, DANE or fingerprint?
enum class Peer : std::uint8_t { untrusted, trusted, verified };
enum class Ruling : std::uint8_t { accepted, refused };

/// What policy asks of a session before a mail may cross.
enum class Demanded : std::uint8_t { nothing, encryption, authentication };

std::string_view word(Way way);
std::string_view word(Mark mark);
std::string_view word(Layer layer);
std::string_view word(Role role);
std::string_view word(Certainty certainty);
std::string_view word(Peer peer);
std::string_view word(Ruling ruling);
std::string_view word(Demanded demanded);

}  // namespace trace
