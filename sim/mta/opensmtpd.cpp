// OpenSMTPD 6.8: mta.c, mta_session.c, scheduler_ramqueue.c.
#include "sim/mta/opensmtpd.hpp"

#include <limits>

#include "sim/smtp/opensmtpd.hpp"

namespace mta {
namespace {

// mta.c; the codes are RFC 3463's. A null MX is a name without an address to it, and no more
// (against RFC 7505 section 3).
constexpr NoWays opensmtpd_ways{
    .no_host = {Reason::no_such_host, "4.4.4", "No MX found for domain: {}"},
    .no_domain = {Reason::no_such_domain, "5.1.2", "Domain does not exist: {}"},
    .null_mx = {Reason::null_mx, "4.4.4", "No MX found for domain: {}"},
    .loop = {Reason::mail_loop, "5.4.6", "Routing loop detected: {}"},
};

SenderHabits opensmtpd_sender() {
    constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
    return {
        .connect_limit = seconds(300),  // io_set_timeout
        .most_sessions = std::numeric_limits<int>::max(),
        .counted = Counted::all,
        .most_addresses = no_limit,
        .no_ways = opensmtpd_ways,
        .smtp = smtp::opensmtpd_client(),
        .schedule =
            {
                // The n-th attempt is 400 s times the square of n behind the first.
                .phases = {{days(4), seconds(400), 100, days(4), seconds(800)}},
                .gives_up_after = days(4),  // queue ttl
            },
        .clear_text =
            {
                .fallback = policy::ClearFallback::reconnect,
                .from_age = seconds(0),
                .causes = {policy::TlsFailure::handshake},
            },
        .knows = {.tls_reports = false, .requiretls = false},
    };
}

}  // namespace

const SenderHabits& opensmtpd_6_8() {
    static const SenderHabits table = opensmtpd_sender();
    return table;
}

}  // namespace mta
