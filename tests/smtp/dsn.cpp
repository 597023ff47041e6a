// What senders want to be told: RFC 3461.
#include "sim/smtp/dsn.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/smtp/client_stage.hpp"
#include "tests/smtp/server_stage.hpp"

using namespace smtp;

BOOST_AUTO_TEST_SUITE(dsn)

BOOST_AUTO_TEST_CASE(dialogues_of_servers) {
    for (const Segments segments : {Segments::whole, Segments::byte_by_byte})
        for (const Dialogue& dialogue : dialogues_of("server_dsn.dialogue")) {
            ServerStage stage;
            const std::string trouble = stage.play(dialogue, segments);
            BOOST_TEST(trouble.empty(), dialogue.title << ": " << trouble);
        }
}

BOOST_AUTO_TEST_CASE(dialogues_of_clients) {
    for (const Dialogue& dialogue : dialogues_of("client_dsn.dialogue")) {
        ClientStage stage;
        const std::string trouble = stage.play(dialogue);
        BOOST_TEST(trouble.empty(), dialogue.title << ": " << trouble);
    }
}

BOOST_AUTO_TEST_CASE(xtext_holds_any_printable_text) {
    std::string all;
    for (char c = ' '; c < 0x7F; ++c) all += c;
    BOOST_TEST(to_xtext(" +=a~") == "+20+2B+3Da~");
    BOOST_TEST(from_xtext(to_xtext(all)).value_or("none") == all);
    BOOST_TEST(from_xtext("").value_or("none") == "");
    for (const char* const bad :
         {"+", "+2", "+2b", "+GG", "a=b", "a b", "+0A", "+7F", "+80", "\xC3\xB6", "\x7F"})
        BOOST_TEST(!from_xtext(bad).has_value(), bad);
    for (const char* const line_end : {"\r\n", "\n", "\0"})
        BOOST_TEST(!from_xtext(to_xtext({line_end, 1})).has_value());
}

BOOST_AUTO_TEST_CASE(failures_are_reported_unless_something_else_was_said) {
    struct Row {
        const char* notify;
        bool success, failure, never;
    };
    for (const Row& row : {Row{"", false, true, false}, Row{"NEVER", false, false, true},
                           Row{"never", false, false, true}, Row{"SUCCESS", true, false, false},
                           Row{"Failure", false, true, false}, Row{"DELAY", false, false, false},
                           Row{"DELAY,success,FAILURE", true, true, false}}) {
        const RecipientWish wish{row.notify, ""};
        BOOST_TEST(wish.wants(News::success) == row.success, row.notify);
        BOOST_TEST(wish.wants(News::failure) == row.failure, row.notify);
        BOOST_TEST(wish.never() == row.never, row.notify);
    }
}

BOOST_AUTO_TEST_SUITE_END()
