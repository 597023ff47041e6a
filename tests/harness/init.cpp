// `mailtls init`: a project to begin with, in an empty folder and in one that is not.
#include <boost/test/unit_test.hpp>

#include <filesystem>

#include "tests/harness/program.hpp"

BOOST_AUTO_TEST_SUITE(init)

BOOST_AUTO_TEST_CASE(in_an_empty_folder_it_makes_scenarios_that_pass) {
    const Folder folder;
    const Said said = mailtls(folder, "init");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.err == "");
    BOOST_TEST(
        said.out.starts_with("wrote scenarios/first.lua\nwrote scenarios/watcher.lua\n"
                             "wrote mailtls.toml\nwrote .luarc.json\nwrote .mailtls/mailtls.lua\n"
                             "wrote .github/workflows/mail.yml\nwrote .gitignore\n\nNext:\n"
                             "  mailtls run "));
    const std::vector<std::string> names{
        ".github/",    ".github/workflows/",  ".github/workflows/mail.yml", ".gitignore",
        ".luarc.json", ".mailtls/",           ".mailtls/mailtls.lua",       "mailtls.toml",
        "scenarios/",  "scenarios/first.lua", "scenarios/watcher.lua"};
    BOOST_TEST(folder.names() == names, boost::test_tools::per_element());
    const Said run = mailtls(folder, "run");
    BOOST_TEST(run.code == 0, run.out);
    BOOST_TEST(last_line(run.out) == "4 passed, 0 failed");
    BOOST_TEST(mailtls(folder, "check").code == 0);
    // The annotations are no scenarios.
    BOOST_TEST(last_line(mailtls(folder, "run .").out) == "4 passed, 0 failed");
    const Said told =
        mailtls(folder, "show 'scenarios/watcher.lua::without TLS eve reads the mail' --as eve");
    BOOST_TEST(told.code == 0, told.err);
    BOOST_TEST(has(told.out, "Eleven million."));
    BOOST_TEST(mailtls(folder, "show 'scenarios/first.lua::a mail crosses encrypted'").code == 0);
}

BOOST_AUTO_TEST_CASE(the_annotations_are_those_of_the_program) {
    const Folder folder;
    BOOST_TEST(mailtls(folder, "init").code == 0);
    BOOST_TEST(mailtls(folder, "api --meta").out == folder.read(".mailtls/mailtls.lua"));
}

BOOST_AUTO_TEST_CASE(another_folder_is_made) {
    const Folder folder;
    const Said said = mailtls(folder, "init 'my mail'");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(has(said.out, "wrote my mail/scenarios/first.lua\n"));
    BOOST_TEST(has(said.out, "\n  cd 'my mail'\n"));
    BOOST_TEST(mailtls(folder, "run 'my mail/scenarios'").code == 0);
}

BOOST_AUTO_TEST_CASE(what_is_there_is_kept_and_named) {
    const Folder folder;
    folder.write(".gitignore", "mine\n");
    folder.write("scenarios/first.lua", "-- mine\n");
    std::filesystem::create_symlink("nowhere", folder.path() + "/.luarc.json");
    const Said said = mailtls(folder, "init");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(
        said.out.starts_with("kept  scenarios/first.lua\nwrote scenarios/watcher.lua\n"
                             "wrote mailtls.toml\nkept  .luarc.json\nwrote "));
    BOOST_TEST(has(said.out, "kept  .gitignore\n"));
    BOOST_TEST(folder.read(".gitignore") == "mine\n");
    BOOST_TEST(folder.read("scenarios/first.lua") == "-- mine\n");
    BOOST_TEST(!std::filesystem::exists(folder.path() + "/nowhere"));
    const Said again = mailtls(folder, "init .");
    BOOST_TEST(again.code == 0);
    BOOST_TEST(!has(again.out, "wrote "));
}

BOOST_AUTO_TEST_CASE(where_nothing_can_be_written_it_says_so) {
    const Folder folder;
    folder.write("file", "");
    folder.write("taken/scenarios", "a file\n");
    const Said said = mailtls(folder, "init file");
    BOOST_TEST(said.code == 7);
    BOOST_TEST(has(said.err, "mailtls: file: expected a folder to write into"));
    const Said taken = mailtls(folder, "init taken");
    BOOST_TEST(taken.code == 7);
    BOOST_TEST(taken.err ==
               "mailtls: taken/scenarios/first.lua: expected a file to write, got: "
               "Not a directory\n");
    BOOST_TEST(mailtls(folder, "init a b").code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
