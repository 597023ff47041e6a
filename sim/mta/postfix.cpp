// Postfix 3.7.11, row by row with its parameter of postconf(5). Why it is so:
// docs/decisions/0009-personalities.md.
#include "sim/mta/postfix.hpp"

#include "sim/smtp/postfix.hpp"

namespace mta {
namespace {

// smtp_addr.c, smtp_connect.c
constexpr NoWays no_ways{
    .no_host = {Reason::no_such_host, "5.4.4", "Host or domain name not found: {}"},
    .no_domain = {Reason::no_such_domain, "5.4.4", "Host or domain name not found: {}"},
    .null_mx = {Reason::null_mx, "5.1.0", "Domain {} does not accept mail (nullMX)"},
    .loop = {Reason::mail_loop, "5.4.6", "mail for {} loops back to myself"},
};

SenderHabits sender() {
    return {
        .connect_limit = seconds(30),  // smtp_connect_timeout
        .most_sessions = 2,            // smtp_mx_session_limit
        .counted = Counted::with_transaction,
        .most_addresses = 5,  // smtp_mx_address_limit
        .no_ways = no_ways,
        .smtp = smtp::postfix_client(),
        .schedule =
            {
                .phases = {{
                    .until = days(5),          // maximal_queue_lifetime
                    .first = seconds(300),     // minimal_backoff_time
                    .percent = 200,            // qmgr(8)
                    .longest = seconds(4000),  // maximal_backoff_time
                }},
                .gives_up_after = days(5),  // maximal_queue_lifetime
            },
        .clear_text =
            {
                .fallback = policy::ClearFallback::later,
                .from_age = seconds(300),  // minimal_backoff_time
                .causes = {policy::TlsFailure::handshake, policy::TlsFailure::lost},
            },
    };
}

constexpr MailroomTexts postfix_texts{
    .come_again = {450, "4.7.1 Greylisted, please come again"},
    .recipient_ok = {250, "2.1.5 Ok"},
    .relay_denied = {554, "5.7.1 <{}>: Relay access denied"},
    .user_unknown = {550, "5.1.1 <{}>: Recipient address rejected: User unknown"},
    .too_many_hops = {554, "5.4.6 Error: too many hops"},
    .kept = {250, "2.0.0 Ok: queued as {}"},
};

}  // namespace

const Personality& postfix_3_7() {
    static const Personality table{
        .name = "Postfix 3.7",
        .sender = sender(),
        .receiver =
            {
                .smtp = smtp::postfix_server(),
                .handshake_limit = seconds(300),  // smtpd_starttls_timeout
                // Not hopcount_limit (50): RFC 5321 section 6.3 asks for at least 100.
                .most_hops = 100,
                .texts = postfix_texts,
            },
    };
    return table;
}

}  // namespace mta
