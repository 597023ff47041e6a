// mailtls run --baseline: what changed since the verdicts were kept.
#include <boost/test/unit_test.hpp>

#include "tests/harness/program.hpp"

namespace {

// Bob's server in two states, and a mail to two people.
std::string suite(const std::string& starttls, const std::string& more = {}) {
    return R"lua(
scenario("to bob", function()
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" { starttls = ")lua" +
           starttls + R"lua(", users = { "bob" } }
  eavesdropper "eve" { between = { alice, bob } }
  alice:sends { to = { "bob@bob.example", "carol@bob.example" } }
  after "1 hour"
end)
scenario("quiet", function() end)
)lua" + more;
}

constexpr const char* kept = R"(mailtls.baseline/1

a.lua::quiet
  passed

a.lua::to bob
  passed
  mail 1 from alice@alice.example to bob@bob.example, carol@bob.example
    fate: bounced
    protection: encrypted
    reason: smtp-refused
    reached: -
    read by: nobody
    altered by: nobody
  mail 1 from alice@alice.example to its recipient bob@bob.example
    fate: delivered
    protection: encrypted
    reason: -
    reached: mx.bob.example
  mail 1 from alice@alice.example to its recipient carol@bob.example
    fate: bounced
    protection: not at all
    reason: smtp-refused
    reached: -

2 scenarios
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(baseline)

BOOST_AUTO_TEST_CASE(verdicts_are_kept_as_text) {
    Folder folder;
    folder.write("a.lua", suite("offered"));
    const Said said = mailtls(folder, "run a.lua -F quiet --baseline base.txt --update");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.err == "mailtls: base.txt: 2 verdicts are kept\n");
    BOOST_TEST(folder.read("base.txt") == kept);
    for (const char* const jobs : {"1", "2"}) {
        const Said again =
            mailtls(folder, std::string("run a.lua -F quiet --baseline base.txt -j ") + jobs);
        BOOST_TEST(again.code == 0);
        BOOST_TEST(again.err == "");
        BOOST_TEST(again.out == "\n2 passed, 0 failed\n");
    }
}

BOOST_AUTO_TEST_CASE(a_change_says_which_mail_and_what) {
    Folder folder;
    folder.write("a.lua", suite("absent"));
    folder.write("base.txt", kept);
    const Said said = mailtls(folder, "run a.lua -F quiet --baseline base.txt");
    BOOST_TEST(said.code == 6);
    BOOST_TEST(said.out ==
               "\na.lua::to bob\n"
               "  mail 1 from alice@alice.example to bob@bob.example, carol@bob.example\n"
               "    protection: was encrypted, is in clear text\n"
               "    read by: was nobody, is eve\n"
               "  mail 1 from alice@alice.example to its recipient bob@bob.example\n"
               "    protection: was encrypted, is in clear text\n"
               "\n2 passed, 0 failed\n");
    BOOST_TEST(said.err ==
               "mailtls: base.txt: the verdicts of 1 scenario are not what they were; --update "
               "takes the change over\n");
    BOOST_TEST(folder.read("base.txt") == kept);
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet --baseline base.txt --update").code == 0);
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet --baseline base.txt").code == 0);
}

BOOST_AUTO_TEST_CASE(machines_read_stdout_and_people_stderr) {
    Folder folder;
    folder.write("a.lua", suite("absent"));
    folder.write("base.txt", kept);
    for (const char* const format : {"json", "tap"}) {
        const Said said =
            mailtls(folder, std::string("run a.lua --baseline base.txt -F ") + format);
        BOOST_TEST(said.code == 6);
        BOOST_TEST(!has(said.out, "was encrypted"));
        BOOST_TEST(has(said.err, "    protection: was encrypted, is in clear text\n"));
    }
}

BOOST_AUTO_TEST_CASE(new_and_gone_scenarios_are_changes_and_what_is_not_selected_is_none) {
    Folder folder;
    folder.write("a.lua", suite("offered", "scenario('late', function() end)\n"));
    folder.write("base.txt", kept);
    const Said more = mailtls(folder, "run a.lua -F quiet --baseline base.txt");
    BOOST_TEST(more.code == 6);
    BOOST_TEST(more.out == "\na.lua::late\n  is new\n\n3 passed, 0 failed\n");
    BOOST_TEST(mailtls(folder, "run ./a.lua -k bob --baseline base.txt").code == 0);

    folder.write("a.lua", "scenario('quiet', function() end)\n");
    const Said less = mailtls(folder, "run a.lua -k quiet -F quiet --baseline base.txt");
    BOOST_TEST(less.code == 6);
    BOOST_TEST(less.out == "\na.lua::to bob\n  is gone\n\n1 passed, 0 failed\n");
    // Another folder says nothing of it, and an update keeps it.
    folder.write("b.lua", "scenario('b', function() end)\n");
    const Said other = mailtls(folder, "run b.lua -F quiet --baseline base.txt --update");
    BOOST_TEST(other.code == 0);
    const std::string now = folder.read("base.txt");
    BOOST_TEST(has(now, "\na.lua::to bob\n"), now);
    BOOST_TEST(has(now, "\nb.lua::b\n  passed\n\n3 scenarios\n"), now);
    // A file that does not load has taken nothing away.
    folder.write("a.lua", "scenario(\n");
    BOOST_TEST(mailtls(folder, "run a.lua b.lua -F quiet --baseline base.txt --update").code == 3);
    BOOST_TEST(folder.read("base.txt") == now);
}

BOOST_AUTO_TEST_CASE(a_scenario_that_fails_where_it_passed_is_a_change) {
    Folder folder;
    folder.write("a.lua", "scenario('x', function() after '1 s' end)\n");
    BOOST_TEST(mailtls(folder, "run a.lua --baseline b --update").code == 0);
    folder.write("a.lua", R"(scenario("x", function()
  local alice = sender "mail.alice.example" {}
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).is "delivered"
end))");
    const Said said = mailtls(folder, "run a.lua -F quiet --baseline b");
    BOOST_TEST(said.code == 6);
    BOOST_TEST(said.out ==
               "\na.lua::x\n  was passed, is failed\n"
               "  mail 1 from alice@alice.example to bob@bob.example: is new\n"
               "\n0 passed, 1 failed\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_baseline_is_refused_before_anything_is_played) {
    const std::string whole = kept;
    const std::size_t fact = whole.find("    read by");
    struct Wrong {
        std::string text, arguments, err;
    };
    const Wrong wrongs[] = {
        {"mailtls.baseline/2\n", "--baseline b",
         "b:1: expected a baseline of version 1, got version '2'; remove it, and write it anew by "
         "--update"},
        {"mailtls.baseline/2\n", "--baseline b --update",
         "b:1: expected a baseline of version 1, got version '2'; remove it, and write it anew by "
         "--update"},
        {"{\"schema\": 1}\n", "--baseline b",
         "b:1: expected a baseline, which begins with 'mailtls.baseline/1', got '{\"schema\": 1}'"},
        {"", "--baseline b", "b: it ends early: its last line must say how many scenarios it has"},
        {whole.substr(0, fact), "--baseline b",
         "b: it ends early: its last line must say how many scenarios it has"},
        {whole + "more\n", "--baseline b", "b:27: expected nothing more, got 'more'"},
        {"mailtls.baseline/1\n\n<<<<<<< HEAD\n", "--baseline b",
         "b:3: expected an id (file.lua::title), or '0 scenarios' as its end, got '<<<<<<< HEAD'"},
        {"mailtls.baseline/1\n  passed\n", "--baseline b",
         "b:2: expected an id before it, got '  passed'"},
        {"mailtls.baseline/1\na.lua::x\n  mail 1\n", "--baseline b",
         "b:3: expected the scenario's status before its mails, got '  mail 1'"},
        {"mailtls.baseline/1\na.lua::x\n  passed\n  failed\n", "--baseline b",
         "b:4: expected a mail, or the next id, got '  failed'"},
        {"mailtls.baseline/1\na.lua::x\na.lua::y\n", "--baseline b",
         "b:3: expected a status, got 'a.lua::y'"},
        {"mailtls.baseline/1\na.lua::x\n  passed\na.lua::x\n", "--baseline b",
         "b:4: expected each id once, got 'a.lua::x'"},
        {"mailtls.baseline/1\na.lua::x\n  passed\n    fate: delivered\n", "--baseline b",
         "b:4: expected a mail before it, got '    fate: delivered'"},
        {"mailtls.baseline/1\na.lua::x\n  passed\n  mail 1\n    fate\n", "--baseline b",
         "b:5: expected a name, a colon and a value, got '    fate'"},
        {whole, "--update", "--update: expected --baseline FILE, which it writes"},
        {whole, "--baseline none.txt", "none.txt: there is no such baseline; --update writes it"},
        {whole, "--baseline b --repeat 2",
         "--baseline: keeps one verdict of each scenario, and --repeat makes several"},
        {whole, "--baseline b --flaw 'drops NUL bytes'",
         "--baseline: keeps the verdicts of the suite as it is, and --flaw changes it"},
    };
    for (const Wrong& w : wrongs) {
        Folder folder;
        folder.write("a.lua", suite("offered"));
        folder.write("b", w.text);
        const Said said = mailtls(folder, "run a.lua " + w.arguments);
        BOOST_TEST_CONTEXT(w.arguments << ": " << w.text) {
            BOOST_TEST(said.code == 2);
            BOOST_TEST(said.out == "");
            BOOST_TEST(said.err == "mailtls: " + w.err + "\n");
            BOOST_TEST(folder.read("b") == w.text);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_odd_title_is_the_same_the_next_time) {
    Folder folder;
    folder.write("a.lua", R"(scenario("a\\b\1 \"c\"", function() end))");
    BOOST_TEST(mailtls(folder, "run a.lua --baseline b --update").code == 0);
    BOOST_TEST(has(folder.read("b"), "a.lua::a\\x5cb\\x01 \"c\"\n"), folder.read("b"));
    for (const char* const jobs : {"1", "2"})
        BOOST_TEST(mailtls(folder, std::string("run a.lua --baseline b -j ") + jobs).code == 0);
    BOOST_TEST(mailtls(folder, "run a.lua -k none --baseline b --update").code == 5);
}

BOOST_AUTO_TEST_CASE(what_was_cut_off_changes_no_baseline) {
    Folder folder;
    folder.write("a.lua",
                 "scenario('x', function() error('no') end)\n"
                 "scenario('y', function() end)\n");
    const Said said = mailtls(folder, "run a.lua -x -F quiet --baseline b --update");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(said.err ==
               "mailtls: b: is left as it was: not all was played that was asked for\n"
               "mailtls: stopped: 1 of 2 scenarios were played\n");
    BOOST_TEST((folder.names() == std::vector<std::string>{"a.lua"}));
}

BOOST_AUTO_TEST_CASE(a_baseline_that_cannot_be_written_is_told) {
    Folder folder;
    folder.write("a.lua", suite("offered"));
    folder.write("dir/x", "");
    const Said said = mailtls(folder, "run a.lua --baseline dir --update");
    BOOST_TEST(said.code == 2);
    BOOST_TEST(said.err == "mailtls: dir: expected a baseline, got a directory\n");
}

BOOST_AUTO_TEST_SUITE_END()
