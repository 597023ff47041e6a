// What a reply means at each step (docs/decisions/0009-personalities.md, "replies").
#include "sim/smtp/reading.hpp"

#include <boost/test/unit_test.hpp>

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

const std::string up_to_mail = "S: 220 mx\nC: EHLO ...\nS: 250 mx\nC: MAIL ...\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(every_code_at_every_step_has_a_meaning) {
    for (const Step step : steps)
        for (int code = 200; code <= 599; ++code)
            verdict(smtp::postfix_reading(), step, Reply(code, "x"));  // else ENSURE ends it
}

BOOST_AUTO_TEST_CASE(as_postfix_reads) {
    struct Case {
        Step step;
        int code;
        Verdict wanted;
    };
    const Case cases[] = {
        {Step::greeting, 220, Verdict::go_on},
        {Step::greeting, 421, Verdict::for_now},
        {Step::greeting, 554, Verdict::for_now},
        {Step::ehlo, 250, Verdict::go_on},
        {Step::ehlo, 354, Verdict::helo_instead},
        {Step::ehlo, 421, Verdict::for_now},
        {Step::ehlo, 502, Verdict::helo_instead},
        {Step::helo, 250, Verdict::go_on},
        {Step::helo, 450, Verdict::for_now},
        {Step::helo, 550, Verdict::for_good},
        {Step::starttls, 220, Verdict::go_on},
        {Step::starttls, 250, Verdict::without_tls},
        {Step::starttls, 454, Verdict::without_tls},
        {Step::starttls, 502, Verdict::without_tls},
        {Step::starttls_demanded, 454, Verdict::for_now},
        {Step::starttls_demanded, 501, Verdict::for_good},
        {Step::mail, 250, Verdict::go_on},
        {Step::mail, 354, Verdict::for_now},
        {Step::mail, 451, Verdict::for_now},
        {Step::mail, 550, Verdict::for_good},
        {Step::rcpt, 251, Verdict::go_on},
        {Step::rcpt, 450, Verdict::for_now},
        {Step::rcpt, 550, Verdict::for_good},
        {Step::rcpt, 552, Verdict::too_many_recipients},
        {Step::data, 354, Verdict::go_on},
        {Step::data, 250, Verdict::for_now},
        {Step::data, 451, Verdict::for_now},
        {Step::data, 554, Verdict::for_good},
        {Step::end_of_data, 250, Verdict::go_on},
        {Step::end_of_data, 452, Verdict::for_now},
        {Step::end_of_data, 552, Verdict::for_good},
    };
    for (const Case& c : cases)
        BOOST_TEST((verdict(smtp::postfix_reading(), c.step, Reply(c.code, "x")) == c.wanted),
                   "step " << static_cast<int>(c.step) << ", " << c.code);
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
