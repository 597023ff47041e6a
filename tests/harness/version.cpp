// What the program says of itself, and where it says so.

#include <boost/test/unit_test.hpp>

#include "tests/harness/help.hpp"
#include "tests/harness/program.hpp"

#include <filesystem>
#include <regex>

namespace {

// What the build would write for the source in `place`, between the quotes.
std::string commit_of(const Folder& folder, const std::string& place) {
    const Said said = shell(folder, MAILTLS_CMAKE " -DROOT=" + folder.path() + "/" + place +
                                        " -DOUT=" + folder.path() +
                                        "/commit.cpp -P " MAILTLS_ROOT "/cmake/Commit.cmake");
    BOOST_TEST_REQUIRE(said.code == 0, said.err);
    const std::string text = folder.read("commit.cpp");
    std::smatch found;
    BOOST_TEST_REQUIRE(std::regex_search(text, found, std::regex("commit = \"(.*)\";")), text);
    return found[1];
}

// Away from this machine's settings of git.
std::string git(const Folder& folder, const std::string& arguments) {
    const Said said =
        shell(folder,
              "HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 git -C source -c user.name=alice "
              "-c user.email=alice@alice.example -c commit.gpgsign=false -c core.hooksPath= " +
                  arguments);
    BOOST_TEST_REQUIRE(said.code == 0, said.err);
    return said.out;
}

bool has_git() { return shell(Folder(), "command -v git").code == 0; }

const std::regex commit_form(", commit [0-9a-f]{12}(-dirty)?");

}  // namespace

BOOST_AUTO_TEST_SUITE(version)

BOOST_AUTO_TEST_CASE(version_names_the_formats_and_the_commit) {
    const Folder folder;
    const Said said = mailtls(folder, "version");
    BOOST_TEST(said.code == 0);
    const std::string first = said.out.substr(0, said.out.find('\n'));
    BOOST_TEST_REQUIRE(first.starts_with("mailtls " MAILTLS_VERSION), first);
    const std::string commit = first.substr(std::string("mailtls " MAILTLS_VERSION).size());
    BOOST_TEST((commit.empty() || std::regex_match(commit, commit_form)), first);
    BOOST_TEST(has(said.out, "\nMbed TLS 3."), said.out);
    for (const char* const part :
         {"scenario language 1", "mailtls.results/1", "mailtls.trace/2", "mailtls.bench/1"})
        BOOST_TEST(has(said.out, part), said.out);
}

BOOST_AUTO_TEST_CASE(the_short_version_is_a_number_alone) {
    BOOST_TEST(mailtls(Folder(), "--version").out == MAILTLS_VERSION "\n");
}

// The same seed gives the same bytes, whoever built the program from whatever commit.
BOOST_AUTO_TEST_CASE(what_a_run_writes_does_not_name_the_commit) {
    const Folder folder;
    const std::string said = mailtls(folder, "version").out;
    std::smatch found;
    if (!std::regex_search(said, found, std::regex("commit ([0-9a-f]{12})"))) return;
    folder.write("a.lua", "scenario('nothing happens', function() end)\n");
    const Said run = mailtls(folder,
                             "run a.lua --report-json r.json --report-html r.html --report-junit "
                             "r.xml --report-tap r.tap --trace traces");
    BOOST_TEST_REQUIRE(run.code == 0, run.err);
    for (const std::string& name : folder.names()) {
        if (!name.ends_with("/")) BOOST_TEST(!has(folder.read(name), found[1]), name);
    }
}

BOOST_AUTO_TEST_CASE(a_tarball_has_no_commit) {
    const Folder folder;
    folder.write("source/setup.sh", "");
    BOOST_TEST(commit_of(folder, "source") == "");
}

BOOST_AUTO_TEST_CASE(a_clone_has_a_commit_and_a_changed_one_is_dirty) {
    if (!has_git()) return;
    const Folder folder;
    folder.write("source/setup.sh", "");
    folder.write("source/inside/setup.sh", "");
    git(folder, "init -q");
    BOOST_TEST(commit_of(folder, "source") == "");
    git(folder, "add -A");
    git(folder, "commit -q -m first");
    const std::string head = git(folder, "rev-parse --short=12 HEAD").substr(0, 12);
    BOOST_TEST(commit_of(folder, "source") == head);
    // A tarball that is unpacked in somebody's repository is not of its commits.
    BOOST_TEST(commit_of(folder, "source/inside") == "");
    folder.write("source/new", "not known to git");
    BOOST_TEST(commit_of(folder, "source") == head);
    folder.write("source/setup.sh", "changed");
    BOOST_TEST(commit_of(folder, "source") == head + "-dirty");
}

BOOST_AUTO_TEST_CASE(nothing_is_built_again_for_the_same_commit) {
    const Folder folder;
    folder.write("source/setup.sh", "");
    commit_of(folder, "source");
    namespace fs = std::filesystem;
    const fs::path made = folder.path() + "/commit.cpp";
    const auto long_ago = fs::last_write_time(made) - std::chrono::hours(1);
    fs::last_write_time(made, long_ago);
    commit_of(folder, "source");
    BOOST_TEST((fs::last_write_time(made) == long_ago));
}

BOOST_AUTO_TEST_SUITE_END()
