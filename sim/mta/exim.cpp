// Exim 4.96, row by row with its option (spec chapters 15, 30 and 32).
#include "sim/mta/exim.hpp"

#include <limits>

#include "sim/smtp/exim.hpp"

namespace mta {
namespace {

// routers/rf_lookup_hostlist.c, host.c. It gives no enhanced codes: these are RFC 3463's and RFC
// 7505's. Whoever finds itself there freezes the mail (self = freeze), which waits.
constexpr NoWays exim_ways{
    .no_host = {Reason::no_such_host, "5.4.4",
                "all relevant MX records point to non-existent hosts: {}"},
    .no_domain = {Reason::no_such_domain, "5.1.2", "Unrouteable address: {}"},
    .null_mx = {Reason::null_mx, "5.1.10", "an MX record of {} indicates no SMTP service"},
    .loop = {Reason::mail_loop, "4.4.6", "remote host address is the local host: {}"},
};

SenderHabits exim_sender() {
    constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
    return {
        .connect_limit = seconds(300),  // connect_timeout
        .most_sessions = 5,             // hosts_max_try
        .counted = Counted::addresses,
        .most_addresses = no_limit,
        .no_ways = exim_ways,
        .smtp = smtp::exim_client(),
        .schedule =
            {
                // Debian's retry rule: F,2h,15m; G,16h,1h,1.5; F,4d,6h.
                .phases = {{hours(2), minutes(15), 100, minutes(15)},
                           {hours(16), hours(1), 150, hours(16)},
                           {days(4), hours(6), 100, hours(6)}},
                .gives_up_after = days(4),
            },
        .clear_text =
            {
                .fallback = policy::ClearFallback::reconnect,  // tls_tempfail_tryclear
                .from_age = seconds(0),
                .causes = {policy::TlsFailure::handshake},
            },
        .knows = {.tls_reports = false, .requiretls = false},
    };
}

}  // namespace

const SenderHabits& exim_4_96() {
    static const SenderHabits table = exim_sender();
    return table;
}

}  // namespace mta
