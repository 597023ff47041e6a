// What became of what, and connections that are open at once.
#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/visualize/play.hpp"
#include "visualize/at_once.hpp"
#include "visualize/change.hpp"
#include "visualize/conversation.hpp"
#include "visualize/ladder.hpp"
#include "visualize/ladder_view.hpp"

using namespace visualize;
using trace::ConnectionId;
using trace::HostId;

namespace {

struct Change {
    const char* name;
    std::string before, after, words;
};
const std::string tls_record("\x16\x03\x03\x00\x02\x02\x28", 7);
const Change changes[] = {
    {"a line less", "250-mx\r\n250-STARTTLS\r\n250 SIZE\r\n", "250-mx\r\n250 SIZE\r\n",
     "250-STARTTLS is taken out"},
    {"the last line less", "250-SIZE\r\n250 STARTTLS\r\n", "250 SIZE\r\n",
     "250-SIZE / 250 STARTTLS become 250 SIZE"},
    {"two lines less", "a\r\nb\r\nc\r\n", "c\r\n", "a / b are taken out"},
    {"a line more", "MAIL\r\n", "MAIL\r\nRCPT\r\n", "RCPT is put in"},
    {"two lines more", "z\r\n", "x\r\ny\r\nz\r\n", "x / y are put in"},
    {"the same line twice", "a\r\n", "a\r\na\r\n", "a is put in"},
    {"another line", "EHLO a\r\nQUIT\r\n", "EHLO b\r\nQUIT\r\n", "EHLO a becomes EHLO b"},
    {"all of it", "QUIT\r\n", "", "QUIT is taken out"},
    {"an empty line", "a\r\n\r\n", "a\r\n", "an empty line is taken out"},
    {"half of a line", "250 mx.bob.example\r\n", "250 mx", "250 mx.bob.example becomes 250 mx"},
    {"a line's end", "QUIT\r\n", "QUIT", "QUIT gets another end"},
    {"a bare LF", "a\r\nb\r\n", "a\nb\r\n", "a / b become a\\x0ab"},
    {"a long line", std::string(80, 'a') + "\r\n", "b\r\n", std::string(60, 'a') + "… becomes b"},
    {"a byte of a record", tls_record, tls_record.substr(0, 6) + "\x29",
     "at 6 of 7 bytes 28 becomes 29"},
    {"two bytes of it", tls_record, "\x17" + tls_record.substr(1, 5) + "\x29",
     "2 of 7 bytes change, the first at 0"},
    {"a longer record", tls_record, tls_record + "x", ""},
    {"nothing", "QUIT\r\n", "QUIT\r\n", ""},
    {"nothing of nothing", "", "", ""},
};

std::size_t count(const std::string& text, const std::string& words) {
    std::size_t out = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
        ++out;
    return out;
}

std::set<ConnectionId> at_once(const std::vector<std::uint32_t>& connections) {
    std::vector<ToldOf> told;
    for (const std::uint32_t one : connections) told.push_back({ConnectionId{one}, {}});
    return open_at_once(told);
}
std::set<ConnectionId> of(const std::vector<std::uint32_t>& connections) {
    std::set<ConnectionId> out;
    for (const std::uint32_t one : connections) out.insert(ConnectionId{one});
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(apart)

BOOST_AUTO_TEST_CASE(what_became_of_what) {
    for (const Change& row : changes)
        BOOST_TEST(what_became(row.before, row.after) == row.words, row.name);
    // A character is whole or left out.
    BOOST_TEST(what_became("\xC3\xA9" + std::string(58, 'a') +
                               "\xC3\xA9"
                               "b\r\n",
                           "")
                   .find("a… is taken out") != std::string::npos);
    // What only cuts a stream elsewhere changes nothing.
    BOOST_TEST(act_in_words("split", "220 mx\r\n", "220") == "split");
    BOOST_TEST(act_in_words("joined", "mx\r\n", "220 mx\r\n") == "joined");
    BOOST_TEST(act_in_words("cut here", "220 mx\r\n", "220") == "cut here: 220 mx becomes 220");
}

BOOST_AUTO_TEST_CASE(an_altered_line_is_told_and_drawn) {
    const Play play("watchers/stripping.lua",
                    "a stripped STARTTLS, enforced: the mail waits and nothing leaks");
    const std::string words = "capability deleted: 250-STARTTLS is taken out";
    BOOST_TEST(conversation(play.trace()).find("alters 108 bytes into 94: " + words) !=
               std::string::npos);
    const Ladder ladder = ladder_of(play.trace(), "t");
    BOOST_TEST(std::any_of(ladder.rows.begin(), ladder.rows.end(),
                           [&](const Row& row) { return row.detail == words; }));
    // Alice knows of nobody on the path.
    for (const Row& row : ladder_of(play.trace(), "t", *viewers_of(play.trace(), "sender")).rows)
        BOOST_TEST(row.detail.find("taken out") == std::string::npos, row.detail);
}

BOOST_AUTO_TEST_CASE(which_are_open_at_once) {
    BOOST_TEST((at_once({}) == of({})));
    BOOST_TEST((at_once({1, 1, 2, 2, 3}) == of({})));
    BOOST_TEST((at_once({1, 0, 1, 0, 2}) == of({})));  // 0: of no connection
    BOOST_TEST((at_once({1, 2, 1, 2}) == of({1, 2})));
    BOOST_TEST((at_once({1, 2, 2, 1, 3, 3}) == of({1, 2})));
    BOOST_TEST((at_once({1, 2, 1, 3, 2, 3, 4}) == of({1, 2, 3})));
    BOOST_TEST((at_once({1, 2, 2, 3, 3, 1}) == of({1, 2, 3})));
    BOOST_TEST((at_once({1, 2, 1}) == of({1, 2})));
    // Those of others are no matter.
    const std::pair one{HostId{1}, HostId{2}}, other{HostId{1}, HostId{3}};
    const ConnectionId a{1}, b{2}, c{3};
    BOOST_TEST((open_at_once({{a, one}, {b, other}, {a, one}, {b, other}}) == of({})));
    BOOST_TEST(
        (open_at_once({{a, one}, {b, other}, {c, one}, {a, one}, {b, other}}) == of({1, 3})));
}

BOOST_AUTO_TEST_CASE(two_mails_at_once_are_told_apart) {
    const Play play("exchange/sessions.lua",
                    "two mails at once, to one host: each has its session");
    const std::string told = conversation(play.trace());
    BOOST_TEST(told.find("Several connections are open at once") != std::string::npos);
    for (const char* const words : {"[1] C: EHLO", "[2] C: EHLO", "[1] S: 220", "[2] S: 220"})
        BOOST_TEST(told.find(words) != std::string::npos, words);
    BOOST_TEST(count(told, " C: ") == count(told, "] C: "));
    for (const Row& row : ladder_of(play.trace(), "t").rows)
        BOOST_TEST((row.connection == ConnectionId::none) == !row.head.starts_with("["), row.head);
}

BOOST_AUTO_TEST_CASE(one_after_another_need_no_number) {
    const Play play("watchers/stripping.lua",
                    "a stripped STARTTLS, enforced: the mail waits and nothing leaks");
    BOOST_TEST(conversation(play.trace()).find("Several connections") == std::string::npos);
    for (const Row& row : ladder_of(play.trace(), "t").rows)
        BOOST_TEST(!row.head.starts_with("["), row.head);
}

BOOST_AUTO_TEST_SUITE_END()
