// The same script and seed give the same bytes: in one process, in another, anywhere.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/files/disk.hpp"
#include "harness/files/paths.hpp"
#include "harness/report/console.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/results_json.hpp"
#include "harness/suite/suite.hpp"
#include "harness/suite/tally.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"
#include "tests/harness/program.hpp"

namespace {

// Every byte that a run writes, each file under its name.
std::string written(const Folder& folder, const std::string& options,
                    const std::string& environment = {}) {
    folder.copy("promise.lua.txt", "promise.lua");
    folder.copy("mixed.lua");
    const Said said =
        mailtls(folder, "run promise.lua mixed.lua --out out " + options, environment);
    std::string out = said.out + said.err;
    for (const std::string& name : folder.names())
        if (!name.ends_with('/')) out += "\n== " + name + "\n" + folder.read(name);
    for (const char* const title : {"passes", "fails"})
        out += mailtls(folder, "diagram --format dot mixed.lua::" + std::string(title), environment)
                   .out;
    return out;
}

// The place where two texts part, or nothing.
std::string parting(const std::string& a, const std::string& b) {
    const auto [one, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (one == a.end() && other == b.end()) return {};
    const auto at = static_cast<std::size_t>(one - a.begin());
    const std::size_t from = at > 60 ? at - 60 : 0;
    return "'" + a.substr(from, 120) + "' and '" + b.substr(from, 120) + "'";
}

struct Played {
    std::string trace, results;
};
Played played(const script::ScenarioEntry& entry) {
    const script::Performance p = script::play(entry.file, entry.title, 1, files::disk());
    play::How how;
    how.terms = files::disk();
    play::Kept kept;
    const play::Outcome outcome = play::once(entry, how, kept);
    BOOST_TEST((outcome.status == play::Status::passed), entry.title);
    return {trace::json_lines(p.stage->world().trace(), entry.id(), 1),
            suite::results_json({outcome}, 1)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

// The examples of the design, as they stand there: other people's files are written like them.
BOOST_AUTO_TEST_CASE(the_examples_of_the_promise_pass) {
    const Folder folder;
    folder.copy("promise.lua.txt", "promise.lua");
    const Said said = mailtls(folder, "run promise.lua --check-determinism");
    BOOST_TEST(said.code == 0, said.out);
    BOOST_TEST(last_line(said.out) == "4 passed, 0 failed");
}

BOOST_AUTO_TEST_CASE(twice_in_one_process_with_another_between) {
    const std::string file = MAILTLS_ROOT "/tests/vectors/harness/promise.lua.txt";
    const script::Listing listing = script::list_scenarios(file, 1, files::disk());
    BOOST_TEST_REQUIRE(listing.scenarios.size() == 4u);
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        const Played first = played(entry);
        played(listing.scenarios[1]);
        const Played again = played(entry);
        BOOST_TEST(parting(first.trace, again.trace) == "", entry.title);
        BOOST_TEST(parting(first.results, again.results) == "", entry.title);
        BOOST_TEST(first.trace.size() > 2000u);
    }
}

BOOST_AUTO_TEST_CASE(in_another_process_folder_and_environment_with_any_number_of_workers) {
    const Folder here;
    const std::string first = written(here, "");
    BOOST_TEST(first.size() > 50000u);
    const std::pair<const char*, const char*> others[] = {
        {"-j 4",
         "TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 HOME=/nowhere USER=mallory "
         "HOSTNAME=other SOURCE_DATE_EPOCH=1 MALLOC_PERTURB_=85"},
        {"-j 1", "-i PATH=/usr/bin"},
    };
    for (const auto& [options, environment] : others) {
        const Folder there;
        BOOST_TEST(parting(first, written(there, options, environment)) == "", environment);
    }
    const Folder alone;
    alone.copy("promise.lua.txt", "promise.lua");
    const std::string id = "promise.lua::untrusted certificate, level may";
    mailtls(alone, "run promise.lua --trace out/traces --only '" + id + "'");
    const std::string name = "out/traces/" + files::file_name_of(id) + ".jsonl";
    BOOST_TEST(parting(here.read(name), alone.read(name)) == "");
    const Folder other_seed;
    BOOST_TEST(parting(first, written(other_seed, "--seed 2")) != "");
}

// What differs from play to play without the world's knowledge is found.
BOOST_AUTO_TEST_CASE(check_determinism_passes_where_all_is_the_same) {
    const Folder folder;
    folder.copy("mixed.lua");
    const Said said = mailtls(folder, "run mixed.lua -k passes --check-determinism");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(last_line(said.out) == "1 passed, 0 failed");
}

BOOST_AUTO_TEST_CASE(a_play_that_was_not_deterministic_fails) {
    play::Outcome outcome;
    outcome.entry.file = "a.lua";
    outcome.entry.title = "one";
    outcome.entry.line = 3;
    outcome.deterministic = false;
    BOOST_TEST(suite::closing_line(suite::tally_of({outcome})) == "0 passed, 1 failed");
    BOOST_TEST(has(report::scenario_lines(outcome, {}),
                   "not deterministic: two plays with one seed differ in their traces"));
    const auto results = nlohmann::json::parse(suite::results_json({outcome}, 1));
    BOOST_TEST(results["totals"]["failed"] == 1);
    BOOST_TEST(results["scenarios"][0]["status"] == "failed");
    BOOST_TEST(results["scenarios"][0]["failures"][0]["line"] == 3);
}

BOOST_AUTO_TEST_SUITE_END()
