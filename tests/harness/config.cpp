// mailtls.toml, MAILTLS_* and -D: who overrides whom, and what is wrong.
#include <boost/test/unit_test.hpp>

#include "tests/harness/program.hpp"

namespace {

constexpr const char* asking = "scenario('x', function() given('level', 'may') end)\n";
constexpr const char* telling =
    "scenario('x', function() error('the level is ' .. given('level', 'may')) end)\n";

// The seed that results tell.
std::string seed_in(const Said& said) {
    const std::string before = "\"seed\": ";
    const std::size_t at = said.out.rfind(before);
    if (at == std::string::npos) return said.err;
    const std::size_t from = at + before.size();
    return said.out.substr(from, said.out.find_first_not_of("0123456789", from) - from);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(scenario_file_environment_flag_each_overrides_the_one_before) {
    Folder folder;
    folder.write("s.lua", "scenario('s', { seed = 5 }, function() end)\n");
    const std::string run = "run s.lua -F json";
    BOOST_TEST(seed_in(mailtls(folder, run)) == "5");
    folder.write("mailtls.toml", "seed = 6\n");
    BOOST_TEST(seed_in(mailtls(folder, run)) == "6");
    folder.write("mailtls.toml", "seed = 6\n[run]\nseed = 7\n");
    BOOST_TEST(seed_in(mailtls(folder, run)) == "7");
    BOOST_TEST(seed_in(mailtls(folder, run, "MAILTLS_SEED=8")) == "8");
    BOOST_TEST(seed_in(mailtls(folder, run + " --seed 9", "MAILTLS_SEED=8")) == "9");
    BOOST_TEST(seed_in(mailtls(folder, run + " --config none")) == "5");
    BOOST_TEST(seed_in(mailtls(folder, run, "MAILTLS_CONFIG=none")) == "5");
    folder.write("other.toml", "seed = 10\n");
    BOOST_TEST(seed_in(mailtls(folder, run + " --config other.toml")) == "10");
    BOOST_TEST(seed_in(mailtls(folder, run, "MAILTLS_CONFIG=other.toml")) == "10");
}

BOOST_AUTO_TEST_CASE(each_kind_of_option_can_stand_in_the_file) {
    Folder folder;
    folder.write("mail/a.lua", "scenario('a', { tags = { 'x' } }, function() end)\n");
    folder.write("more/b.lua", "scenario('b', function() end)\n");
    folder.write("mailtls.toml", R"toml(
jobs = 2                    # an integer, for every command
[run]
path = ["mail", "more"]     # an argument that may be repeated
format = "tap"              # a text
check-determinism = true    # a flag
failed = false
[list]
path = "more"
)toml");
    const Said said = mailtls(folder, "run");
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(said.out == "TAP version 14\n1..2\nok 1 - mail/a.lua::a\nok 2 - more/b.lua::b\n");
    BOOST_TEST(mailtls(folder, "run mail -F quiet").out == "\n1 passed, 0 failed\n");
    BOOST_TEST(mailtls(folder, "list").out == "more/b.lua::b\n");
    BOOST_TEST(mailtls(folder, "list mail").out == "mail/a.lua::a\n");
}

BOOST_AUTO_TEST_CASE(a_baseline_of_the_file_and_update_on_the_line) {
    Folder folder;
    folder.write("a.lua", "scenario('a', function() end)\n");
    folder.write("mailtls.toml", "[run]\nbaseline = 'verdicts.txt'\n");
    BOOST_TEST(mailtls(folder, "run a.lua").code == 2);
    BOOST_TEST(mailtls(folder, "run a.lua --update").code == 0);
    BOOST_TEST(mailtls(folder, "run a.lua").code == 0);
}

BOOST_AUTO_TEST_CASE(what_is_given_reaches_every_command_that_plays) {
    Folder folder;
    folder.write("a.lua", telling);
    BOOST_TEST(has(mailtls(folder, "run a.lua").out, "the level is may"));
    BOOST_TEST(has(mailtls(folder, "run a.lua -D level=secure").out, "the level is secure"));
    BOOST_TEST(has(mailtls(folder, "run a.lua -D level=").out, "a.lua:1: the level is \n"));
    BOOST_TEST(has(mailtls(folder, "run a.lua -D level=a=b -j 2").out, "the level is a=b"));
    folder.write("mailtls.toml", "[run.define]\nlevel = 'verify'\n");
    BOOST_TEST(has(mailtls(folder, "run a.lua").out, "the level is verify"));
    folder.write("mailtls.toml", "define = { level = 7 }\n");
    BOOST_TEST(has(mailtls(folder, "run a.lua").out, "the level is 7"));
    folder.write("mailtls.toml", "");

    folder.write("top.lua", R"(local level = given "level"
scenario("level " .. level, function()
  local alice = sender "mail.alice.example" { tls = level }
  receiver "mx.bob.example" {}
  alice:sends { to = "bob@bob.example" }
end))");
    const Said without = mailtls(folder, "list top.lua");
    BOOST_TEST(without.code == 3);
    BOOST_TEST(without.err ==
               "mailtls: top.lua:1: given: there is no value for 'level'; run with -D "
               "level=VALUE, or write a default\n");
    for (const char* const command :
         {"list top.lua", "check top.lua", "run top.lua", "show 'top.lua::level may'",
          "diagram 'top.lua::level may'", "export 'top.lua::level may' --fields -",
          "sweep-faults top.lua --kind cut --sample 1"}) {
        const Said said = mailtls(folder, std::string(command) + " -D level=may");
        BOOST_TEST(said.code == 0, command << ": " << said.err);
        BOOST_TEST(said.err == "", command);
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_asks_for_is_told) {
    Folder folder;
    folder.write("a.lua", asking);
    const Said near = mailtls(folder, "run a.lua -D levle=secure");
    BOOST_TEST(near.code == 0);
    BOOST_TEST(near.err == "mailtls: -D levle: no scenario asked for it; did you mean 'level'?\n");
    BOOST_TEST(mailtls(folder, "show a.lua::x -D colour=red").err ==
               "mailtls: -D colour: no scenario asked for it\n");
}

BOOST_AUTO_TEST_CASE(who_takes_too_long_is_stopped_and_the_others_go_on) {
    Folder folder;
    // Nothing but the clock stops it: its budget is not spent within a second.
    folder.write("slow.lua", R"(
scenario("slow", function()
  local alice = sender "mail.alice.example" { retries_every = "1 s", gives_up_after = "100 days" }
  receiver "mx.bob.example" { replies = { RCPT = "450 4.2.0 busy" } }
  for _ = 1, 50 do alice:sends { to = "bob@bob.example" } end
  after "100 days"
end)
scenario("quick", function() end)
)");
    const Said said = mailtls(folder, "run slow.lua --timeout 1");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(
        has(said.out,
            "slow.lua:2: it took more than 1 s of processor time and was stopped (--timeout)"),
        said.out);
    BOOST_TEST(last_line(said.out) == "1 passed, 1 failed");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_the_file_is_told_with_its_line) {
    struct Wrong {
        const char *text, *err;
    };
    const Wrong wrongs[] = {
        {"job = 2\n", "mailtls.toml:1: there is no option or command 'job'; did you mean 'jobs'?"},
        {"xyzzy = 2\n",
         "mailtls.toml:1: there is no option or command 'xyzzy'; `mailtls --help` and each "
         "command's --help list them"},
        {"\n[run]\nfilteer = 'x'\n",
         "mailtls.toml:3: run has no option 'filteer'; did you mean 'filter'?"},
        {"[rnu]\njobs = 1\n",
         "mailtls.toml:1: there is no option or command 'rnu'; did you mean 'run'?"},
        {"[show]\nid = 'x'\n",
         "mailtls.toml:2: show has no option 'id'; `mailtls --help` and each command's --help "
         "list them"},
        {"run = 2\n", "mailtls.toml:1: run: expected a table of options, got a number"},
        {"[run]\njobs = 0\n",
         "mailtls.toml:2: jobs: expected a whole number from 1 to 256, got '0'"},
        {"[run]\njobs = 'two'\n",
         "mailtls.toml:2: jobs: expected a whole number from 1 to 256, got 'two'"},
        {"[run]\njobs = [1, 2]\n", "mailtls.toml:2: jobs: expected one value, got a list"},
        {"[run]\njobs = []\n", "mailtls.toml:2: jobs: expected a value, got an empty list"},
        {"[run]\njobs = 1.5\n",
         "mailtls.toml:2: jobs: expected a text or a whole number, got a number"},
        {"[run]\njobs = 2026-01-01\n",
         "mailtls.toml:2: jobs: expected a text or a whole number, got a date or time"},
        {"[run]\nwatch = 1\n", "mailtls.toml:2: watch: expected true or false, got a number"},
        {"[run]\nfilter = true\n",
         "mailtls.toml:2: filter: expected a text or a whole number, got true or false"},
        {"[run]\nformat = 'prety'\n",
         "mailtls.toml:2: format: expected one of pretty, tap, json, github, quiet; got 'prety'; "
         "did you mean 'pretty'?"},
        {"[run]\nfilter = { a = 'b' }\n", "mailtls.toml:2: filter: expected a value, got a table"},
        {"[run]\ndefine = 'x=y'\n",
         "mailtls.toml:2: define: expected a table of texts, got a text"},
        {"[run.define]\nx = [1]\n", "mailtls.toml:1: define: x: expected a text, got a list"},
        {"[run.define]\n'a b' = 'c'\n", "mailtls.toml:1: define: expected NAME=VALUE, got 'a b=c'"},
        {"[run]\nonly = [['a']]\n",
         "mailtls.toml:2: only: expected a text, a number or a list of them, got a list in a list"},
        // Of another command than the one that is run, too.
        {"[matrix]\nseed = -1\n", "mailtls.toml:2: seed: expected a whole number from 0, got '-1'"},
    };
    for (const Wrong& w : wrongs) {
        Folder folder;
        folder.write("a.lua", "scenario('a', function() end)\n");
        folder.write("mailtls.toml", w.text);
        const Said said = mailtls(folder, "run a.lua");
        BOOST_TEST_CONTEXT(w.text) {
            BOOST_TEST(said.code == 2);
            BOOST_TEST(said.out == "");
            BOOST_TEST(said.err == std::string("mailtls: ") + w.err + "\n");
        }
    }
}

BOOST_AUTO_TEST_CASE(nonsense_in_the_environment_is_named_and_harms_nobody_else) {
    Folder folder;
    folder.write("a.lua", "scenario('a', function() end)\n");
    const Said said = mailtls(folder, "run a.lua", "MAILTLS_JOBS=x");
    BOOST_TEST(said.code == 2);
    BOOST_TEST(said.err ==
               "mailtls: MAILTLS_JOBS: expected a whole number from 1 to 256, got 'x'\n");
    BOOST_TEST(mailtls(folder, "run a.lua -j 1", "MAILTLS_JOBS=x").code == 0);
    BOOST_TEST(mailtls(folder, "version", "MAILTLS_JOBS=x MAILTLS_FORMAT=y").code == 0);
    BOOST_TEST(mailtls(folder, "list a.lua", "MAILTLS_FORMAT=github").out == "a.lua::a\n");
    // A trace has its own seed, whatever stands there for all runs.
    mailtls(folder, "run a.lua --trace .");
    folder.write("mailtls.toml", "seed = 6\ndefine = { x = 'y' }\n");
    for (const std::string& name : folder.names())
        if (name.ends_with(".jsonl"))
            BOOST_TEST(mailtls(folder, "show " + name, "MAILTLS_SEED=7").code == 0, name);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_half_written_or_none_is_told) {
    Folder folder;
    folder.write("a.lua", "scenario('a', function() end)\n");
    for (const char* const half : {"[run]\njobs = ", "[run", "jobs = \"2", "jobs 2"}) {
        folder.write("mailtls.toml", half);
        const Said said = mailtls(folder, "run a.lua");
        BOOST_TEST(said.code == 2, half);
        BOOST_TEST(said.err.starts_with("mailtls: mailtls.toml:"), said.err);
        BOOST_TEST(has(said.err, ": expected TOML: "), said.err);
        BOOST_TEST(said.err.find('\n') == said.err.size() - 1, said.err);
        // What plays nothing needs none.
        BOOST_TEST(mailtls(folder, "version").code == 0);
    }
    folder.write("mailtls.toml", "");
    BOOST_TEST(mailtls(folder, "run a.lua --config gone.toml").err ==
               "mailtls: gone.toml: expected a file of options (TOML), but there is none\n");
    BOOST_TEST(mailtls(folder, "run a.lua --config .").err ==
               "mailtls: .: expected a file of options (TOML), got something else\n");
    BOOST_TEST(mailtls(folder, "run a.lua", "MAILTLS_CONFIG=gone.toml").code == 2);
    BOOST_TEST(mailtls(folder, "run a.lua").code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
