// The receiver's side, by dialogues: RFC 5321, RFC 3207, RFC 2920, RFC 1870.
#include <boost/test/unit_test.hpp>

#include "tests/smtp/server_stage.hpp"

using namespace core;

namespace {

void play_file(const std::string& file, Segments segments) {
    for (const Dialogue& dialogue : dialogues_of(file)) {
        ServerStage stage;
        const std::string trouble = stage.play(dialogue, segments);
        BOOST_TEST(trouble.empty(), dialogue.title << ": " << trouble);
    }
}

std::string play_text(const std::string& text) {
    ServerStage stage;
    return stage.play(parse_dialogues(text, "text").front(), Segments::whole);
}

constexpr const char* up_to_mail =
    "== \nS: 220 ...\nC: HELO mail.alice.example\nS: 250 ...\n"
    "C: MAIL FROM:<alice@alice.example>\nS: 250 ...\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(dialogues_in_clear_text) { play_file("server.dialogue", Segments::whole); }

BOOST_AUTO_TEST_CASE(dialogues_with_starttls) { play_file("server_tls.dialogue", Segments::whole); }

BOOST_AUTO_TEST_CASE(dialogues_at_the_limits) {
    play_file("server_limits.dialogue", Segments::whole);
}

// How TCP cuts the bytes into segments must not matter.
BOOST_AUTO_TEST_CASE(dialogues_byte_by_byte) {
    play_file("server.dialogue", Segments::byte_by_byte);
    play_file("server_tls.dialogue", Segments::byte_by_byte);
    play_file("server_limits.dialogue", Segments::byte_by_byte);
}

// Without this, a stage that compares nothing would pass all the others.
BOOST_AUTO_TEST_CASE(a_dialogue_that_is_wrong_is_noticed) {
    for (const char* wrong :
         {"== \nS: 221 ...\n", "== \n", "== \nS: 220 mx.bob.example\n", "== \nC: NOOP\n",
          "== \nS: 220 ...\nC: NOOP\nS: 250 2.0.0 Ok\nS: 250 ...\n", "== \nS: 220 ...\nC: NOOP\n",
          "== \nS: 220 ...\nS hangs up\n", "== \nS: 220 ...\nC: QUIT\nS: 221 ...\nS stays\n",
          "== \nS: 220 ...\n= mails 1\n", "== \nS: 220 ...\n= kept <>...\n",
          "== \nS: 220 ...\n= discarded NOOP\n", "== \nwith nothing known\nS: 220 ...\n",
          "== \nS: 220 ...\nC dances\n", "== \nS: 220 ...\n= happy\n"})
        BOOST_TEST(!play_text(wrong).empty(), wrong);
    BOOST_TEST(play_text("== \nS: 220 ...\nC: NOOP\nS: 250 2.0.0 Ok\n") == "");
}

// RFC 5321 section 4.3.2: a peer that does nothing but err is sent away, and told (SMTP-14).
BOOST_AUTO_TEST_CASE(many_errors_end_the_session_with_421) {
    std::string text = "== \nS: 220 ...\n";
    for (int i = 0; i < 10; ++i) text += "C: FOO\nS: 500 ...\n";
    BOOST_TEST(play_text(text + "S stays\nC: NOOP\nS: 250 ...\n") == "");
    std::string said;
    ServerStage stage;
    const std::string stays =
        stage.play(parse_dialogues(text + "S stays\n", "text").front(), Segments::whole);
    BOOST_TEST(stays == "");
    int more = 0;
    for (; more < 1000 && stage.pipe.client.state() == net::Stream::State::open; ++more) {
        stage.pipe.client.write("FOO\r\n");
        settle(stage.loop);
        said = stage.pipe.client.available();
        stage.pipe.client.take(said.size());
    }
    BOOST_TEST(more < 1000);
    BOOST_TEST(said.find("421 ") != std::string::npos, "the last words: " << escaped(said));
}

// RFC 5321 sections 4.5.3.1.8 and 4.5.3.1.10: at least 100 are taken; 452 says that it is enough.
BOOST_AUTO_TEST_CASE(too_many_recipients_are_told_452) {
    std::string text = up_to_mail;
    for (int i = 1; i <= 1001; ++i) {
        text += "C: RCPT TO:<bob" + std::to_string(i) + "@bob.example>\n";
        text += i <= 1000 ? "S: 250 ...\n" : "S: 452 4.5.3 ...\n";
    }
    BOOST_TEST(play_text(text + "C: DATA\nS: 354 ...\nC: .\nS: 250 ...\n= mails 1\n") == "");
}

// RFC 2920 section 3.2, EXT-02: replies may leave together, but none is held back once the server
// waits.
BOOST_AUTO_TEST_CASE(no_reply_is_held_back_while_the_server_waits) {
    ServerStage stage;
    BOOST_TEST(stage.play(parse_dialogues("== \nS: 220 ...\n", "text").front(), Segments::whole) ==
               "");
    stage.pipe.client.write("NOOP\r\nNOOP\r\nNOO");
    settle(stage.loop);
    BOOST_TEST(stage.pipe.client.available() == "250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
