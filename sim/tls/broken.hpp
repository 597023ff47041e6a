#pragma once
// Servers that say 220 to STARTTLS and then do something else. Written at record level: Mbed TLS
// would not.
#include <string>

#include "sim/net/stream.hpp"

namespace tls {

enum class Breakage : std::uint8_t {
    drops,              ///< Closes at once.
    drops_after_hello,  ///< Takes the ClientHello and closes.
    alerts,             ///< Answers with the fatal alert handshake_failure.
    talks_garbage,      ///< Answers with bytes that are no TLS.
    speaks_ssl2,        ///< Takes no hello but one of SSL 2.0: old_server_answer.
    speaks_ssl3,        ///< Answers with a ServerHello of SSL 3.0.
    speaks_tls10,
    speaks_tls11,
};

/// Plays the breakage, then waits until the peer has gone, for at most a minute. `certificate`, in
/// DER: what SSL 2.0 shows.
core::Task<core::Unit> break_handshake(net::Stream& stream, Breakage how,
                                       std::string certificate = {});

}  // namespace tls
