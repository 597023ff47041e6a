// `mailtls completion SHELL`: what each shell offers for a line that is half written.
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "tests/harness/help.hpp"
#include "tests/harness/program.hpp"

namespace {

void stock(const Folder& folder) {
    folder.write("scenarios/a.lua",
                 "scenario('a mail', function() end)\nscenario('it\\'s two', function() end)\n");
    folder.write("mine.lua", "scenario('mine', function() end)\n");
}

// What bash would put in the place of the word, one offer a line.
std::string bash_offers(const Folder& folder, const std::string& line) {
    folder.write("line", line);
    folder.write("try.bash",
                 "mailtls() { '" MAILTLS_PROGRAM
                 "' \"$@\"; }\nsource <(mailtls completion bash)\nIFS= read -r line <line\n"
                 "COMP_LINE=$line COMP_POINT=${#line} COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'\n"
                 "_mailtls\n((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n");
    const Said said = shell(folder, "bash try.bash");
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(said.err == "", line);
    return said.out;
}

struct Offer {
    const char* line;
    const char* offers;
};
const Offer offers[] = {
    {"mailtls ru", "run\n"},
    {"mailtls --vers", "--version\n"},
    {"mailtls nothing-like-it", ""},
    {"mailtls run --check", "--check-determinism\n"},
    {"mailtls list -F ", "text\njson\nlines\n"},
    {"mailtls run --format=j", "json\n"},
    {"mailtls run --format j", "json\n"},
    {"mailtls run --seed ", ""},
    {"mailtls run --flaw keeps\\ replies", "keeps\\ replies\\ sent\\ before\\ TLS\n"},
    {"mailtls run --flaw 'keeps replies", "keeps replies sent before TLS\n"},
    {"mailtls run --out ", ""},  // Files: bash's own affair.
    {"mailtls completion ", "bash\nzsh\nfish\n"},
    {"mailtls bench exchange mat", "matrix\n"},
    {"mailtls show ", "scenarios/a.lua::a\\ mail\nscenarios/a.lua::it\\'s\\ two\n"},
    {"mailtls show scenarios/a.lua::a", "a\\ mail\n"},
    {"mailtls show scenarios/a.lua::a\\ m", "a\\ mail\n"},
    {"mailtls show 'scenarios/a.lua::i", "scenarios/a.lua::it'\\''s two\n"},
    {"mailtls show \"scenarios/a.lua::i", "scenarios/a.lua::it's two\n"},
    {"mailtls show mine.lua", "mine.lua::mine\n"},
    {"mailtls show mine.lua::", "mine\n"},
    {"mailtls show broken.lua::", ""},
    {"mailtls run --only 'scenarios/a.lua::a", "scenarios/a.lua::a mail\n"},
    {"mailtls run --only=scenarios/a.lua::a", "a\\ mail\n"},
    {"mailtls run x.lua --only 'scenarios/a.lua::a", "scenarios/a.lua::a mail\n"},
    {"mailtls show -- ", "scenarios/a.lua::a\\ mail\nscenarios/a.lua::it\\'s\\ two\n"},
};

bool there(const char* program) {
    return std::system((std::string("command -v ") + program + " >/dev/null").c_str()) == 0;
}

boost::test_tools::assertion_result has_zsh(boost::unit_test::test_unit_id) { return there("zsh"); }
boost::test_tools::assertion_result has_fish(boost::unit_test::test_unit_id) {
    return there("fish");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(completion)

BOOST_AUTO_TEST_CASE(bash_offers_what_can_follow) {
    const Folder folder;
    stock(folder);
    for (const Offer& offer : offers)
        BOOST_TEST(bash_offers(folder, offer.line) == offer.offers, offer.line);
}

BOOST_AUTO_TEST_CASE(bash_knows_every_command_and_switch_of_help) {
    const Folder folder;
    const std::vector<std::string> commands = commands_in(mailtls(folder, "--help").out);
    BOOST_TEST(commands.size() > 12);
    std::size_t all = 0;
    for (const std::string& command : commands) {
        BOOST_TEST(has("\n" + bash_offers(folder, "mailtls "), "\n" + command + "\n"), command);
        const std::string offered = "\n" + bash_offers(folder, "mailtls " + command + " -");
        for (const std::string& name : switches_in(mailtls(folder, command + " --help").out)) {
            BOOST_TEST(has(offered, "\n" + name + "\n"), command << " " << name);
            ++all;
        }
    }
    BOOST_TEST(all > 60);
}

// Not every machine has these two shells; .ci/run sees to it that one has.
BOOST_AUTO_TEST_CASE(zsh_completes_a_line, *boost::unit_test::precondition(has_zsh)) {
    const Folder folder;
    stock(folder);
    folder.copy("press_tab.zsh");
    const auto becomes = [&](const std::string& line) {
        const Said said =
            shell(folder, "timeout 60 zsh -f press_tab.zsh '" MAILTLS_PROGRAM "' \"" + line + "\"");
        return said.out;
    };
    BOOST_TEST(becomes("mailtls ru") == "mailtls run ;\n");
    BOOST_TEST(becomes("mailtls run --check") == "mailtls run --check-determinism ;\n");
    BOOST_TEST(becomes("mailtls run --format=j") == "mailtls run --format=json ;\n");
    BOOST_TEST(becomes("mailtls bench mat") == "mailtls bench matrix ;\n");
    BOOST_TEST(becomes("mailtls show mine.lua") == "mailtls show mine.lua::mine ;\n");
    BOOST_TEST(becomes("mailtls show 'scenarios/a.lua::a") ==
               "mailtls show 'scenarios/a.lua::a mail' ;\n");
}

BOOST_AUTO_TEST_CASE(fish_offers_what_can_follow, *boost::unit_test::precondition(has_fish)) {
    const Folder folder;
    stock(folder);
    const auto offers_of = [&](const std::string& line) {
        folder.write("try.fish", "function mailtls; '" MAILTLS_PROGRAM
                                 "' $argv; end\nmailtls completion fish | source\n"
                                 "complete -C \"" +
                                     line + "\" | string replace -r '\\t.*' ''; or true\n");
        const Said said = shell(folder, "env HOME=. fish --no-config try.fish");
        BOOST_TEST(said.code == 0, said.err);
        return said.out;
    };
    BOOST_TEST(offers_of("mailtls ru") == "run\n");
    BOOST_TEST(offers_of("mailtls run --check") == "--check-determinism\n");
    BOOST_TEST(offers_of("mailtls list --format ") == "json\nlines\ntext\n");
    BOOST_TEST(offers_of("mailtls run --flaw keeps\\ rep") == "keeps replies sent before TLS\n");
    BOOST_TEST(offers_of("mailtls completion z") == "zsh\n");
    BOOST_TEST(has(offers_of("mailtls show "), "scenarios/a.lua::a mail\n"));
    BOOST_TEST(has(offers_of("mailtls run --only mine.lua"), "mine.lua::mine\n"));
}

BOOST_AUTO_TEST_CASE(another_shell_is_a_wrong_use) {
    const Folder folder;
    const Said said = mailtls(folder, "completion tcsh");
    BOOST_TEST(said.code == 2);
    BOOST_TEST(said.out == "");
    BOOST_TEST(said.err.starts_with("mailtls: shell: expected one of bash, zsh, fish; got 'tcsh'"),
               said.err);
    BOOST_TEST(mailtls(folder, "completion").code == 2);
    BOOST_TEST(mailtls(folder, "api --meta --flaws").code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
