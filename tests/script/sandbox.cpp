// What a scenario cannot reach, and what is the same on every run.
#include <boost/test/unit_test.hpp>

#include "harness/files/disk.hpp"
#include "harness/script/stage.hpp"
#include "tests/script/cases.hpp"

BOOST_AUTO_TEST_SUITE(sandbox)

BOOST_AUTO_TEST_CASE(what_is_taken_away_is_refused_by_name) { check_cases("sandbox"); }

// A word of Lua's that comes with a new version must not slip in unseen.
BOOST_AUTO_TEST_CASE(nothing_else_of_lua_is_there) {
    const std::string outcome = outcome_of(
        "scenario('names', function()\n"
        "  local names = {}\n"
        "  for _, library in ipairs { 'coroutine', 'string', 'table', 'utf8' } do\n"
        "    for name in pairs(_G[library]) do names[#names + 1] = name end\n"
        "  end\n"
        "  error(table.concat(names, ' '))\n"
        "end)\n");
    BOOST_TEST(outcome ==
               "broken 6: close create isyieldable resume running status wrap yield "
               "byte char find format gmatch gsub len lower match pack packsize rep reverse sub "
               "unpack upper concat insert move pack remove sort unpack "
               "char charpattern codepoint codes len offset");
}

BOOST_AUTO_TEST_CASE(chance_follows_the_seed) {
    const ScenarioFile file("scenario('s', function() error('' .. math.random(1000000)) end)\n");
    const auto said = [&](std::uint64_t seed) {
        return script::play(file.path(), "s", seed, files::disk()).mistake->message;
    };
    BOOST_TEST(said(1) == said(1));
    BOOST_TEST(said(1) != said(2));
}

BOOST_AUTO_TEST_CASE(no_scenario_sees_what_another_left_behind) {
    BOOST_TEST(outcome_of("local count = 0\n"
                          "string.count = 0\n"
                          "local function play()\n"
                          "  count, string.count = count + 1, string.count + 1\n"
                          "  assert(count == 1 and string.count == 1)\n"
                          "end\n"
                          "scenario('one', play)\n"
                          "scenario('two', play)\n") == "passes");
}

BOOST_AUTO_TEST_CASE(print_is_kept_for_the_report) {
    const ScenarioFile file("scenario('s', function() print('Bob', 7, true, nil, {}) end)\n");
    const script::Performance p = script::play(file.path(), "s", 1, files::disk());
    BOOST_TEST(p.stage->printed() == "Bob\t7\ttrue\tnull\t{}\n");
}

BOOST_AUTO_TEST_SUITE_END()
