// RFC 5321 and RFC 3207 to the letter: no MTA is known to read so.
#include "sim/smtp/strict.hpp"

namespace smtp {
namespace {

// RFC 5321 section 4.2.1: 2yz and 3yz say yes where they are expected, 4yz is for now, 5yz for
// good. What is out of turn is no answer, and the mail waits (section 4.3.2).
constexpr ReadingRow strict_rows[] = {
    {Step::greeting, 220, 220, Verdict::go_on},
    // Section 3.1: 554 says that there is no SMTP service here; another host may have one.
    {Step::greeting, 200, 599, Verdict::for_now},
    {Step::ehlo, 250, 250, Verdict::go_on},
    {Step::ehlo, 500, 599, Verdict::helo_instead},  // section 3.2
    {Step::ehlo, 200, 499, Verdict::for_now},
    {Step::helo, 250, 250, Verdict::go_on},
    {Step::helo, 500, 599, Verdict::for_good},
    {Step::helo, 200, 499, Verdict::for_now},
    {Step::starttls, 220, 220, Verdict::go_on},  // RFC 3207 section 4
    {Step::starttls, 200, 599, Verdict::without_tls},
    {Step::starttls_demanded, 500, 599, Verdict::for_good},
    {Step::starttls_demanded, 200, 499, Verdict::for_now},
    {Step::mail, 250, 250, Verdict::go_on},
    {Step::mail, 500, 599, Verdict::for_good},
    {Step::mail, 200, 499, Verdict::for_now},
    {Step::rcpt, 250, 251, Verdict::go_on},
    {Step::rcpt, 552, 552, Verdict::too_many_recipients},  // section 4.5.3.1.10
    {Step::rcpt, 500, 599, Verdict::for_good},
    {Step::rcpt, 200, 499, Verdict::for_now},
    {Step::data, 354, 354, Verdict::go_on},
    {Step::data, 500, 599, Verdict::for_good},
    {Step::data, 200, 499, Verdict::for_now},
    {Step::end_of_data, 250, 250, Verdict::go_on},
    {Step::end_of_data, 500, 599, Verdict::for_good},
    {Step::end_of_data, 200, 499, Verdict::for_now},
};

}  // namespace

Reading strict_reading() { return strict_rows; }

ClientHabits strict(ClientHabits habits) {
    habits.reading = strict_rows;
    habits.replies = {};
    habits.hello = HelloWords::strict;
    habits.old_size = OldSize::is_forgotten;
    habits.hidden_greeting = {};
    return habits;
}

}  // namespace smtp
