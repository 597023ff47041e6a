// OpenSMTPD 6.8 on the wire: mta_session.c. It has no options for any of this.
#include "sim/smtp/opensmtpd.hpp"

namespace smtp {
namespace {

// Until MAIL, whatever is no yes is the host's own trouble: the next one is asked.
constexpr ReadingRow opensmtpd_rows[] = {
    {Step::greeting, 200, 299, Verdict::go_on},
    {Step::greeting, 0, 999, Verdict::for_now},
    // 4yz as well, which RFC 5321 section 3.2 has not.
    {Step::ehlo, 200, 299, Verdict::go_on},
    {Step::ehlo, 0, 999, Verdict::helo_instead},
    {Step::helo, 200, 299, Verdict::go_on},
    {Step::helo, 0, 999, Verdict::for_now},
    // RFC 3207 section 4 has 220 alone.
    {Step::starttls, 200, 299, Verdict::go_on},
    {Step::starttls, 0, 999, Verdict::without_tls},
    {Step::starttls_demanded, 0, 999, Verdict::for_now},
    {Step::mail, 200, 299, Verdict::go_on},
    {Step::mail, 500, 599, Verdict::for_good},
    {Step::mail, 0, 999, Verdict::for_now},
    {Step::rcpt, 200, 299, Verdict::go_on},
    {Step::rcpt, 500, 599, Verdict::for_good},
    {Step::rcpt, 0, 999, Verdict::for_now},
    {Step::data, 200, 399, Verdict::go_on},  // RFC 5321 section 3.3 has 354 alone
    {Step::data, 500, 599, Verdict::for_good},
    {Step::data, 0, 999, Verdict::for_now},
    {Step::end_of_data, 200, 299, Verdict::go_on},
    {Step::end_of_data, 500, 599, Verdict::for_good},
    {Step::end_of_data, 0, 999, Verdict::for_now},
};

}  // namespace

Reading opensmtpd_reading() { return opensmtpd_rows; }

ClientHabits opensmtpd_client() {
    ClientHabits out;
    constexpr Duration limit = seconds(300);  // io_set_timeout
    out.limits = {
        .greeting = limit,
        .hello = limit,
        .starttls = limit,
        .handshake = limit,
        .mail = limit,
        .rcpt = limit,
        .data = limit,
        .end_of_data = limit,
        .quit = limit,
    };
    out.reading = opensmtpd_rows;
    // parse_smtp_response, mta_io: CR before LF is taken off, and the first line's code counts.
    out.replies = {
        .ends = ReplyEnds::lf_too,
        .odd_line = OddLine::breaks_the_rules,
        .odd_codes = OddCodes::first_counts,
        .too_long = TooLong::breaks_the_rules,
        .longest_line = 2048,  // LINE_MAX
        .most_lines = 2048,
        .longest_text = 1 << 20,  // no limit of its own
    };
    out.hello = HelloWords::strict;
    out.old_size = OldSize::is_forgotten;
    // The real one ends where bytes come behind the 220: nothing of ours imitates that.
    out.pending = Pending::breaks_tls;
    out.own_name = OwnName::is_ignored;
    out.discards = {"PIPELINING"};  // it reads of it, and says one command at a time
    return out;
}

}  // namespace smtp
