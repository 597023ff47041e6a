// The sender's side, by dialogues: RFC 5321, RFC 3207, RFC 2920, RFC 1870, RFC 6152.
#include <boost/test/unit_test.hpp>

#include "sim/smtp/strict.hpp"
#include "tests/smtp/client_stage.hpp"

using namespace core;

namespace {

void play_file(const std::string& file, const smtp::ClientHabits& habits = smtp::postfix_client()) {
    for (const Dialogue& dialogue : dialogues_of(file)) {
        ClientStage stage(habits);
        const std::string trouble = stage.play(dialogue);
        BOOST_TEST(trouble.empty(), dialogue.title << ": " << trouble);
    }
}

std::string play_text(const std::string& text) {
    ClientStage stage;
    return stage.play(parse_dialogues("== text\n" + text, "text").front());
}

// Plays on; that the client may say QUIT to nobody at the end does not matter.
void play_on(ClientStage& stage, const std::string& text) {
    const std::string trouble = stage.play(parse_dialogues("== text\n" + text, "text").front());
    BOOST_TEST((trouble.empty() || trouble == "the client says more: QUIT\\r\\n"), text << trouble);
}

// One session, step by step: what the client says and what the server answers.
struct Step {
    const char* name;
    const char* client;  ///< Lines it sends; each ends with LF.
    const char* server;  ///< The answer when all is well.
};
const Step steps[] = {
    {"greeting", "", "S: 220 mx.bob.example\n"},
    {"EHLO", "C: EHLO ...\n", "S: 250-mx.bob.example\nS: 250 STARTTLS\n"},
    {"STARTTLS", "C: STARTTLS\n", "S: 220 2.0.0 go\n"},
    {"EHLO in TLS", "C: EHLO ...\n", "S: 250 mx.bob.example\n"},
    {"MAIL", "C: MAIL ...\n", "S: 250 2.1.0 Ok\n"},
    {"RCPT", "C: RCPT ...\n", "S: 250 2.1.5 Ok\n"},
    {"DATA", "C: DATA\n", "S: 354 go\n"},
    {"end of data", "C: Hi.\nC: .\n", "S: 250 2.0.0 Ok\n"},
};

/// All goes well up to the step, and the client waits for its answer.
std::string up_to(const Step& last) {
    std::string text;
    for (const Step& step : steps) {
        text += step.client;
        if (&step == &last) break;
        text += step.server;
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client)

BOOST_AUTO_TEST_CASE(dialogues_in_clear_text) { play_file("client.dialogue"); }

BOOST_AUTO_TEST_CASE(dialogues_read_strictly) {
    play_file("client_strict.dialogue", smtp::strict(smtp::postfix_client()));
}

BOOST_AUTO_TEST_CASE(dialogues_with_starttls) { play_file("client_tls.dialogue"); }

// Without this, a stage that compares nothing would pass all the others.
BOOST_AUTO_TEST_CASE(a_dialogue_that_is_wrong_is_noticed) {
    const std::string hello = "S: 220 hi\nC: EHLO mail.alice.example\n";
    for (const char* wrong :
         {"S: 250 mx\nC: QUIT\n", "= ended well: ...\n", "= failed: ...\n", "C hangs up\n",
          "S: 250 mx\nC: MAIL ...\n= asked nothing\n", "S: 250 mx\nS: 250 mx\n", "C: \n",
          "S: 250 mx\nC: MAIL ...\n= discarded 250\n", "C dances\n", "with nothing known\n",
          "S: 250 mx\nC: MAIL ...\n= recipient bob@bob.example taken\n"})
        BOOST_TEST(!play_text(hello + wrong).empty(), wrong);
    BOOST_TEST(play_text("S: 220 hi\n") != "", "EHLO was not expected");
    BOOST_TEST(play_text(hello) == "");
    BOOST_TEST(play_text(hello + "= waits\n") == "");
}

// REQ-12: with REQUIRETLS the line of MAIL grows by eleven characters.
BOOST_AUTO_TEST_CASE(requiretls_makes_mail_eleven_characters_longer) {
    constexpr const char* up_to_mail =
        "S: 220 hi\nC: EHLO ...\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n"
        "C: EHLO ...\nS: 250-mx\nS: 250 REQUIRETLS\n= waits\n";
    const auto said = [&](smtp::RequireTls demand) {
        ClientStage stage;
        stage.message.envelope.require_tls = demand;
        stage.play(parse_dialogues("== text\n" + std::string(up_to_mail), "text").front());
        return std::string(stage.pipe.server.available());
    };
    const std::string without = said(smtp::RequireTls::no), with = said(smtp::RequireTls::yes);
    BOOST_TEST(without == "MAIL FROM:<alice@alice.example>\r\n");
    BOOST_TEST(with == "MAIL FROM:<alice@alice.example> REQUIRETLS\r\n");
    BOOST_TEST(with.size() == without.size() + 11);
}

// SMTP-16: like 451, so later; and the step is named.
BOOST_AUTO_TEST_CASE(a_connection_lost_at_each_step_is_for_now) {
    for (const Step& step : steps)
        for (const char* end : {"S hangs up\n", "S resets\n"}) {
            ClientStage stage;
            play_on(stage, up_to(step) + end);
            const std::string outcome = stage.outcome();
            BOOST_TEST(outcome.starts_with("failed: connection-lost 4.4.2 lost connection while "),
                       step.name << ": " << outcome);
        }
}

// The answer is half there when the connection goes.
BOOST_AUTO_TEST_CASE(half_a_reply_is_none) {
    for (const char* half : {"S: 250\\c\n", "S: 250 2.0.0 Ok\\c\n", "S: 250-2.0.0 Ok\n",
                             "S: 250 2.0.0 Ok\\r\\c\n", "S: 250 2.0.0 Ok\\n\\c\n"}) {
        ClientStage stage(smtp::strict(smtp::postfix_client()));
        const Step& end = steps[std::size(steps) - 1];
        play_on(stage, up_to(end) + half + "S hangs up\n");
        const std::string outcome = stage.outcome();
        BOOST_TEST(outcome.starts_with("failed: connection-lost 4.4.2 "), half << ": " << outcome);
    }
}

BOOST_AUTO_TEST_CASE(garbage_at_each_step_fails_the_session_for_now) {
    for (const Step& step : steps)
        for (const char* garbage :
             {"S: hello\n", "S: 25 0\n", "S: 250-a\nS: 251 b\n", "S: 777 x\n", "S:\n",
              "S: 250\\tOk\n", "S: \\x16\\x03\\x01\\x02\n", "S: {a*10000}\n", "S: {a*10000}\\c\n",
              "S: 250-{a*10000}\\c\n"}) {
            ClientStage stage(smtp::strict(smtp::postfix_client()));
            play_on(stage, up_to(step) + garbage);
            stage.loop.run_until(stage.loop.now() + minutes(1));
            const std::string outcome = stage.outcome();
            BOOST_TEST(outcome.starts_with("failed: smtp-syntax 4."),
                       step.name << ", " << garbage << " " << outcome);
        }
}

// SMTP-18; the greeting and STARTTLS have rules of their own, EHLO has HELO.
BOOST_AUTO_TEST_CASE(refusals_at_each_step) {
    struct Refusal {
        const char* step;
        const char* reply;
        const char* fate;  ///< Of the recipient.
    };
    const Refusal refusals[] = {
        {"greeting", "421 4.3.2 busy", "refused smtp-deferred 4.3.2"},
        {"greeting", "450 busy", "refused smtp-deferred 4.0.0"},
        {"greeting", "521 5.3.2 no mail", "refused smtp-deferred 4.3.2"},
        {"greeting", "554 no", "refused smtp-deferred 4.0.0"},
        {"EHLO", "421 4.3.2 busy", "refused smtp-deferred 4.3.2"},
        {"MAIL", "451 4.3.0 busy", "refused smtp-deferred 4.3.0"},
        {"MAIL", "421 4.3.0 busy", "refused smtp-deferred 4.3.0"},
        {"MAIL", "550 5.7.1 not you", "refused smtp-refused 5.7.1"},
        {"MAIL", "550 not you", "refused smtp-refused 5.0.0"},
        {"MAIL", "530 5.7.0 TLS first", "refused smtp-refused 5.7.0"},
        {"RCPT", "450 4.2.0 busy", "refused smtp-deferred 4.2.0"},
        {"RCPT", "550 5.1.1 unknown", "refused smtp-refused 5.1.1"},
        {"DATA", "451 4.3.0 busy", "refused smtp-deferred 4.3.0"},
        {"DATA", "554 5.5.1 no", "refused smtp-refused 5.5.1"},
        {"end of data", "451 4.3.0 busy", "refused smtp-deferred 4.3.0"},
        {"end of data", "452 full", "refused smtp-deferred 4.0.0"},
        {"end of data", "554 5.7.1 spam", "refused smtp-refused 5.7.1"},
        {"end of data", "552 5.3.4 large", "refused smtp-refused 5.3.4"},
    };
    for (const Refusal& r : refusals)
        for (const Step& step : steps) {
            if (std::string_view(step.name) != r.step) continue;
            std::string text = up_to(step) + "S: " + r.reply + "\n";
            // After 421 the server closes by itself; else QUIT comes first (SMTP-14).
            const bool closing = std::string_view(r.reply).starts_with("421");
            if (!closing) text += "C: QUIT\nS: 221 2.0.0 Bye\nC hangs up\n";
            ClientStage stage;
            play_on(stage, text + (closing ? "S hangs up\n" : ""));
            const std::string fate = stage.fate("bob@bob.example");
            BOOST_TEST(fate == r.fate, r.step << ", " << r.reply << ": " << fate);
        }
}

// Postfix reads on behind a line that is no reply; LF ends a line, and the last code counts.
BOOST_AUTO_TEST_CASE(odd_lines_as_postfix_reads_them) {
    const std::string hello = "C: EHLO ...\n";
    const std::string begins = "C: MAIL ...\n= waits\n";
    const std::string secure = "C: STARTTLS\n= waits\n";
    struct Case {
        const char* what;
        std::string text;
    };
    const Case cases[] = {
        {"a line before the greeting", "S: hello there\nS: 220 mx\n" + hello},
        {"an empty line before the greeting", "S: \nS: 220 mx\n" + hello},
        {"LF alone", "S: 220-mx\\n220 mx\\n\\c\n" + hello},
        {"a code of two digits first", "S: 22 mx\nS: 220 mx\n" + hello},
        {"the last code counts", "S: 554-no\nS: 220 yes\n" + hello},
        {"a keyword on a line of another code",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: 220-STARTTLS\nS: 250 SIZE\n" + secure},
        {"a keyword behind a word that is no code",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: hello STARTTLS\nS: 250 SIZE\n" + secure},
        {"a keyword that touches its code is none",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: 250STARTTLS\nS: 250 SIZE\n" + begins},
        {"a blank before a keyword",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: 250- STARTTLS\nS: 250 SIZE\n" + secure},
        {"a keyword with =",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: 250-STARTTLS=1\nS: 250 SIZE\n" + secure},
        {"two hyphens", "S: 220 mx\n" + hello + "S: 250-mx\nS: 250--STARTTLS\nS: 250 x\n" + begins},
        {"the first line with a word names the server",
         "S: 220 mx\n" + hello + "S: 250-\nS: 250-STARTTLS\nS: 250 SIZE\n" + begins},
        {"what is behind 2048 bytes is not kept",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: 250-X{y*2050}\nS: 250 STARTTLS\n" + begins},
        {"a line of more than 2048 bytes ends where it ends",
         "S: 220 mx\n" + hello + "S: 250-mx\nS: 250 X{y*5000}\n" + begins},
        {"450 to EHLO", "S: 220 mx\n" + hello + "S: 450 no\nC: HELO ...\nS: 250 mx\n" + begins},
        {"a hidden greeting", "S: 220 ****2***\nC: HELO ...\nS: 250 mx\n" + begins},
        {"a greeting without a word", "S: 220\nC: HELO ...\nS: 250 mx\n" + begins},
        {"a greeting that shows something", "S: 220 *.*\n" + hello},
    };
    for (const Case& c : cases) {
        const std::string trouble = play_text(c.text);
        BOOST_TEST(trouble.empty(), c.what << ": " << trouble);
    }
}

// Where several replies are on their way, a line that is none could be taken for another's.
BOOST_AUTO_TEST_CASE(with_pipelining_an_odd_line_ends_the_session) {
    ClientStage stage;
    play_on(stage,
            "S: 220 mx\nC: EHLO ...\nS: 250-mx\nS: 250 PIPELINING\nC: MAIL ...\nC: RCPT ...\n"
            "C: DATA\nS: hello\n");
    stage.loop.run_until(stage.loop.now() + minutes(1));
    BOOST_TEST(stage.outcome().starts_with("failed: smtp-syntax 4.5.0"), stage.outcome());
}

// The reply to MAIL is what became of the mail, though the connection went behind it.
BOOST_AUTO_TEST_CASE(a_refusal_counts_though_the_connection_goes) {
    for (const auto& [reply, fate] : {std::pair{"550 5.7.1 no", "refused smtp-refused 5.7.1"},
                                      std::pair{"421 4.3.2 bye", "refused smtp-deferred 4.3.2"},
                                      std::pair{"354 odd", "refused smtp-refused 5.5.0"}})
        for (const char* end : {"S hangs up\n", "S resets\n"}) {
            ClientStage stage;
            play_on(stage, std::string("S: 220 mx\nC: EHLO ...\nS: 250-mx\nS: 250 PIPELINING\n"
                                       "C: MAIL ...\nC: RCPT ...\nC: DATA\nS: ") +
                               reply + "\n" + end);
            BOOST_TEST(stage.fate("bob@bob.example") == fate, reply << ", " << end);
        }
}

// RFC 3207 section 4.2 has the client forget it; Postfix does not.
BOOST_AUTO_TEST_CASE(a_size_learnt_before_tls) {
    const std::string text =
        "S: 220 mx\nC: EHLO ...\nS: 250-mx\nS: 250-SIZE 1\nS: 250 STARTTLS\nC: STARTTLS\n"
        "S: 220 go\nC: EHLO ...\nS: 250 mx\n";
    ClientStage postfix, strict(smtp::strict(smtp::postfix_client()));
    play_on(postfix, text + "C: QUIT\nS: 221 bye\n");
    BOOST_TEST(postfix.outcome().starts_with("failed: smtp-refused 5.3.4"), postfix.outcome());
    BOOST_TEST(
        strict.play(
            parse_dialogues("== text\n" + text + "C: MAIL ...\n= waits\n", "text").front()) == "");
}

BOOST_AUTO_TEST_SUITE_END()
