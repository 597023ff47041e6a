#pragma once
#include <string>
#include <string_view>
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

/// A run as one party saw it, which may be several hosts. An end knows what it said, what reached
/// it, inside TLS too, and what it decided. Who sits on a path knows the bytes that passed: clear
/// text line by line, the records of TLS by their lengths, and their content only where he had
/// keys; an attacker knows besides what he did, before and after. `name` is how the party is
/// called.
std::string conversation_as(const trace::Trace& trace, const std::vector<trace::HostId>& party,
                            std::string_view name);

/// What `conversation` says of one connection, at most the last `most` lines.
std::vector<std::string> last_exchanges(const trace::Trace& trace, trace::ConnectionId connection,
                                        std::size_t most);

}  // namespace visualize
