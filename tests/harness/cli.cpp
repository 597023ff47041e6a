// Commands, their exit codes, and what is said of a wrong use: docs/commands.md.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>

#include "harness/script/file.hpp"
#include "tests/harness/program.hpp"

namespace {

Folder& stocked(Folder& folder) {
    folder.copy("mixed.lua");
    folder.copy("matrix.lua");
    folder.write("good.lua", "scenario('one', function() end)\n");
    folder.write("worse.lua", "scenario(\n");
    folder.write("none.lua", "-- nothing yet\n");
    folder.write("empty/readme.txt", "no scenario here\n");
    return folder;
}

struct Use {
    const char* arguments;
    int code;
    const char* err;
};
const Use uses[] = {
    {"run good.lua", 0, ""},
    {"run mixed.lua -k fails", 1, ""},
    {"run mixed.lua -k 'breaks'", 4, ""},
    {"run mixed.lua", 4, ""},
    {"run worse.lua", 3, "mailtls: worse.lua:2: unexpected symbol near <eof>\n"},
    {"run good.lua worse.lua", 3, "mailtls: worse.lua:2: unexpected symbol near <eof>\n"},
    {"run nowhere.lua", 3,
     "mailtls: nowhere.lua: expected a scenario file or a directory, but there is none\n"},
    {"run", 3, "mailtls: scenarios: expected a scenario file or a directory, but there is none\n"},
    {"run empty", 5,
     "mailtls: empty: expected scenario files (*.lua) below this directory, found none\n"},
    {"run none.lua", 5,
     "mailtls: nothing is selected: no scenario matches; `mailtls list` prints what there is, and "
     "`mailtls matrix FILE` plays a matrix, `mailtls sweep FILE` a sweep\n"},
    {"run good.lua -k zebra", 5,
     "mailtls: nothing is selected: no scenario matches; `mailtls list` prints what there is, and "
     "`mailtls matrix FILE` plays a matrix, `mailtls sweep FILE` a sweep\n"},
    {"run good.lua -k '('", 2,
     "mailtls: -k '(': expected a regular expression (RE2): missing ): (\n"},
    {"run good.lua -k 'a{2,1}'", 2,
     "mailtls: -k 'a{2,1}': expected a regular expression (RE2): invalid repetition size: {2,1}\n"},
    {"run good.lua -t 'tls and'", 2, "mailtls: -t 'tls and': it ends where a tag was expected\n"},
    {"run good.lua -t 'tls slow'", 2,
     "mailtls: -t 'tls slow': expected 'and' or 'or' before 'slow'\n"},
    {"run good.lua -t '(tls'", 2, "mailtls: -t '(tls': a bracket has no partner\n"},
    {"run good.lua --seed -1", 2, "mailtls: --seed: expected a whole number from 0, got '-1'\n"},
    {"run good.lua --seed one", 2, "mailtls: --seed: expected a whole number from 0, got 'one'\n"},
    {"run good.lua --seed 1.5", 2, "mailtls: --seed: expected a whole number from 0, got '1.5'\n"},
    {"show good.lua::one --seed -1", 2,
     "mailtls: --seed: expected a whole number from 0, got '-1'\n"},
    {"diagram good.lua::one --seed x", 2,
     "mailtls: --seed: expected a whole number from 0, got 'x'\n"},
    {"matrix matrix.lua --seed -5", 2,
     "mailtls: --seed: expected a whole number from 0, got '-5'\n"},
    {"run good.lua -j 0", 2, "mailtls: --jobs: expected a whole number from 1 to 256, got '0'\n"},
    {"run good.lua -j 257", 2,
     "mailtls: --jobs: expected a whole number from 1 to 256, got '257'\n"},
    {"run good.lua -j two", 2,
     "mailtls: --jobs: expected a whole number from 1 to 256, got 'two'\n"},
    {"run good.lua -F xml", 2,
     "mailtls: --format: expected one of pretty, tap, json, github, quiet; got 'xml'\n"},
    {"run good.lua --color often", 2,
     "mailtls: --color: expected one of auto, always, never; got 'often'\n"},
    {"run good.lua --progress often", 2,
     "mailtls: --progress: expected one of auto, always, never; got 'often'\n"},
    {"run good.lua --shard 4/3", 2,
     "mailtls: --shard: expected a part such as 1/4, or auto, got '4/3'\n"},
    {"run good.lua --shard 0/3", 2,
     "mailtls: --shard: expected a part such as 1/4, or auto, got '0/3'\n"},
    {"run good.lua --shard half", 2,
     "mailtls: --shard: expected a part such as 1/4, or auto, got 'half'\n"},
    {"run good.lua --max-fail 0", 2,
     "mailtls: --max-fail: expected a whole number from 1 to 1000000, got '0'\n"},
    {"run good.lua --repeat 0", 2,
     "mailtls: --repeat: expected a whole number from 1 to 100000, got '0'\n"},
    {"run good.lua --failed", 5, "mailtls: --failed: nothing failed when it was played last\n"},
    {"merge nowhere.json", 7,
     "mailtls: nowhere.json: expected results of one part (run --shard i/n, with --report-json "
     "FILE "
     "or --out FOLDER), "
     "and there is no such file\n"},
    {"merge good.lua", 2, "mailtls: good.lua: expected results (mailtls.results/1)\n"},
    {"run good.lua --frob", 2,
     "mailtls: run has no option '--frob'; `mailtls run --help` lists them\n"},
    {"rnu good.lua", 2, "mailtls: there is no command 'rnu'; did you mean 'run'?\n"},
    {"frobnicate good.lua", 2,
     "mailtls: there is no command 'frobnicate'; `mailtls --help` lists them\n"},
    {"", 2, "mailtls: expected a command; `mailtls --help` lists them\n"},
    {"list good.lua", 0, ""},
    {"list none.lua", 5, ""},
    {"list worse.lua", 3, "mailtls: worse.lua:2: unexpected symbol near <eof>\n"},
    {"list -F xml good.lua", 2,
     "mailtls: --format: expected one of text, json, lines; got 'xml'\n"},
    {"show good.lua::one", 0, ""},
    {"show mixed.lua::passes", 0, ""},
    {"show good.lua", 2,
     "mailtls: expected an id such as 'file.lua::title' or a trace such as 'run.jsonl', got "
     "'good.lua'; `mailtls list` prints the ids\n"},
    {"show good.lua::on", 5, "mailtls: good.lua has no scenario 'on'; did you mean 'one'?\n"},
    {"show good.lua::something-else", 5,
     "mailtls: good.lua has no scenario 'something-else'; `mailtls list` prints the ids\n"},
    {"show nowhere.lua::one", 3,
     "mailtls: nowhere.lua: expected a scenario file, but there is none\n"},
    {"show empty::one", 3, "mailtls: empty: expected a scenario file, got a directory\n"},
    {"show mixed.lua::breaks", 4,
     "mailtls: mixed.lua:22: no such word: 'sendr'; did you mean 'sender'?\n"},
    {"show --as eve mixed.lua::passes", 0, ""},
    {"show --as receiver --bytes mixed.lua::passes", 0, ""},
    {"show --as all mixed.lua::passes", 0, ""},
    {"show --as bob mixed.lua::passes", 2,
     "mailtls: --as bob: nobody is called so; expected one of all, sender, receiver, "
     "resolver.example, mail.alice.example, mx.bob.example, eve\n"},
    {"show --as eve good.lua::one", 2,
     "mailtls: --as eve: nobody is called so; expected one of all, resolver.example\n"},
    {"show --as eve --events mixed.lua::passes", 2, "mailtls: --events excludes --as\n"},
    {"show", 2, "mailtls: show: id is required; see `mailtls show --help`\n"},
    {"check good.lua", 0, ""},
    {"check worse.lua", 3, "mailtls: worse.lua:2: unexpected symbol near <eof>\n"},
    {"check mixed.lua", 4,
     "mailtls: mixed.lua:22: no such word: 'sendr'; did you mean 'sender'?\n"},
    {"check none.lua", 5, ""},
    {"diagram good.lua::one -o picture.gif", 2,
     "mailtls: -o picture.gif: expected a name ending in .svg, .png, .pdf, .dot, .mmd, .puml or "
     ".txt, or --format\n"},
    {"diagram good.lua::one --format gif", 2,
     "mailtls: --format: expected one of svg, png, pdf, dot, mermaid, plantuml, text; got 'gif'; "
     "did you mean 'pdf'?\n"},
    {"diagram good.lua::one --ascii", 2, "mailtls: --ascii: expected the format text, got svg\n"},
    {"diagram good.lua::one --format text --ascii", 0, ""},
    {"diagram good.lua::one --view all --format text", 0, ""},
    {"diagram good.lua::one --kind topology", 0, ""},
    {"diagram good.lua::one --kind decision", 0, ""},
    {"diagram good.lua::one --kind share", 0, ""},
    {"diagram good.lua::one --kind keys", 0, ""},
    {"diagram good.lua::one --connection 1", 2, "mailtls: --connection: expected --kind keys\n"},
    {"diagram mixed.lua::passes --kind keys --connection 7", 2,
     "mailtls: --connection 7: no server answered a TLS handshake there; expected one of 1\n"},
    {"diagram good.lua::one --kind keys --format text", 2,
     "mailtls: --kind keys: expected svg, png, pdf or dot, and no --view\n"},
    {"diagram mixed.lua::passes --kind decision --view eve", 2,
     "mailtls: --kind decision: expected svg, png, pdf or dot, and no --view\n"},
    {"diagram good.lua::one --kind map", 2,
     "mailtls: --kind: expected one of ladder, topology, decision, keys, share; got 'map'\n"},
    {"diagram good.lua::one --kind topology --format text", 2,
     "mailtls: --kind topology: expected svg, png, pdf or dot, and no --view\n"},
    {"diagram good.lua::one --view carol", 2,
     "mailtls: --view carol: nobody is called so; expected one of all, "
     "resolver.example\n"},
    {"diagram mixed.lua::passes --view bob", 2,
     "mailtls: --view bob: nobody is called so; expected one of all, sender, receiver, "
     "resolver.example, mail.alice.example, mx.bob.example, eve\n"},
    {"diagram good.lua::two", 5, "mailtls: good.lua has no scenario 'two'; did you mean 'one'?\n"},
    {"bench nothing", 2,
     "mailtls: what: expected one of sweep, suite, scenario, exchange, clear, roundtrips, startup, "
     "matrix, virtual_days, memory; got 'nothing'\n"},
    {"coverage .", 2,
     "mailtls: .: expected the root of the project, but it has no folder scenarios/\n"},
    {"matrix good.lua", 5,
     "mailtls: good.lua: there is no matrix in this file; play scenarios by `mailtls run`\n"},
    {"matrix worse.lua", 3, "mailtls: worse.lua:2: unexpected symbol near <eof>\n"},
    {"sweep-faults good.lua", 0, ""},
    {"sweep-faults good.lua --kind melt", 2,
     "mailtls: --kind: expected one of cut, reset, delay, drop, flip; got 'melt'\n"},
    {"sweep-faults good.lua --sample 0", 2,
     "mailtls: --sample: expected a whole number from 1 to 1000000, got '0'\n"},
    {"sweep-faults good.lua --seed -1", 2,
     "mailtls: --seed: expected a whole number from 0, got '-1'\n"},
    {"sweep-faults good.lua -j 0", 2,
     "mailtls: --jobs: expected a whole number from 1 to 256, got '0'\n"},
    {"sweep-faults good.lua::one --kind cut --at 0", 2,
     "mailtls: --at: expected a segment and perhaps a byte, as 12 or 12:3, got '0'\n"},
    {"sweep-faults good.lua::one --kind cut --at 1:x", 2,
     "mailtls: --at: expected a segment and perhaps a byte, as 12 or 12:3, got '1:x'\n"},
    {"sweep-faults good.lua::one --at 1", 2,
     "mailtls: --at: expected one scenario by its id, and one --kind\n"},
    {"sweep-faults good.lua::one --kind cut --at 1", 5,
     "mailtls: --at 1: there is no such place; 0 segments are sent\n"},
    {"sweep-faults none.lua", 5,
     "mailtls: nothing is selected; `mailtls list` prints what there is\n"},
    {"sweep-faults worse.lua", 3, "mailtls: worse.lua:2: unexpected symbol near <eof>\n"},
    {"sweep-faults mixed.lua::breaks", 4,
     "mailtls: mixed.lua:22: no such word: 'sendr'; did you mean 'sender'?\n"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cli)

BOOST_AUTO_TEST_CASE(each_use_has_its_exit_code_and_one_sentence) {
    Folder folder;
    const std::vector<std::string> before = stocked(folder).names();
    for (const Use& use : uses) {
        const Said said = mailtls(folder, use.arguments);
        const std::string& err = said.err;
        BOOST_TEST(said.code == use.code, use.arguments << ": " << said.code);
        BOOST_TEST(err == use.err, use.arguments << ": " << said.err);
        if (use.code == 2) BOOST_TEST(said.out == "", use.arguments << ": " << said.out);
    }
    // None of them was asked to write.
    BOOST_TEST(folder.names() == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_command_tells_its_use_with_two_examples) {
    const Folder folder;
    for (const char* const command : {"run", "list", "show", "diagram", "check", "matrix",
                                      "sweep-faults", "coverage", "bench", "api", "version"}) {
        const Said said = mailtls(folder, std::string(command) + " --help");
        BOOST_TEST(said.code == 0, command);
        BOOST_TEST(said.err == "", command);
        std::istringstream lines(said.out);
        std::vector<std::string> first(4);
        for (std::string& line : first) std::getline(lines, line);
        const auto examples = std::count_if(first.begin(), first.end(), [&](const auto& line) {
            return line.starts_with("  mailtls " + std::string(command)) ||
                   line.starts_with("  mailtls --");
        });
        BOOST_TEST(examples == 2, said.out);
    }
    BOOST_TEST(mailtls(folder, "--help").out.find("Exit codes: 0 all passed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(list_prints_ids_alone) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "list mixed.lua good.lua");
    BOOST_TEST(said.out ==
               "mixed.lua::passes\nmixed.lua::fails\nmixed.lua::breaks\n"
               "mixed.lua::is 'quoted'\ngood.lua::one\n");
}

BOOST_AUTO_TEST_CASE(a_folder_stands_for_the_files_below_it) {
    Folder folder;
    folder.write("all/b.lua", "scenario('b', function() end)\n");
    folder.write("all/deep/a.lua", "scenario('a', function() end)\n");
    folder.write("all/a.lua", "scenario('a', function() end)\n");
    folder.write("all/.hidden.lua", "scenario(\n");
    folder.write("all/notes.txt", "scenario(\n");
    const Said said = mailtls(folder, "list all all/a.lua");
    BOOST_TEST(said.out == "all/a.lua::a\nall/b.lua::b\nall/deep/a.lua::a\n");
    BOOST_TEST(said.err == "");
}

BOOST_AUTO_TEST_CASE(show_tells_the_conversation_or_each_event) {
    Folder folder;
    const Said talk = mailtls(stocked(folder), "show mixed.lua::fails");
    BOOST_TEST(talk.code == 1);
    BOOST_TEST(has(talk.out, "C: STARTTLS\n"), talk.out);
    BOOST_TEST(
        talk.err.starts_with("mailtls: mixed.lua:18: expected the mail is finally 'bounced'"),
        talk.err);
    const Said events = mailtls(folder, "show --events mixed.lua::fails");
    BOOST_TEST(has(events.out, " command-sent "), events.out.substr(0, 2000));
    BOOST_TEST(std::count(events.out.begin(), events.out.end(), '\n') >
               std::count(talk.out.begin(), talk.out.end(), '\n'));
    BOOST_TEST(mailtls(folder, "show --seed 3 mixed.lua::fails").out != talk.out);
    BOOST_TEST(mailtls(folder, "show --seed 7 mixed.lua::fails").out == talk.out);
}

BOOST_AUTO_TEST_CASE(show_as_a_party_opens_what_it_has_keys_for) {
    Folder folder;
    folder.write("m.lua", R"(scenario("m", function()
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" {}
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  mallory:impersonates(bob, self_signed {})
  alice:sends { to = "bob@bob.example" }
end))");
    const auto bytes_of = [&](const std::string& party) {
        const Said said = mailtls(folder, "show --bytes --as " + party + " m.lua::m");
        BOOST_TEST(said.code == 0, said.err);
        return said.out;
    };
    const std::string alice = bytes_of("sender"), bob = bytes_of("receiver"), eve = bytes_of("eve"),
                      mallory = bytes_of("mallory");
    const std::string opened = "  opened, ";
    BOOST_TEST(has(alice, " at mail.alice.example, to the server"));
    BOOST_TEST(!has(alice, " at mx.bob.example"));
    BOOST_TEST(has(alice, opened));
    BOOST_TEST(has(bob, " at mx.bob.example, to the server"));
    BOOST_TEST(!has(bob, " at mail.alice.example"));
    BOOST_TEST(has(bob, opened));
    BOOST_TEST(has(eve, " at eve, to the server"));
    BOOST_TEST(!has(eve, " example, to the"));
    BOOST_TEST(!has(eve, opened));
    BOOST_TEST(has(mallory, " at mallory (towards the client), to the server"));
    BOOST_TEST(has(mallory, " at mallory (towards the server), to the client"));
    BOOST_TEST(has(mallory, opened));
}

BOOST_AUTO_TEST_CASE(check_counts_what_it_found) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "check mixed.lua good.lua worse.lua");
    BOOST_TEST(said.code == 3);
    BOOST_TEST(said.out == "5 scenarios, 1 file that does not load, 1 scenario with mistakes\n");
}

BOOST_AUTO_TEST_CASE(api_prints_the_page_of_the_language) {
    const Folder folder;
    const Said said = mailtls(folder, "api");
    BOOST_TEST(said.code == 0);
    BOOST_TEST((said.out == script::language_reference()));
}

BOOST_AUTO_TEST_SUITE_END()
