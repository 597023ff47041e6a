// Every mistake is one clear sentence at the author's line, with the nearest word that is known.
#include <boost/test/unit_test.hpp>

#include <fstream>

#include "harness/files/disk.hpp"
#include "harness/script/stage.hpp"
#include "tests/script/cases.hpp"

BOOST_AUTO_TEST_SUITE(mistakes)

BOOST_AUTO_TEST_CASE(files_that_do_not_load) { check_cases("files"); }
BOOST_AUTO_TEST_CASE(plays_with_mistakes) { check_cases("mistakes"); }

BOOST_AUTO_TEST_CASE(files_beside_the_scenario) { check_cases("files_beside"); }

BOOST_AUTO_TEST_CASE(a_file_that_is_no_text) {
    BOOST_TEST(outcome_of(std::string("\x1bLua\x54\0\x19\x93\r\n\x1a\n", 12)) ==
               "load: attempt to load a binary chunk (mode is 't')");
    BOOST_TEST(outcome_of(std::string("local a = 1\0", 12)) == "load 1: unexpected symbol");
    BOOST_TEST(outcome_of("") == "nothing to play");
    BOOST_TEST(outcome_of("-- a remark\n") == "nothing to play");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read) {
    const auto said = [](const std::string& path) {
        const script::Listing listing = script::list_scenarios(path, 1, files::disk());
        BOOST_TEST(listing.scenarios.empty());
        return listing.mistake ? listing.mistake->text() : std::string();
    };
    BOOST_TEST(said("/nowhere/x.lua") ==
               "/nowhere/x.lua: expected a scenario file, but there is none");
    BOOST_TEST(said("/tmp") == "/tmp: expected a scenario file, got a directory");
}

// Of a shared file the line is that of the file where it went wrong.
BOOST_AUTO_TEST_CASE(files_that_are_shared) {
    const auto said = [](const std::string& shared) {
        const ScenarioFile file("scenario('s', function() shared 'other.lua' end)\n");
        const std::string folder = file.path().substr(0, file.path().rfind('/') + 1);
        std::ofstream(folder + "other.lua") << shared;
        const script::Performance p = script::play(file.path(), "s", 1, files::disk());
        std::string out = p.mistake ? p.mistake->text() : "";
        for (std::size_t at; (at = out.find(folder)) != out.npos;) out.erase(at, folder.size());
        return out;
    };
    BOOST_TEST(said("return {\n") ==
               "case.lua:1: shared: other.lua:2: unexpected symbol near <eof>");
    BOOST_TEST(said("local a = 1\nreturn io.open('/etc/passwd')\n") ==
               "other.lua:2: there is no 'io' here: a scenario cannot reach files");
    BOOST_TEST(said("local a = shared 'other.lua'\nreturn a\n") ==
               "other.lua:1: shared: other.lua shares itself");
    BOOST_TEST(said("local a = sender 'mail.alice.example' { tsl = 'may' }\nreturn a\n") ==
               "other.lua:1: sender has no option 'tsl'; did you mean 'tls'?");
}

BOOST_AUTO_TEST_CASE(a_title_that_is_not_there) {
    const ScenarioFile file("scenario('one', function() end)\n");
    const script::Performance p = script::play(file.path(), "two", 1, files::disk());
    BOOST_TEST((p.ending == script::Ending::broken));
    BOOST_TEST(p.mistake->text() == file.path() + ": there is no scenario 'two'");
    BOOST_TEST(!p.stage->playing());
}

BOOST_AUTO_TEST_CASE(a_mistake_ends_its_scenario_only) {
    const ScenarioFile file(
        "scenario('wrong', function() sendr 'a.example' {} end)\n"
        "scenario('unmet', function() error 'boom' end)\n"
        "scenario('right', function() sender 'mail.alice.example' {} end)\n");
    const auto ending = [&](const char* title) {
        return script::play(file.path(), title, 1, files::disk()).ending;
    };
    BOOST_TEST((ending("wrong") == script::Ending::broken));
    BOOST_TEST((ending("unmet") == script::Ending::broken));
    BOOST_TEST((ending("right") == script::Ending::passed));
}

BOOST_AUTO_TEST_SUITE_END()
