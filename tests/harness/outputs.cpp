// What a run writes, and that it writes whole files or none.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>

#include "harness/files/output.hpp"
#include "harness/files/paths.hpp"
#include "harness/files/whole.hpp"
#include "harness/suite/suite.hpp"
#include "tests/harness/program.hpp"

namespace {

constexpr const char *none_there = ": cannot be written: No such file or directory\n",
                     *no_folder = ": the folder 'good.lua' cannot be made: Not a directory\n";

struct Refusal {
    const char* arguments;
    std::string err;
};
// A file stands where a folder is wanted, or the other way round; /proc takes no file from anyone.
const Refusal refusals[] = {
    {"run good.lua --out good.lua",
     "good.lua: expected a folder to write into, which cannot be made: Not a directory\n"},
    {"run good.lua --out good.lua/out",
     "good.lua/out: expected a folder to write into, which cannot be made: Not a directory\n"},
    {"run good.lua --out /proc/out",
     "/proc/out: expected a folder to write into, which cannot be made: No such file or "
     "directory\n"},
    {"run good.lua --trace good.lua",
     "good.lua: expected a folder to write into, which cannot be made: Not a directory\n"},
    {"run good.lua --diagrams good.lua",
     "good.lua: expected a folder to write into, which cannot be made: Not a directory\n"},
    {"run good.lua --trace /proc",
     "/proc: expected a folder to write into, but it cannot be written\n"},
    {"run good.lua --report-json folder", "folder: expected a file to write, got a directory\n"},
    {"run good.lua --report-json /proc/results.json",
     "/proc: expected a folder to write into, but it cannot be written\n"},
    {"run good.lua --report-json good.lua/results.json",
     "good.lua: expected a folder to write into, which cannot be made: Not a directory\n"},
    {"diagram good.lua::one -o good.lua/x.svg", std::string("good.lua/x.svg") + no_folder},
    {"diagram good.lua::one -o /proc/x.svg", std::string("/proc/x.svg") + none_there},
    {"diagram good.lua::one --format svg -o folder",
     "folder: expected a file to write, got a directory\n"},
    {"matrix matrix.lua --csv good.lua/x.csv", std::string("good.lua/x.csv") + no_folder},
    {"matrix matrix.lua --csv folder", "folder: expected a file to write, got a directory\n"},
    {"matrix matrix.lua -q --svg /proc/x.svg", std::string("/proc/x.svg") + none_there},
    {"matrix matrix.lua -q --markdown /proc/x.md", std::string("/proc/x.md") + none_there},
    {"matrix matrix.lua --snapshot /proc/x.txt", std::string("/proc/x.txt") + none_there},
    {"matrix matrix.lua --snapshot folder", "folder: expected a file of text, got a directory\n"},
};

void stock(const Folder& folder) {
    folder.copy("matrix.lua");
    folder.write("good.lua", "scenario('one', function() end)\n");
    folder.write("folder/kept.txt", "kept\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outputs)

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_one_sentence_and_leaves_nothing_behind) {
    const Folder folder;
    stock(folder);
    const std::vector<std::string> before = folder.names();
    for (const Refusal& r : refusals) {
        const Said said = mailtls(folder, r.arguments);
        BOOST_TEST(said.code == 7, r.arguments << ": " << said.code);
        BOOST_TEST(said.err == "mailtls: " + r.err, r.arguments << ": " << said.err);
    }
    BOOST_TEST(folder.names() == before, boost::test_tools::per_element());
    BOOST_TEST(folder.read("good.lua") == "scenario('one', function() end)\n");
    BOOST_TEST(folder.read("folder/kept.txt") == "kept\n");
}

// A folder has come where a scenario's own file should go.
BOOST_AUTO_TEST_CASE(a_file_in_the_way_of_one_scenario_is_told_with_it) {
    const Folder folder;
    folder.write("good.lua", "scenario('one', function() end) scenario('two', function() end)\n");
    const std::string trace = files::file_name_of("good.lua::one") + ".jsonl";
    folder.write("t/" + trace + "/in.the.way", "");
    const Said said = mailtls(folder, "run good.lua --trace t");
    BOOST_TEST(said.code == 7);
    BOOST_TEST(has(said.out, "t/" + trace + ": expected a file to write, got a directory"),
               said.out);
    BOOST_TEST(last_line(said.out) == "1 passed, 1 failed");
    for (const std::string& name : folder.names()) BOOST_TEST(!name.ends_with(".partial"), name);
}

BOOST_AUTO_TEST_CASE(out_holds_results_traces_and_diagrams_of_each) {
    const Folder folder;
    folder.copy("mixed.lua");
    BOOST_TEST(mailtls(folder, "run mixed.lua --out deep/out").code == 4);
    std::vector<std::string> expected{"deep/",
                                      "deep/out/",
                                      "deep/out/diagrams/",
                                      "deep/out/traces/",
                                      "deep/out/pcapng/",
                                      "deep/out/tls-reports/",
                                      "deep/out/report.html",
                                      "deep/out/junit-plain.xml",
                                      "deep/out/junit.xml",
                                      "deep/out/results.json",
                                      "deep/out/results.tap",
                                      "mixed.lua"};
    for (const char* const title : {"passes", "fails", "breaks", "is 'quoted'"}) {
        const std::string name = files::file_name_of("mixed.lua::" + std::string(title));
        expected.push_back("deep/out/traces/" + name + ".jsonl");
        expected.push_back("deep/out/diagrams/" + name + ".svg");
        expected.push_back("deep/out/pcapng/" + name + ".pcapng");
    }
    std::sort(expected.begin(), expected.end());
    BOOST_TEST(folder.names() == expected, boost::test_tools::per_element());
    const std::string name = files::file_name_of("mixed.lua::passes");
    BOOST_TEST(folder.read("deep/out/diagrams/" + name + ".svg").find("<svg") != std::string::npos);
    const std::string trace = folder.read("deep/out/traces/" + name + ".jsonl");
    BOOST_TEST(has(trace.substr(0, trace.find('\n')), "mailtls.trace/2"));
}

BOOST_AUTO_TEST_CASE(each_output_can_be_asked_for_alone) {
    const Folder folder;
    folder.write("good.lua", "scenario('one', function() end)\n");
    const std::string name = files::file_name_of("good.lua::one");
    BOOST_TEST(mailtls(folder, "run good.lua --report-json a/r.json --trace t --diagrams d").code ==
               0);
    const std::vector<std::string> expected{
        "a/", "a/r.json", "d/", "d/" + name + ".svg", "good.lua", "t/", "t/" + name + ".jsonl"};
    BOOST_TEST(folder.names() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_an_option_nothing_is_written) {
    const Folder folder;
    folder.copy("mixed.lua");
    mailtls(folder, "run mixed.lua --check-determinism -j 4");
    BOOST_TEST(folder.names() == std::vector<std::string>{"mixed.lua"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_diagram_is_what_its_name_says) {
    const Folder folder;
    folder.copy("mixed.lua");
    const auto draw = [&](const std::string& options) {
        const Said said = mailtls(folder, "diagram mixed.lua::passes " + options);
        BOOST_TEST(said.code == 0, options << ": " << said.err);
        BOOST_TEST(said.err == "");
        return said.out;
    };
    BOOST_TEST(draw("-o x.png") == "");
    BOOST_TEST(folder.read("x.png").starts_with("\x89PNG\r\n\x1a\n"));
    draw("-o x.dot");
    BOOST_TEST(folder.read("x.dot").starts_with("digraph "));
    draw("-o x.svg");
    BOOST_TEST(folder.read("x.svg").starts_with("<?xml "));
    BOOST_TEST(folder.read("x.svg").ends_with("</svg>\n"));
    BOOST_TEST((draw("") == folder.read("x.svg")));
    BOOST_TEST((draw("-o -") == folder.read("x.svg")));
    BOOST_TEST((draw("--format dot") == folder.read("x.dot")));
    draw("--format png -o odd.name");
    BOOST_TEST((folder.read("odd.name") == folder.read("x.png")));
}

// Nothing has happened in such a world; it can be drawn all the same.
BOOST_AUTO_TEST_CASE(a_world_without_hosts_can_be_drawn) {
    const Folder folder;
    folder.copy("mixed.lua");
    BOOST_TEST(mailtls(folder, "diagram mixed.lua::breaks -o x.svg").code == 0);
    BOOST_TEST(folder.read("x.svg").ends_with("</svg>\n"));
}

BOOST_AUTO_TEST_CASE(a_file_name_tells_its_id_and_is_its_own) {
    BOOST_TEST(files::file_name_of("a/b.lua::it's here").starts_with("a-b.lua-it-s-here-"));
    BOOST_TEST(files::file_name_of("a.lua::x y") != files::file_name_of("a.lua::x-y"));
    BOOST_TEST(files::file_name_of("../../x.lua::y").find("..") != 0u);
    BOOST_TEST(files::file_name_of("../../x.lua::y").find('/') == std::string::npos);
    BOOST_TEST(files::file_name_of(std::string(1000, 'a')).size() < 200u);
}

BOOST_AUTO_TEST_CASE(a_whole_file_or_none) {
    const Folder folder;
    const std::string path = folder.path() + "/new/file.txt";
    BOOST_TEST(files::write_file(path, "one") == "");
    BOOST_TEST(files::write_file(path, "two") == "");
    BOOST_TEST(files::read_file(path) == "two");
    BOOST_TEST(folder.names().size() == 2u);  // with its folder: nothing else is left
}

BOOST_AUTO_TEST_SUITE_END()
