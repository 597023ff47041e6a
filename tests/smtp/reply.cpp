// Replies: RFC 5321 section 4.2, RFC 2034, RFC 3463.
#include "sim/smtp/reply.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/smtp/vectors.hpp"

using namespace smtp;

namespace {

// "250 [a] [b]", "more", or "bad: why".
std::string as_read(const std::string& lines) {
    ReplyParser parser;
    bool complete = false;
    for (const std::string& line : split(lines, " | ")) {
        if (complete) return "lines behind the end";
        const Result<bool> added = parser.add(unescaped(line));
        if (!added.ok()) {
            BOOST_TEST((added.failure().reason == Reason::smtp_syntax));
            return "bad: " + added.failure().detail;
        }
        complete = added.value();
    }
    if (!complete) return "more";
    const Reply reply = parser.take();
    std::string out = std::to_string(reply.code);
    for (const std::string& line : reply.lines) out += " [" + line + "]";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reply)

// SMTP-17, SMTP-19, SMTP-20.
BOOST_AUTO_TEST_CASE(lines_are_put_together_or_refused) {
    for (const Case& c : cases_of("replies.txt")) {
        const std::string got = as_read(c.left);
        const bool fits = c.right.starts_with("bad") ? got.starts_with(c.right) : got == c.right;
        BOOST_TEST(fits, c.where << ": expected " << c.right << ", got " << got);
    }
}

// EXT-08.
BOOST_AUTO_TEST_CASE(enhanced_codes_are_found_where_they_may_stand) {
    for (const Case& c : cases_of("enhanced.txt")) {
        ReplyParser parser;
        BOOST_TEST_REQUIRE(parser.add(c.left).ok(), c.where);
        const std::string code = parser.take().enhanced();
        BOOST_TEST((code.empty() ? "none" : code) == c.right, c.where << ": got '" << code << "'");
    }
}

BOOST_AUTO_TEST_CASE(what_an_author_writes_goes_over_the_wire_with_crlf) {
    for (const Case& c : cases_of("authored_replies.txt")) {
        const Result<Reply> reply = parse_reply(unescaped(c.left));
        const std::string got = reply.ok() ? escaped(reply.value().wire()) : "bad";
        BOOST_TEST(got == c.right, c.where << ": got " << got);
    }
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
    Reply several(250, "mx.bob.example");
    several.lines.push_back("");
    several.lines.push_back("SIZE 100");
    for (const Reply& wanted : {Reply(220, "hello"), Reply(354, ""), several}) {
        const Result<Reply> got = parse_reply(wanted.text());
        BOOST_TEST_REQUIRE(got.ok());
        BOOST_TEST(got.value().code == wanted.code);
        BOOST_TEST(got.value().lines == wanted.lines, boost::test_tools::per_element());
        std::string wire;
        for (const std::string& line : split(wanted.text(), "\n")) wire += line + "\r\n";
        BOOST_TEST(wanted.wire() == wire);
    }
    BOOST_TEST(several.one_line() == "250 mx.bob.example  SIZE 100");
}

// SMTP-17: the first digit tells what to do.
BOOST_AUTO_TEST_CASE(only_2yz_is_good) {
    for (const int code : {200, 211, 220, 250, 252, 299}) BOOST_TEST(Reply(code, "").good(), code);
    for (const int code : {300, 354, 421, 450, 499, 500, 554, 599})
        BOOST_TEST(!Reply(code, "").good(), code);
    BOOST_TEST(Reply(599, "").digit() == 5);
}

// A peer must not fill the memory with a reply that never ends.
BOOST_AUTO_TEST_CASE(a_reply_without_end_is_refused) {
    ReplyParser parser;
    int lines = 0;
    for (; lines < 100'000; ++lines)
        if (!parser.add("250-more").ok()) break;
    BOOST_TEST(lines >= 100);  // more than any EHLO reply has
    BOOST_TEST(lines < 100'000);
}

BOOST_AUTO_TEST_SUITE_END()
