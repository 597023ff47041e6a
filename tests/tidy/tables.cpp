// What one MTA does otherwise than another is a row of its table, and nowhere else
// (docs/decisions/0009-personalities.md).

#include <boost/test/unit_test.hpp>

#include "tests/tidy/code.hpp"
#include "tests/tidy/findings.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <cctype>
#include <span>

namespace {

using namespace tidy;

// An MTA's files are called so, and so is what they declare.
constexpr std::string_view mtas[] = {"postfix", "exim", "opensmtpd", "smtpd"};
constexpr std::string_view units[] = {"nanoseconds", "milliseconds", "seconds",
                                      "minutes",     "hours",        "days"};

constexpr Exemption exemptions[] = {
    {"sim/mta/personality.cpp", "an MTA by name", "here alone it is said whose habits are usual"},
    {"sim/mta/inbound.cpp", "a time", "bytes that come late are a fault of the author's making"},
    {"sim/mta/mta_sts.cpp", "a time", "RFC 8461 section 3.3 gives them: they are no MTA's"},
    {"sim/mta/outbound.cpp", "a time", "RFC 8460 section 5.5: how long a report is tried"},
    {"sim/smtp/server.cpp", "a reply", "250 to EHLO is RFC 5321's, and its lines are settings"},
    {"sim/mta/tls_reports.cpp", "a time", "RFC 8460 section 5: a report is about one day"},
};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

bool is_table(const File& file) {
    const std::size_t slash = file.path.rfind('/');
    return std::ranges::any_of(
        mtas, [&](std::string_view mta) { return file.path.substr(slash + 1).starts_with(mta); });
}

// A name of the code: what comments and texts say of an MTA is not looked at.
Findings mtas_by_name(const File& file, std::span<const Token> tokens) {
    Findings findings;
    for (const Token& token : tokens) {
        const std::string name = lower(token.text);
        if (std::ranges::none_of(mtas, [&](auto mta) { return name.find(mta) != name.npos; }))
            continue;
        findings.push_back({file.path, token.line, "an MTA by name",
                            "let the code ask the table, and its rows be named for what they do"});
    }
    return findings;
}

bool is_number(const Token& token) {
    return std::isdigit(static_cast<unsigned char>(token.text[0]));
}

// `seconds(300)`, and `Reply(450, ...)`, `Text{450, ...}` or `Text no{450, ...}`.
Findings constants(const File& file, std::span<const Token> tokens) {
    Findings findings;
    for (std::size_t at = 0; at + 3 < tokens.size(); ++at) {
        const std::string_view name = tokens[at].text;
        const bool time = std::ranges::find(units, name) != std::end(units);
        if (!time && name != "Reply" && name != "Text") continue;
        const std::size_t open = at + (is_word_character(tokens[at + 1].text.front()) ? 2 : 1);
        const bool opens = tokens[open].text == "(" || tokens[open].text == "{";
        if (!opens || !is_number(tokens[open + 1])) continue;
        findings.push_back({file.path, tokens[at].line, time ? "a time" : "a reply",
                            "make it a row of the MTA's table"});
    }
    return findings;
}

Findings outside_the_tables(const File& file) {
    if (!is_at(file.path, "sim") || !is_cpp(file) || is_table(file)) return {};
    const std::string code = code_of(file.text);
    const std::vector<Token> tokens = tokens_of(code);
    Findings findings = mtas_by_name(file, tokens);
    if (is_at(file.path, "sim/mta") || is_at(file.path, "sim/smtp"))
        append(findings, constants(file, tokens));
    return findings;
}

std::string verdict(std::string path, std::string text) {
    return rules_of(outside_the_tables({std::move(path), std::move(text)}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(no_habit_of_an_mta_stands_outside_its_table) {
    Findings findings;
    for (const File& file : source_tree()) append(findings, outside_the_tables(file));
    const Findings left = judged(std::move(findings), exemptions);
    BOOST_CHECK_MESSAGE(left.empty(), listing(left));
}

BOOST_AUTO_TEST_CASE(an_mta_s_name_is_found_in_code_alone) {
    BOOST_TEST(verdict("sim/policy/x.cpp", "NameRules::postfix;\n") == "an MTA by name");
    BOOST_TEST(verdict("sim/mta/x.hpp", "int PostfixLimit;\n") == "an MTA by name");
    BOOST_TEST(verdict("sim/mta/x.cpp", "// Postfix: 2\nauto x = \"Postfix\";\n") == "");
    BOOST_TEST(verdict("sim/mta/postfix.cpp", "int postfix_limit;\n") == "");
    BOOST_TEST(verdict("sim/policy/postfix_level.hpp", "int postfix_limit;\n") == "");
    BOOST_TEST(verdict("harness/suite/x.cpp", "int postfix_limit;\n") == "");
}

BOOST_AUTO_TEST_CASE(a_constant_is_found_where_a_session_is_made) {
    BOOST_TEST(verdict("sim/smtp/x.cpp", "within(minutes(5), f());\n") == "a time");
    BOOST_TEST(verdict("sim/mta/x.cpp", "constexpr auto x = seconds(300);\n") == "a time");
    BOOST_TEST(verdict("sim/mta/x.cpp", "return Reply(450, \"4.7.1 no\");\n") == "a reply");
    BOOST_TEST(verdict("sim/mta/x.cpp", "const Text no{450, \"4.7.1 no\"};\n") == "a reply");
    BOOST_TEST(verdict("sim/mta/x.cpp", "wait(seconds(n), Reply(code, x));\n") == "");
    BOOST_TEST(verdict("sim/mta/postfix.cpp", "seconds(300);\n") == "");
    BOOST_TEST(verdict("sim/dns/x.cpp", "seconds(5);\n") == "");
}

BOOST_AUTO_TEST_SUITE_END()
