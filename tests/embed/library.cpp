// The harness inside another program: what it gives is what the program gives.
#include "harness/embed/mailtls/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

// A project to begin with, gone afterwards.
class Project {
  public:
    Project() {
        char name[] = "/tmp/mailtls-embed-XXXXXX";
        BOOST_TEST_REQUIRE(mkdtemp(name) != nullptr);
        path_ = name;
        BOOST_TEST(out_of("init") != "");
    }
    Project(const Project&) = delete;
    ~Project() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    const std::string& path() const { return path_; }
    // What the program says there.
    std::string out_of(const std::string& arguments) const {
        const std::string command =
            "cd " + path_ + " && XDG_CACHE_HOME=.cache '" MAILTLS_PROGRAM "' " + arguments;
        BOOST_TEST(std::system((command + " >.out").c_str()) == 0, arguments);
        return content_of(path_ + "/.out");
    }
    static std::string content_of(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream(path, std::ios::binary).rdbuf();
        return text.str();
    }

  private:
    std::string path_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(library)

BOOST_AUTO_TEST_CASE(scenarios_are_listed_and_played_as_the_program_does) {
    const Project project;
    const std::string file = project.path() + "/scenarios/watcher.lua";
    const mailtls::Listing listing = mailtls::list({file});
    BOOST_TEST(listing.problems.empty());
    BOOST_TEST_REQUIRE(listing.scenarios.size() == 2);
    const mailtls::Scenario& first = listing.scenarios.front();
    BOOST_TEST(first.id() == file + "::without TLS eve reads the mail");
    const mailtls::Result result = mailtls::play(first, 7);
    BOOST_TEST((result.status == mailtls::Status::passed));
    BOOST_TEST(result.bugs.empty());
    BOOST_TEST_REQUIRE(result.mails.size() == 1);
    const mailtls::Mail& mail = result.mails.front();
    BOOST_TEST(mail.to == "bob@bob.example");
    BOOST_TEST(mail.fate == "delivered");
    BOOST_TEST(mail.crossed == "in clear text");
    BOOST_TEST(mail.reason == "");
    BOOST_TEST(mail.attempts == 1u);
    BOOST_TEST(mail.read_by == std::vector<std::string>{"eve"}, boost::test_tools::per_element());
    BOOST_TEST(result.conversation == project.out_of("show --seed 7 '" + first.id() + "'"));
    project.out_of("run --seed 7 --trace traces -k reads '" + file + "'");
    std::size_t traces = 0;
    for (const auto& entry : std::filesystem::directory_iterator(project.path() + "/traces")) {
        BOOST_TEST(result.trace == Project::content_of(entry.path()));
        ++traces;
    }
    BOOST_TEST(traces == 1u);
    BOOST_TEST(mailtls::play(first, 7).trace == result.trace);
    BOOST_TEST(mailtls::version() + "\n" == project.out_of("--version"));
}

BOOST_AUTO_TEST_CASE(problems_are_told_and_nothing_is_thrown) {
    const Project project;
    const std::string mixed = MAILTLS_TESTS "/vectors/harness/mixed.lua";
    std::ofstream(project.path() + "/worse.lua") << "scenario(\n";
    const mailtls::Listing listing =
        mailtls::list({project.path() + "/worse.lua", mixed, "nowhere"});
    BOOST_TEST_REQUIRE(listing.problems.size() == 2);
    BOOST_TEST(listing.problems.front().line == 2);
    bool failed = false, broken = false;
    for (const mailtls::Scenario& scenario : listing.scenarios) {
        const mailtls::Result result = mailtls::play(scenario);
        failed = failed || result.status == mailtls::Status::failed;
        broken = broken || result.status == mailtls::Status::broken;
        const bool passed = result.status == mailtls::Status::passed;
        BOOST_TEST(result.problem.has_value() != passed, scenario.id());
    }
    BOOST_TEST(failed);
    BOOST_TEST(broken);
    for (const std::string& file : {std::string("nowhere.lua"), mixed}) {
        const mailtls::Result result = mailtls::play({file, "no such title", 0, {}, {}});
        BOOST_TEST((result.status == mailtls::Status::broken), file);
        BOOST_TEST(result.problem.has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
