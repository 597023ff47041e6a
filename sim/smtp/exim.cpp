// Exim 4.96 on the wire, row by row with its option of the smtp transport (spec chapter 30).
#include "sim/smtp/exim.hpp"

namespace smtp {
namespace {

// transports/smtp.c. A setting-up command refused with 5yz fails the host; only where it was the
// last one does the mail bounce.
constexpr ReadingRow exim_rows[] = {
    {Step::greeting, 200, 299, Verdict::go_on},
    {Step::greeting, 500, 599, Verdict::for_good_at_last},
    {Step::greeting, 0, 999, Verdict::for_now},
    // Whatever is no yes, 4yz as well, which RFC 5321 section 3.2 has not.
    {Step::ehlo, 200, 299, Verdict::go_on},
    {Step::ehlo, 0, 999, Verdict::helo_instead},
    {Step::helo, 200, 299, Verdict::go_on},
    {Step::helo, 500, 599, Verdict::for_good_at_last},
    {Step::helo, 0, 999, Verdict::for_now},
    // RFC 3207 section 4 has 220 alone.
    {Step::starttls, 200, 299, Verdict::go_on},
    {Step::starttls, 0, 999, Verdict::without_tls},
    // ERRNO_TLSREQUIRED: never for good, whatever the digit.
    {Step::starttls_demanded, 0, 999, Verdict::for_now},
    {Step::mail, 200, 299, Verdict::go_on},
    {Step::mail, 500, 599, Verdict::for_good},
    {Step::mail, 0, 999, Verdict::for_now},
    {Step::rcpt, 200, 299, Verdict::go_on},
    {Step::rcpt, 500, 599, Verdict::for_good},
    {Step::rcpt, 0, 999, Verdict::for_now},
    {Step::data, 300, 399, Verdict::go_on},
    {Step::data, 500, 599, Verdict::for_good},
    {Step::data, 0, 999, Verdict::for_now},
    {Step::end_of_data, 200, 299, Verdict::go_on},
    {Step::end_of_data, 500, 599, Verdict::for_good},
    {Step::end_of_data, 0, 999, Verdict::for_now},
};

}  // namespace

Reading exim_reading() { return exim_rows; }

ClientHabits exim_client() {
    ClientHabits out;
    out.limits = {
        .greeting = seconds(300),     // command_timeout
        .hello = seconds(300),        // command_timeout
        .starttls = seconds(300),     // command_timeout
        .handshake = seconds(300),    // command_timeout
        .mail = seconds(300),         // command_timeout
        .rcpt = seconds(300),         // command_timeout
        .data = seconds(300),         // command_timeout
        .end_of_data = seconds(600),  // final_timeout
        // It says QUIT, and waits for nothing but what is on its way; here the reply is shown.
        .quit = seconds(10),
    };
    out.reading = exim_rows;
    // smtp_out.c: CRs before LF are taken off, and the first line's code counts.
    out.replies = {
        .ends = ReplyEnds::lf_too,
        .odd_line = OddLine::breaks_the_rules,
        .odd_codes = OddCodes::first_counts,
        .too_long = TooLong::breaks_the_rules,
        .longest_line = 4096,  // the buffer's size
        .most_lines = 4096,
        .longest_text = 4096,
    };
    out.hello = HelloWords::strict;
    out.old_size = OldSize::is_forgotten;
    // "synch error before connect"
    out.pending = Pending::breaks_tls;
    out.own_name = OwnName::is_ignored;
    return out;
}

}  // namespace smtp
