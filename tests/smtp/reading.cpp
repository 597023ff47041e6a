// What a reply means at each step (docs/decisions/0009-personalities.md, "replies").
#include "sim/smtp/reading.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/smtp/exim.hpp"
#include "sim/smtp/opensmtpd.hpp"
#include "sim/smtp/strict.hpp"
#include "tests/smtp/client_stage.hpp"

using namespace core;
using smtp::Reply;
using smtp::Step;
using smtp::Verdict;

namespace {

constexpr Step steps[] = {Step::greeting,          Step::ehlo, Step::helo, Step::starttls,
                          Step::starttls_demanded, Step::mail, Step::rcpt, Step::data,
                          Step::end_of_data};

std::string fate_after(smtp::ClientHabits habits, const std::string& text) {
    ClientStage stage(habits);
    stage.play(parse_dialogues("== text\n" + text, "text").front());
    stage.loop.run_until(stage.loop.now() + minutes(1));  // nobody answers QUIT
    return stage.fate("bob@bob.example");
}

struct TwoReadings {
    Step step;
    int code;
    Verdict strict, postfix;
};
using enum Verdict;
const TwoReadings two_readings_of[] = {
    {Step::greeting, 220, go_on, go_on},
    {Step::greeting, 250, for_now, go_on},
    {Step::greeting, 354, for_now, for_good},
    {Step::greeting, 421, for_now, for_now},
    {Step::greeting, 554, for_now, for_now},
    {Step::ehlo, 250, go_on, go_on},
    {Step::ehlo, 251, for_now, go_on},
    {Step::ehlo, 354, for_now, helo_instead},
    {Step::ehlo, 421, for_now, for_now},
    {Step::ehlo, 450, for_now, helo_instead},
    {Step::ehlo, 502, helo_instead, helo_instead},
    {Step::helo, 250, go_on, go_on},
    {Step::helo, 354, for_now, for_good},
    {Step::helo, 450, for_now, for_now},
    {Step::helo, 550, for_good, for_good},
    {Step::starttls, 220, go_on, go_on},
    {Step::starttls, 250, without_tls, go_on},
    {Step::starttls, 354, without_tls, without_tls},
    {Step::starttls, 454, without_tls, without_tls},
    {Step::starttls, 502, without_tls, without_tls},
    {Step::starttls_demanded, 354, for_now, for_good},
    {Step::starttls_demanded, 421, for_now, for_now},
    {Step::starttls_demanded, 454, for_now, for_now},
    {Step::starttls_demanded, 501, for_good, for_good},
    {Step::mail, 250, go_on, go_on},
    {Step::mail, 251, for_now, go_on},
    {Step::mail, 354, for_now, for_good},
    {Step::mail, 451, for_now, for_now},
    {Step::mail, 550, for_good, for_good},
    {Step::rcpt, 251, go_on, go_on},
    {Step::rcpt, 354, for_now, for_good},
    {Step::rcpt, 450, for_now, for_now},
    {Step::rcpt, 550, for_good, for_good},
    {Step::rcpt, 552, too_many_recipients, for_good},
    {Step::data, 354, go_on, go_on},
    {Step::data, 350, for_now, go_on},
    {Step::data, 250, for_now, for_good},
    {Step::data, 451, for_now, for_now},
    {Step::data, 554, for_good, for_good},
    {Step::end_of_data, 250, go_on, go_on},
    {Step::end_of_data, 354, for_now, for_good},
    {Step::end_of_data, 452, for_now, for_now},
    {Step::end_of_data, 552, for_good, for_good},
};

struct OtherReadings {
    Step step;
    int code;
    Verdict exim, opensmtpd;
};
const OtherReadings other_readings_of[] = {
    {Step::greeting, 250, go_on, go_on},
    {Step::greeting, 354, for_now, for_now},
    {Step::greeting, 421, for_now, for_now},
    {Step::greeting, 554, for_good_at_last, for_now},
    {Step::ehlo, 421, helo_instead, helo_instead},
    {Step::ehlo, 502, helo_instead, helo_instead},
    {Step::helo, 450, for_now, for_now},
    {Step::helo, 550, for_good_at_last, for_now},
    {Step::starttls, 250, go_on, go_on},
    {Step::starttls, 354, without_tls, without_tls},
    {Step::starttls, 454, without_tls, without_tls},
    {Step::starttls_demanded, 454, for_now, for_now},
    {Step::starttls_demanded, 502, for_now, for_now},
    {Step::mail, 354, for_now, for_now},
    {Step::mail, 451, for_now, for_now},
    {Step::mail, 550, for_good, for_good},
    {Step::rcpt, 552, for_good, for_good},
    {Step::data, 250, for_now, go_on},
    {Step::data, 354, go_on, go_on},
    {Step::data, 554, for_good, for_good},
    {Step::end_of_data, 354, for_now, for_now},
    {Step::end_of_data, 552, for_good, for_good},
};

const std::string up_to_mail = "S: 220 mx\nC: EHLO ...\nS: 250 mx\nC: MAIL ...\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(every_code_at_every_step_has_a_meaning) {
    for (const Step step : steps) {  // else ENSURE ends it
        for (const smtp::Reading reading :
             {smtp::postfix_reading(), smtp::exim_reading(), smtp::opensmtpd_reading()})
            for (int code = 0; code <= 999; ++code) verdict(reading, step, Reply(code, "x"));
        for (int code = 200; code <= 599; ++code)
            verdict(smtp::strict_reading(), step, Reply(code, "x"));
    }
}

// The RFC's reading, and Postfix's as it was measured (docs/decisions/0009-personalities.md).
BOOST_AUTO_TEST_CASE(two_readings) {
    for (const TwoReadings& c : two_readings_of) {
        const Reply reply(c.code, "x");
        BOOST_TEST((verdict(smtp::strict_reading(), c.step, reply) == c.strict),
                   "strict, step " << static_cast<int>(c.step) << ", " << c.code);
        BOOST_TEST((verdict(smtp::postfix_reading(), c.step, reply) == c.postfix),
                   "Postfix, step " << static_cast<int>(c.step) << ", " << c.code);
    }
    // No code of SMTP at all: Postfix reads on.
    BOOST_TEST((verdict(smtp::postfix_reading(), Step::greeting, Reply(120, "x")) == for_good));
    BOOST_TEST((verdict(smtp::postfix_reading(), Step::ehlo, Reply(999, "x")) == helo_instead));
}

// Exim 4.96 (transports/smtp.c) and OpenSMTPD 6.8 (mta_session.c), as their sources have it.
BOOST_AUTO_TEST_CASE(other_readings) {
    for (const OtherReadings& c : other_readings_of) {
        const Reply reply(c.code, "x");
        BOOST_TEST((verdict(smtp::exim_reading(), c.step, reply) == c.exim),
                   "Exim, step " << static_cast<int>(c.step) << ", " << c.code);
        BOOST_TEST((verdict(smtp::opensmtpd_reading(), c.step, reply) == c.opensmtpd),
                   "OpenSMTPD, step " << static_cast<int>(c.step) << ", " << c.code);
    }
}

// Exim: who refuses for good while the session is set up fails his host, and only the last one the
// mail.
BOOST_AUTO_TEST_CASE(the_last_host_refuses_for_good) {
    for (const bool last : {true, false}) {
        ClientStage stage(smtp::exim_client());
        stage.security.last = last;
        stage.play(parse_dialogues("== text\nS: 554 5.7.1 no\n", "text").front());
        stage.loop.run_until(stage.loop.now() + minutes(1));
        BOOST_TEST(stage.fate("bob@bob.example") ==
                   (last ? "refused smtp-refused 5.7.1" : "refused smtp-deferred 4.7.1"));
    }
}

BOOST_AUTO_TEST_CASE(a_verdict_makes_the_class_of_the_code) {
    const auto code = [](Verdict v, const Reply& reply) { return failure_of(v, reply, "X").code; };
    BOOST_TEST(code(Verdict::for_now, Reply(450, "4.2.0 busy")) == "4.2.0");
    BOOST_TEST(code(Verdict::for_now, Reply(554, "5.7.1 no")) == "4.7.1");
    BOOST_TEST(code(Verdict::for_good, Reply(554, "no")) == "5.0.0");
    BOOST_TEST(code(Verdict::for_good, Reply(450, "4.2.0 busy")) == "5.2.0");
    BOOST_TEST(code(Verdict::for_now, Reply(250, "2.0.0 Ok")) == "4.5.0", "out of turn");
    const Failure many = failure_of(Verdict::too_many_recipients, Reply(552, "5.5.3 many"), "X");
    BOOST_TEST(many.said == "452 4.5.3 many");
    BOOST_TEST(!many.permanent());
}

// Another MTA's table, whose rows all differ from Postfix's.
BOOST_AUTO_TEST_CASE(the_client_goes_by_its_table) {
    static constexpr smtp::ReadingRow rows[] = {
        {Step::greeting, 554, 554, Verdict::for_good}, {Step::greeting, 200, 599, Verdict::go_on},
        {Step::ehlo, 400, 499, Verdict::helo_instead}, {Step::ehlo, 500, 599, Verdict::for_good},
        {Step::ehlo, 200, 399, Verdict::go_on},        {Step::helo, 200, 599, Verdict::go_on},
        {Step::starttls, 200, 599, Verdict::for_now},  {Step::mail, 500, 599, Verdict::for_now},
        {Step::mail, 400, 499, Verdict::for_good},     {Step::mail, 200, 399, Verdict::go_on},
    };
    smtp::ClientHabits habits = smtp::postfix_client();
    habits.reading = rows;
    const auto fate = [&](const std::string& text) { return fate_after(habits, text); };
    BOOST_TEST(fate("S: 554 no\n") == "refused smtp-refused 5.0.0");
    BOOST_TEST(fate("S: 220 mx\nC: EHLO ...\nS: 500 no\n") == "refused smtp-refused 5.0.0");
    BOOST_TEST(fate(up_to_mail + "S: 550 5.7.1 no\n") == "refused smtp-deferred 4.7.1");
    BOOST_TEST(fate(up_to_mail + "S: 450 4.7.1 no\n") == "refused smtp-refused 5.7.1");
    BOOST_TEST(fate("S: 421 mx\nC: EHLO ...\nS: 421 mx\nC: HELO ...\nS: 500 no\nC: MAIL ...\n"
                    "S: 550 no\n") == "refused smtp-deferred 4.0.0");
    BOOST_TEST(fate("S: 220 mx\nC: EHLO ...\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\n"
                    "S: 502 no\n") == "refused smtp-deferred 4.0.0",
               "policy is not asked");
}

// STARTTLS refused where TLS is demanded.
BOOST_AUTO_TEST_CASE(what_a_refused_starttls_leads_to_is_a_row) {
    static constexpr smtp::ReadingRow rows[] = {
        {Step::greeting, 200, 599, Verdict::go_on},
        {Step::ehlo, 200, 599, Verdict::go_on},
        {Step::starttls, 200, 599, Verdict::without_tls},
        {Step::starttls_demanded, 200, 599, Verdict::for_now},
    };
    smtp::ClientHabits other = smtp::postfix_client();
    other.reading = rows;
    const std::string text =
        "with clear text refused\nS: 220 mx\nC: EHLO ...\nS: 250-mx\nS: 250 STARTTLS\n"
        "C: STARTTLS\nS: 502 5.5.1 no\n";
    BOOST_TEST(fate_after(smtp::postfix_client(), text) == "refused starttls-not-supported 5.5.1");
    BOOST_TEST(fate_after(other, text) == "refused starttls-not-supported 4.5.1");
}

BOOST_AUTO_TEST_SUITE_END()
