// Commands, paths and what EHLO offers: RFC 5321 sections 4.1.1 and 4.1.2.
#include "sim/smtp/command.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/smtp/vectors.hpp"

using namespace smtp;

namespace {

std::string as_read(const std::string& argument) {
    const std::string keyword = (argument[0] | 0x20) == 't' ? "TO" : "FROM";
    const Result<Path> path = parse_path(argument, keyword);
    if (!path.ok()) {
        BOOST_TEST((path.failure().reason == Reason::smtp_syntax));
        return "bad " + path.failure().detail;
    }
    std::string out = "<" + path.value().address + ">";
    for (const auto& [name, value] : path.value().parameters)
        out += " " + name + (value.empty() ? "" : "=" + value);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command)

BOOST_AUTO_TEST_CASE(a_line_is_a_verb_and_an_argument) {
    for (const Case& c : cases_of("commands.txt")) {
        const Command got = parse_command(c.left);
        BOOST_TEST(got.verb + " [" + got.argument + "]" == c.right, c.where);
    }
}

BOOST_AUTO_TEST_CASE(paths_are_taken_or_refused_with_a_reason) {
    for (const Case& c : cases_of("paths.txt")) {
        const std::string got = as_read(unescaped(c.left));
        const bool bad = c.right.starts_with("bad");
        const std::string reason = c.right.size() > 4 ? c.right.substr(4) : "";
        const bool fits = bad ? got.starts_with("bad") && got.find(reason) != std::string::npos
                              : got == unescaped(c.right);
        BOOST_TEST(fits, c.where << ": expected " << c.right << ", got " << escaped(got));
    }
}

BOOST_AUTO_TEST_CASE(a_path_has_the_keyword_of_its_command) {
    BOOST_TEST(!parse_path("TO:<bob@bob.example>", "FROM").ok());
    BOOST_TEST(!parse_path("FROM:<bob@bob.example>", "TO").ok());
    BOOST_TEST(!parse_path("FROMM:<bob@bob.example>", "FROM").ok());
}

BOOST_AUTO_TEST_CASE(the_domain_follows_the_last_at_sign) {
    BOOST_TEST(domain_of("bob@Bob.EXAMPLE") == "bob.example");
    BOOST_TEST(domain_of("\"bob@home\"@bob.example") == "bob.example");
    BOOST_TEST(domain_of("bob@[192.0.2.1]") == "[192.0.2.1]");
}

// SMTP-09: keywords are matched without case.
BOOST_AUTO_TEST_CASE(what_a_reply_to_ehlo_offers) {
    for (const Case& c : cases_of("extensions.txt")) {
        const auto question = split(c.left, " ? ");
        ReplyParser parser;
        for (const std::string& line : split(question[0], " | "))
            BOOST_TEST_REQUIRE(parser.add(line).ok(), c.where);
        const Extensions offered = extensions_of(parser.take());
        const std::string parameters = offered.parameters(question[1]);
        const std::string got = offered.offers(question[1]) ? "[" + parameters + "]" : "no";
        BOOST_TEST(got == c.right, c.where << ": got " << got);
    }
}

BOOST_AUTO_TEST_SUITE_END()
