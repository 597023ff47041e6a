#pragma once
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace visualize {

/// Commands that left together stand together (RFC 2920), or each reply behind its command.
enum class Order : std::uint8_t { as_sent, in_turns };

/// One connection as its two ends meant it, inside TLS too: "S: 220 mx.bob.example ESMTP", "C: EHLO
/// …". The content of a mail is its lines, then the final dot.
std::vector<std::string> dialogue(const trace::Trace& trace, trace::ConnectionId connection,
                                  Order order = Order::as_sent);

/// A whole run as text: who said what, what was encrypted, what policy decided and why.
std::string conversation(const trace::Trace& trace);

/// What `conversation` says of one connection, at most the last `most` lines.
std::vector<std::string> last_exchanges(const trace::Trace& trace, trace::ConnectionId connection,
                                        std::size_t most);

}  // namespace visualize
