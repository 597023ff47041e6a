// A script from a stranger cannot keep the program busy for ever, nor eat the machine's memory.
#include <boost/test/unit_test.hpp>

#include "harness/files/disk.hpp"
#include "tests/script/cases.hpp"

namespace {

// Small, so that the tests are quick; Budget's own numbers differ in nothing else.
script::Budget small() {
    script::Budget budget;
    budget.instructions = 3'000'000;
    budget.memory = 16u << 20;
    budget.turns = 1'000'000;
    return budget;
}

constexpr const char* too_long = "the script ran over its budget of 3 million instructions";
constexpr const char* too_big = "the script ran over its memory budget of 16 MiB";

struct Greedy {
    const char* what;
    const char* play;
    const char* message;
};
const Greedy greedy[] = {
    {"an endless loop", "while true do end", too_long},
    {"tail calls without end", "local function f() return f() end f()", too_long},
    {"calls of a word without end", "local t = {} function t.f() return t.f() end t.f()", too_big},
    {"a loop behind pcall", "while true do pcall(function() while true do end end) end", too_long},
    {"a pcall that swallows the end", "pcall(function() while true do end end)", too_long},
    {"a loop in a coroutine", "coroutine.wrap(function() while true do end end)()", too_long},
    {"a loop in a metamethod",
     "local t = setmetatable({}, { __index = function() while true do end end }) return t.x",
     too_long},
    {"a loop in the order of a sort", "table.sort({ 1, 2, 3 }, function() while true do end end)",
     too_long},
    {"a load without end", "load(function() return '' .. ' ' end)", too_long},
    {"a table that grows", "local t = {} while true do t[#t + 1] = #t .. 'x' end", too_big},
    {"a text that doubles", "local s = 'x' while true do s = s .. s end", too_big},
    {"a text of half a gigabyte", "local s = ('x'):rep(500000000)", too_big},
    {"a text copied again and again", "local s = ('x'):rep(1000000) while true do s:upper() end",
     too_long},
    {"a join copied again and again",
     "local t = { ('x'):rep(2000000) } while true do table.concat(t) end", too_long},
    {"a value of 8^18 tables",
     "local t = { 1 } for _ = 1, 18 do t = { t, t, t, t, t, t, t, t } end print(t)", too_long},
    {"a text printed without end", "local s = ('x'):rep(400000) while true do print(s) end",
     too_long},
    {"a value of many tables behind pcall",
     "local t = { 1 } for _ = 1, 18 do t = { t, t, t, t, t, t, t, t } end pcall(print, t)",
     too_long},
    {"memory behind pcall", "pcall(string.rep, 'x', 500000000)", too_big},
    {"a thousand coroutines that wait",
     "local t = {} while true do t[#t + 1] = coroutine.create(print) end", too_big},
};

std::string scenario(const std::string& title, const std::string& play) {
    return "scenario('" + title + "', function()\n" + play + "\nend)\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(budget)

BOOST_AUTO_TEST_CASE(a_greedy_script_is_stopped_with_one_sentence) {
    for (const Greedy& g : greedy) {
        const std::string outcome = outcome_of(scenario("greedy", g.play), small());
        BOOST_TEST(outcome.starts_with("broken"), g.what << ": " << outcome);
        BOOST_TEST(outcome.ends_with(": " + std::string(g.message)), g.what << ": " << outcome);
    }
}

BOOST_AUTO_TEST_CASE(an_endless_loop_is_told_at_its_line) {
    BOOST_TEST(outcome_of(scenario("greedy", "local n = 0\nwhile true do n = n + 1 end"),
                          small()) == "broken 3: " + std::string(too_long));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_greedy_does_not_load) {
    BOOST_TEST(outcome_of("local n = 0\nwhile true do n = n + 1 end\n", small()) ==
               "load 2: " + std::string(too_long));
    BOOST_TEST(outcome_of("local s = ('x'):rep(1000000)\n"
                          "for i = 1, 9 do scenario('s' .. i, { tags = { s } }, print) end\n",
                          small()) == "load: " + std::string(too_long));
    BOOST_TEST(outcome_of("local s = ('x'):rep(500000000)\n", small()) ==
               "load: " + std::string(too_big));
}

BOOST_AUTO_TEST_CASE(a_world_without_end_is_stopped) {
    script::Budget budget = small();
    budget.turns = 2000;
    const std::string play =
        "local alice = sender 'mail.alice.example' { retries_every = '1 second',\n"
        "  gives_up_after = '30000 days' }\n"
        "receiver 'mx.bob.example' { listens = false }\n"
        "local mail = alice:sends { to = 'bob@bob.example' }\n";
    const std::string message = "the world ran over its budget of 0 million turns";
    BOOST_TEST(outcome_of(scenario("s", play + "after '20000 days'"), budget) ==
               "broken 6: " + message);
    BOOST_TEST(outcome_of(scenario("s", play + "expect(mail).finally 'bounced'"), budget) ==
               "broken 6: " + message);
    BOOST_TEST(outcome_of(scenario("s", play + "pcall(after, '20000 days')"), budget) ==
               "broken: " + message);
    BOOST_TEST(outcome_of(scenario("s", play + "after '1 minute'"), budget) == "passes");
}

BOOST_AUTO_TEST_CASE(the_other_scenarios_of_the_file_still_play) {
    std::string text;
    for (const Greedy& g : greedy) text += scenario(g.what, g.play);
    text += scenario("modest", "local alice = sender 'mail.alice.example' {}");
    const ScenarioFile file(text);
    const script::Listing listing =
        script::list_scenarios(file.path(), 1, {files::disk(), small()});
    BOOST_TEST_REQUIRE(listing.scenarios.size() == std::size(greedy) + 1);
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        const auto ending =
            script::play(file.path(), entry.title, 1, {files::disk(), small()}).ending;
        BOOST_TEST((ending == script::Ending::passed) == (entry.title == "modest"), entry.title);
    }
}

BOOST_AUTO_TEST_CASE(not_even_an_empty_lua_fits) {
    script::Budget nothing;
    nothing.memory = 1000;
    const ScenarioFile file("scenario('s', function() end)\n");
    const script::Listing listing =
        script::list_scenarios(file.path(), 1, {files::disk(), nothing});
    BOOST_TEST_REQUIRE(listing.mistake.has_value());
    BOOST_TEST(!listing.mistake->message.empty());
    BOOST_TEST(listing.mistake->file == file.path());
}

BOOST_AUTO_TEST_SUITE_END()
