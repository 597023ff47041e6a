// bench: its document, and that it measures what passes.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "tests/harness/program.hpp"

using nlohmann::ordered_json;

BOOST_AUTO_TEST_SUITE(bench)

BOOST_AUTO_TEST_CASE(bench_as_json) {
    const Folder folder;
    const Said said = mailtls(folder, "bench --json --quick startup virtual_days");
    BOOST_TEST(said.code == 0);
    const ordered_json r = ordered_json::parse(said.out);
    BOOST_TEST(keys(r) == "schema version measures");
    BOOST_TEST(r["schema"] == "mailtls.bench/1");
    BOOST_TEST(r["version"] == MAILTLS_VERSION);
    BOOST_TEST_REQUIRE(r["measures"].size() == 2u);
    BOOST_TEST(r["measures"][0]["name"] == "startup");
    BOOST_TEST(r["measures"][1]["name"] == "virtual_days");
    BOOST_TEST(r["measures"][1]["unit"] == "days/s");
    for (const ordered_json& m : r["measures"]) {
        BOOST_TEST(keys(m) == "name value unit reference ratio");
        BOOST_TEST(m["name"].is_string());
        BOOST_TEST(m["value"].get<double>() > 0);
        BOOST_TEST(m["unit"].is_string());
        BOOST_TEST(m["reference"].is_null() == m["ratio"].is_null());
        if (m["reference"].is_null()) continue;
        BOOST_TEST(keys(m["reference"]) == "what value");
        BOOST_TEST(m["reference"]["value"].get<double>() > 0);
    }
}

// What is measured passes, or the program says that it does not.
BOOST_AUTO_TEST_CASE(bench_plays_scenarios) {
    const Folder folder;
    const Said said = mailtls(folder, "bench --json --quick scenario matrix suite");
    BOOST_TEST(said.code == 0, said.err);
    const ordered_json r = ordered_json::parse(said.out);
    std::string names;
    for (const ordered_json& m : r["measures"]) names += m["name"].get<std::string>() + " ";
    BOOST_TEST(names == "suite suite_by_two scenario_empty scenario_clear scenario_tls matrix ");
}

BOOST_AUTO_TEST_SUITE_END()
