#pragma once
// What one MTA does otherwise than another, where RFC 5321 leaves it open: data, one table an MTA.
#include <set>
#include <string>
#include <string_view>

#include "sim/core/units.hpp"
#include "sim/smtp/command.hpp"
#include "sim/smtp/reading.hpp"

namespace smtp {

/// How long a client waits for what comes next, at each step (RFC 5321 section 4.5.3.2, SMTP-21).
struct ClientLimits {
    Duration greeting;     ///< Postfix: smtp_helo_timeout.
    Duration hello;        ///< The reply to EHLO or HELO. Postfix: smtp_helo_timeout.
    Duration starttls;     ///< The reply to STARTTLS. Postfix: smtp_starttls_timeout.
    Duration handshake;    ///< All of it. Postfix: smtp_starttls_timeout.
    Duration mail;         ///< Postfix: smtp_mail_timeout.
    Duration rcpt;         ///< Postfix: smtp_rcpt_timeout.
    Duration data;         ///< The reply to DATA. Postfix: smtp_data_init_timeout.
    Duration end_of_data;  ///< The reply to the last dot. Postfix: smtp_data_done_timeout.
    Duration quit;         ///< Postfix: smtp_quit_timeout.
};

/// What becomes of the limit that SIZE told before TLS, where the server tells none inside.
enum class OldSize : std::uint8_t {
    is_forgotten,  ///< RFC 3207 section 4.2.
    still_holds,
};

/// What becomes of bytes that came with the 220 to STARTTLS (RFC 3207 section 6, TLS-21).
enum class Pending : std::uint8_t {
    discarded,
    kept,        ///< A historic bug, for teaching.
    breaks_tls,  ///< They are a failure of TLS.
};

/// Does a server that bears the client's own name end the session (RFC 5321 section 6.3)?
enum class OwnName : std::uint8_t { ends_session, is_ignored };

/// How one MTA sends.
struct ClientHabits {
    ClientLimits limits;
    Reading reading;     ///< Of static rows.
    ReplyRules replies;  ///< But with PIPELINING an odd line always breaks the rules.
    HelloWords hello;
    OldSize old_size;
    Pending pending = Pending::discarded;
    OwnName own_name = OwnName::ends_session;
    /// A greeting of these characters alone, a hidden one, gets HELO: it stands for a firewall that
    /// breaks ESMTP. Empty: none does.
    std::string_view hidden_greeting;
    /// EHLO keywords, in upper case, that are taken for absent. Postfix:
    /// smtp_discard_ehlo_keywords.
    std::set<std::string> discards;
};

/// `words` with `word` where "{}" stands.
std::string with_word(std::string_view words, std::string_view word);

/// A reply in an MTA's own words.
struct Text {
    int code;
    std::string_view words;  ///< Behind the code; "{}" stands for one word of the moment. Static.
    /// `word` goes where "{}" stands.
    Reply reply(std::string_view word = {}) const;
};

/// What a server answers where its author scripted nothing. "{}" is the server's name, unless said
/// otherwise.
struct ServerTexts {
    Text greeting, timeout, too_many_errors;
    Text line_too_long, bare_in_command, unknown_command;
    Text takes_no_mail;   ///< To all but QUIT after a greeting of class 5.
    Text starttls_first;  ///< RFC 3207 section 4.
    Text hello_syntax;    ///< "{}": the verb.
    Text starttls_syntax, tls_active, no_starttls, ready_for_tls;
    Text hello_first, nested_mail, sender_ok;
    Text bad_path;  ///< "{}": what is wrong.
    Text size_is_no_number, too_large, bad_body, requiretls_needs_tls, requiretls_value;
    Text bad_wish;        ///< "{}": the keyword, of RFC 3461.
    Text unknown_option;  ///< "{}": the keyword.
    Text mail_first, too_many_recipients;
    Text data_syntax, no_recipients, start_data, bare_line_end;
    Text ok, verified, bye;
};

/// How one MTA receives.
struct ServerHabits {
    Duration idle;                ///< For a command or more data. Postfix: smtpd_timeout.
    int most_errors;              ///< Then it hangs up. Postfix: smtpd_hard_error_limit.
    std::size_t most_recipients;  ///< Of one mail. Postfix: smtpd_recipient_limit.
    ServerTexts texts;
};

}  // namespace smtp
