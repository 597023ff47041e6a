#pragma once
// What a reply means to a client, step by step: a table, so that another MTA is another table.
#include <cstdint>
#include <span>

#include "sim/smtp/reply.hpp"

namespace smtp {

/// Where in a session a reply comes (RFC 5321 section 4.3.2).
enum class Step : std::uint8_t {
    greeting,
    ehlo,
    helo,
    starttls,
    starttls_demanded,  ///< STARTTLS was refused, and the sender's policy takes no clear text.
    mail,
    rcpt,
    data,
    end_of_data,
};

/// What the client makes of it. A host that fails for now is followed by the next one, and where
/// there is none the mail waits.
enum class Verdict : std::uint8_t {
    go_on,
    helo_instead,         ///< Say HELO: an old server (RFC 5321 section 3.2, SMTP-07).
    without_tls,          ///< There is no TLS: policy says what that leads to (RFC 3207 section 4).
    for_now,              ///< The host, or this recipient, fails for now, whatever the digit.
    for_good,             ///< It is refused for good, and bounces.
    for_good_at_last,     ///< The next host is asked; where there is none, it bounces.
    too_many_recipients,  ///< Read as 452 (RFC 5321 section 4.5.3.1.10, SMTP-27).
};

/// Replies from `least` to `most` at a step mean so much.
struct ReadingRow {
    Step step;
    int least, most;
    Verdict verdict;
};
/// The first row that fits counts. For each step and each code there is one.
using Reading = std::span<const ReadingRow>;

Verdict verdict(Reading reading, Step step, const Reply& reply);

/// A reply that is not the one hoped for, as a Failure. `words` name the step: "MAIL FROM command".
Failure failure_of(Verdict verdict, Reply reply, std::string_view words);

}  // namespace smtp
