// Which scenarios are played: -k, -t, --only, -x, and their ids.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "harness/suite/suite.hpp"
#include "tests/harness/program.hpp"

namespace {

// The titles that were played, in order.
std::string played(const Folder& folder, const std::string& options) {
    const Said said = mailtls(folder, "run -F json mixed.lua more.lua " + options);
    if (said.code == 5) return "nothing";
    const nlohmann::json results = nlohmann::json::parse(said.out, nullptr, false);
    if (!results.is_object()) return "exit " + std::to_string(said.code);
    std::string out;
    for (const auto& s : results["scenarios"])
        out += (out.empty() ? "" : ", ") + s["title"].get<std::string>();
    return out;
}

struct Choice {
    const char* options;
    const char* played;
};
const Choice choices[] = {
    {"", "passes, fails, breaks, is 'quoted', one, two"},
    {"-k passes", "passes"},
    {"--filter '^more'", "one, two"},
    {"-k 'lua::(one|fails)$'", "fails, one"},
    {"-k 'PASSES'", "nothing"},
    {"-t tls", "passes, breaks, one"},
    {"--tag 'not tls'", "fails, is 'quoted', two"},
    {"-t 'tls and not (slow or big)'", "passes"},
    {"-t 'slow or big'", "fails, breaks, one"},
    {"-t 'not not slow'", "fails, breaks"},
    {"-t 'slow and tls or big'", "breaks, one"},
    {"-t 'big or slow and tls'", "breaks, one"},
    {"-t quic", "nothing"},
    {"--only more.lua::two", "two"},
    {"--only more.lua::two --only mixed.lua::fails", "fails, two"},
    {"--only \"mixed.lua::is 'quoted'\"", "is 'quoted'"},
    {"--only more.lua::three", "nothing"},
    {"--only ./more.lua::two", "two"},
    {"./more.lua .//mixed.lua . -k two", "two"},
    {"-k lua -t tls --only more.lua::one --only more.lua::two", "one"},
    {"-x", "passes, fails"},
    {"-x -j 4", "passes, fails"},
    {"-x -k 'more|quoted'", "is 'quoted', one, two"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(selection)

BOOST_AUTO_TEST_CASE(what_is_chosen_is_played_in_order) {
    const Folder folder;
    folder.copy("mixed.lua");
    folder.write("more.lua",
                 "scenario('one', { tags = { 'tls', 'big' } }, function() end)\n"
                 "scenario('two', function() end)\n");
    for (const Choice& c : choices)
        BOOST_TEST(played(folder, c.options) == c.played,
                   c.options << ": " << played(folder, c.options));
}

BOOST_AUTO_TEST_CASE(a_file_named_twice_is_played_once) {
    const Folder folder;
    folder.write("a.lua", "scenario('one', function() end)\n");
    BOOST_TEST(last_line(mailtls(folder, "run a.lua a.lua").out) == "1 passed, 0 failed");
}

BOOST_AUTO_TEST_CASE(the_command_that_repeats_a_failure_repeats_it) {
    const Folder folder;
    folder.write("it's.lua", "scenario(\"isn't\", { seed = 5 }, function() error 'boom' end)\n");
    const Said said = mailtls(folder, "run");
    BOOST_TEST(said.code == 3);
    const Said first = mailtls(folder, "run \"it's.lua\"");
    const std::size_t at = first.out.find("repeat: mailtls ");
    BOOST_TEST_REQUIRE(at != std::string::npos, first.out);
    const std::string again = first.out.substr(at + 16, first.out.find('\n', at) - at - 16);
    BOOST_TEST(again == "run --seed 5 --only 'it'\\''s.lua::isn'\\''t' 'it'\\''s.lua'");
    BOOST_TEST(mailtls(folder, again).out == first.out);
}

struct Tags {
    const char* expression;
    const char* error;
};

BOOST_AUTO_TEST_CASE(a_tag_expression_that_makes_no_sense_says_why) {
    const Tags wrong[] = {
        {"and", "expected a tag before 'and'"},
        {"tls and", "it ends where a tag was expected"},
        {"tls or or slow", "expected a tag before 'or'"},
        {"tls slow", "expected 'and' or 'or' before 'slow'"},
        {"tls not slow", "expected 'and' or 'or' before 'not'"},
        {"not", "it ends where a tag was expected"},
        {"()", "expected a tag before ')'"},
        {"(tls", "a bracket has no partner"},
        {"tls)", "a bracket has no partner"},
        {"tls) (slow", "a bracket has no partner"},
        {"(tls) and ((slow)", "a bracket has no partner"},
    };
    for (const Tags& t : wrong)
        BOOST_TEST(suite::TagExpression(t.expression).error() == t.error, t.expression);
    for (const char* const right : {"", " ", "tls", "not tls", "((tls))", "(a or b)and(c)"})
        BOOST_TEST(suite::TagExpression(right).error() == "", right);
}

BOOST_AUTO_TEST_CASE(and_binds_tighter_than_or) {
    const auto fits = [](const char* expression, const std::vector<std::string>& tags) {
        return suite::TagExpression(expression).matches(tags);
    };
    BOOST_TEST(fits("a or b and c", {"a"}));
    BOOST_TEST(!fits("(a or b) and c", {"a"}));
    BOOST_TEST(fits("not a and b", {"b"}));
    BOOST_TEST(!fits("not (a and b)", {"a", "b"}));
    BOOST_TEST(fits("", {}));
    BOOST_TEST(!fits("a", {"ab"}));
}

BOOST_AUTO_TEST_SUITE_END()
