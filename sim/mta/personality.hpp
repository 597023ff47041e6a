#pragma once
// What one MTA does otherwise than another: data, one table an MTA. Nowhere else does the code know
// whose ways it follows (docs/decisions/0009-personalities.md).
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/policy/demand.hpp"
#include "sim/smtp/habits.hpp"

namespace mta {

using namespace core;

/// When a mail is tried again (RFC 5321 section 4.5.4.1, SMTP-22).
struct Schedule {
    /// How the gaps between attempts grow while the mail is younger than `until`.
    struct Phase {
        Duration until;         ///< Of the mail's age; the last phase holds for ever.
        Duration first;         ///< The least gap. Postfix: minimal_backoff_time.
        std::uint32_t percent;  ///< Each gap of the one before; 100: all are alike. Postfix: 200.
        Duration longest;       ///< No gap is longer. Postfix: maximal_backoff_time.
        Duration adds = {};     ///< And so much longer, besides.
    };
    std::vector<Phase> phases;  ///< In the order of `until`; never empty.
    Duration gives_up_after;    ///< Then it bounces. Postfix: maximal_queue_lifetime.
    /// The gap behind an attempt of a mail of that age; `last` is the gap before it, or zero.
    Duration gap(Duration age, Duration last) const;
};

/// Why no host is to be had for a mail, in an MTA's words. The class of the code says if it waits.
struct NoWay {
    Reason reason;
    std::string_view code;
    std::string_view words;  ///< "{}": the domain or host that was asked for. Static.
    Failure failure(std::string_view name) const;
};
struct NoWays {
    NoWay no_host;    ///< A host without an address.
    NoWay no_domain;  ///< DNS has no such name.
    NoWay null_mx;    ///< RFC 7505.
    NoWay loop;       ///< The sender is the domain's best host itself (SMTP-26).
};

/// Which sessions count towards `most_sessions`.
enum class Counted : std::uint8_t {
    all,
    with_transaction,  ///< Those that got as far as MAIL.
    addresses,         ///< No sessions: each address that is tried.
};

/// What a refusal for good is worth.
enum class Refused : std::uint8_t {
    bounces,
    waits,  ///< As one for now (Postfix: soft_bounce = yes); no other host is tried all the same.
};

/// Which of the younger protocols a sender has heard of.
struct Knows {
    bool tls_reports = true;  ///< RFC 8460.
    bool requiretls = true;   ///< RFC 8689, the header TLS-Required, too.
};

/// How an MTA sends.
struct SenderHabits {
    Duration connect_limit;      ///< Of one address. Postfix: smtp_connect_timeout.
    int most_sessions;           ///< Of one attempt. Postfix: smtp_mx_session_limit.
    Counted counted;             ///< Postfix: with_transaction.
    std::size_t most_addresses;  ///< Of one domain. Postfix: smtp_mx_address_limit.
    NoWays no_ways;
    smtp::ClientHabits smtp;
    Schedule schedule;
    policy::ClearText clear_text;  ///< Its age for Postfix: minimal_backoff_time.
    Refused refused = Refused::bounces;
    Knows knows = {};
};

/// What a server says of recipients and mails, in an MTA's words.
struct MailroomTexts {
    smtp::Text come_again;  ///< To strangers (A34).
    smtp::Text recipient_ok;
    smtp::Text relay_denied, user_unknown;  ///< "{}": the recipient.
    smtp::Text too_many_hops;
    smtp::Text kept;  ///< "{}": the queue id.
};

/// How an MTA receives.
struct ReceiverHabits {
    smtp::ServerHabits smtp;
    Duration handshake_limit;  ///< Postfix: smtpd_starttls_timeout.
    int most_hops;             ///< Trace lines of a mail that loops (RFC 5321 section 6.3).
    MailroomTexts texts;
};

struct Personality {
    std::string_view name;  ///< The program and the version of which it is true.
    SenderHabits sender;
    ReceiverHabits receiver;
};

/// Where nobody asks for another.
const Personality& usual_personality();

}  // namespace mta
