// How long a client waits at each step, in virtual time: RFC 5321 section 4.5.3.2, SMTP-21.
#include <boost/test/unit_test.hpp>

#include "tests/smtp/client_stage.hpp"

using namespace core;

namespace {

struct Step {
    const char* name;
    std::string said_before;
    Duration least;  ///< RFC 5321 section 4.5.3.2.1 to 4.5.3.2.6.
};

const std::string hello = "== text\nS: 220 mx\nC: EHLO ...\nS: 250 mx\n";
const std::string both = "== text\nS: 220 mx\nC: EHLO ...\nS: 250-mx\n";
const Step steps[] = {
    {"greeting", "== text\n", minutes(5)},
    {"EHLO", "== text\nS: 220 mx\nC: EHLO ...\n", minutes(5)},
    {"HELO", "== text\nS: 220 mx\nC: EHLO ...\nS: 500 no\nC: HELO ...\n", minutes(5)},
    {"STARTTLS", both + "S: 250 STARTTLS\nC: STARTTLS\n", minutes(5)},
    {"MAIL", hello + "C: MAIL ...\n", minutes(5)},
    {"RCPT", hello + "C: MAIL ...\nS: 250 Ok\nC: RCPT ...\n", minutes(5)},
    {"DATA", hello + "C: MAIL ...\nS: 250 Ok\nC: RCPT ...\nS: 250 Ok\nC: DATA\n", minutes(2)},
    {"end of data",
     hello + "C: MAIL ...\nS: 250 Ok\nC: RCPT ...\nS: 250 Ok\nC: DATA\nS: 354 go\nC: Hi.\nC: .\n",
     minutes(10)},
    {"MAIL in a group", both + "S: 250 PIPELINING\nC: MAIL ...\nC: RCPT ...\nC: DATA\n",
     minutes(5)},
    {"RCPT in a group", both + "S: 250 PIPELINING\nC: MAIL ...\nC: RCPT ...\nC: DATA\nS: 250 Ok\n",
     minutes(5)},
    {"DATA in a group",
     both + "S: 250 PIPELINING\nC: MAIL ...\nC: RCPT ...\nC: DATA\nS: 250 Ok\nS: 250 Ok\n",
     minutes(2)},
};

void play(ClientStage& stage, const Step& step) {
    const std::string trouble = stage.play(parse_dialogues(step.said_before, "text").front());
    BOOST_TEST_REQUIRE(trouble == "", step.name << ": " << trouble);
}

void wait(ClientStage& stage, Duration time) {
    stage.loop.run_until(stage.loop.now() + time);
    settle(stage.loop);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(timeouts)

BOOST_AUTO_TEST_CASE(the_client_waits_at_least_as_long_as_the_rfc_asks) {
    for (const Step& step : steps) {
        ClientStage stage;
        play(stage, step);
        wait(stage, step.least - nanoseconds(1));
        BOOST_TEST(stage.outcome() == "waits", step.name);
        BOOST_TEST(stage.pipe.server.available() == "", step.name);
    }
}

BOOST_AUTO_TEST_CASE(then_it_gives_up_for_now_and_names_the_step) {
    for (const Step& step : steps) {
        ClientStage stage;
        play(stage, step);
        wait(stage, step.least * 2);
        const std::string outcome = stage.outcome();
        BOOST_TEST(outcome.starts_with("failed: timeout 4.4.2 "), step.name << ": " << outcome);
        BOOST_TEST(outcome.find("no answer within") != std::string::npos, outcome);
    }
}

// The mail is delivered: what becomes of QUIT must not change that.
BOOST_AUTO_TEST_CASE(a_silent_answer_to_quit_changes_nothing) {
    ClientStage stage;
    play(stage, {"QUIT",
                 hello + "C: MAIL ...\nS: 250 Ok\nC: RCPT ...\nS: 250 Ok\nC: DATA\nS: 354 go\n"
                         "C: Hi.\nC: .\nS: 250 2.0.0 Ok\nC: QUIT\n",
                 {}});
    wait(stage, minutes(10));
    BOOST_TEST(stage.outcome() == "ended well: 250 2.0.0 Ok");
    BOOST_TEST((stage.pipe.server.state() == net::Stream::State::finished));
}

// A reply that comes line by line is one reply: its first line does not stop the clock.
BOOST_AUTO_TEST_CASE(a_reply_that_never_ends_is_given_up) {
    ClientStage stage;
    play(stage, steps[1]);
    for (int i = 0; i < 30 && stage.outcome() == "waits"; ++i) {
        stage.pipe.server.write("250-more\r\n");
        wait(stage, minutes(1));
    }
    BOOST_TEST(stage.outcome().starts_with("failed: timeout 4.4.2 "), stage.outcome());
}

// Each command has a time of its own: a slow server is not a dead one.
BOOST_AUTO_TEST_CASE(a_slow_server_gets_its_mail) {
    ClientStage stage;
    const char* const replies[] = {"220 mx", "250 mx",       "250 Ok",       "250 Ok",
                                   "354 go", "250 2.0.0 Ok", "221 2.0.0 Bye"};
    play(stage, steps[0]);
    for (const char* reply : replies) {
        const bool data = std::string_view(reply).starts_with("354");
        wait(stage, data ? seconds(119) : seconds(299));
        stage.pipe.server.write(reply + std::string("\r\n"));
        settle(stage.loop);
    }
    BOOST_TEST(stage.outcome() == "ended well: 250 2.0.0 Ok");
}

BOOST_AUTO_TEST_SUITE_END()
