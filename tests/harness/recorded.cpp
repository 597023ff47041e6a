// show, diagram and export of a trace that `run --trace` wrote: docs/commands.md.
#include <boost/test/unit_test.hpp>

#include <regex>

#include <fmt/format.h>

#include "tests/harness/program.hpp"

namespace {

constexpr const char* bare_lua = R"(
scenario("nothing", {}, function() end)
scenario("hosts", {}, function()
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" {}
  eavesdropper "eve" { between = { alice, bob } }
end)
scenario("unconnected", {}, function()
  local alice = sender "mail.alice.example" {}
  alice:sends { to = "bob@nowhere.example" }
end)
scenario("clear", {}, function()
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" { starttls = "absent" }
  alice:sends { to = "bob@bob.example" }
end)
)";

// The trace of a scenario, under a short name.
std::string record(const Folder& folder, const std::string& file, const std::string& title) {
    const Said said = mailtls(
        folder, fmt::format("run {0} --only '{0}::{1}' -F quiet --trace traces", file, title));
    BOOST_TEST(said.err == "");
    for (const std::string& name : folder.names()) {
        if (!name.starts_with("traces/" + file + "-" + title)) continue;
        folder.write(title + ".jsonl", folder.read(name));
        return title + ".jsonl";
    }
    BOOST_FAIL("no trace of " << title);
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded)

BOOST_AUTO_TEST_CASE(a_trace_tells_what_the_run_told) {
    Folder folder;
    folder.copy("mixed.lua");
    const std::string file = record(folder, "mixed.lua", "passes");
    for (const char* const command :
         {"show", "show --events", "show --bytes --explain", "show --keys --explain",
          "export --pcap -", "export --keylog -", "diagram --format text", "diagram --format dot",
          "diagram --format mermaid --view eve", "diagram --kind topology",
          "diagram --kind decision", "diagram --kind keys", "diagram --kind share"}) {
        const Said ran = mailtls(folder, std::string(command) + " mixed.lua::passes");
        const Said read = mailtls(folder, std::string(command) + " " + file);
        BOOST_TEST(read.code == 0, command);
        BOOST_TEST(read.err == "", command);
        BOOST_TEST((ran.out == read.out), command);
    }
}

BOOST_AUTO_TEST_CASE(a_trace_that_does_not_load_is_told_and_nothing_is_written) {
    Folder folder;
    folder.copy("mixed.lua");
    const std::string file = record(folder, "mixed.lua", "passes");
    const std::string whole = folder.read(file);
    folder.write("cut.jsonl", whole.substr(0, whole.size() / 2));
    folder.write("other.jsonl", "{\"schema\":\"mailtls.trace/1\"}\n");
    folder.write("empty.jsonl", "");
    folder.write("sub.jsonl/x", "");
    const std::vector<std::string> before = folder.names();
    const std::pair<const char*, const char*> all[] = {
        {"cut.jsonl", "the file ends in the middle of a line\n"},
        {"other.jsonl",
         "mailtls: other.jsonl:1: expected the schema mailtls.trace/2, got 'mailtls.trace/1', of "
         "another version of mailtls\n"},
        {"empty.jsonl", "mailtls: empty.jsonl: expected a trace, but the file is empty\n"},
        {"none.jsonl", "mailtls: none.jsonl: expected a trace file, but there is none\n"},
        {"sub.jsonl", "mailtls: sub.jsonl: expected a trace file, got a directory\n"},
    };
    for (const auto& [name, why] : all) {
        for (const char* const command :
             {"show {}", "diagram {} -o x.svg", "export {} --pcapng x"}) {
            const Said said = mailtls(folder, fmt::format(fmt::runtime(command), name));
            BOOST_TEST(said.code == 3, name);
            BOOST_TEST(said.err.ends_with(why), said.err);
            BOOST_TEST(said.out == "");
        }
    }
    for (const char* const command : {"show", "diagram", "export --pcapng x"}) {
        const Said said = mailtls(folder, std::string(command) + " --seed 0 passes.jsonl");
        BOOST_TEST(said.code == 2, command);
        BOOST_TEST(said.err ==
                   "mailtls: --seed: passes.jsonl is a trace, whose world had its seed already\n");
    }
    BOOST_TEST(folder.names() == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(runs_with_little_in_them_have_a_result_in_every_form) {
    Folder folder;
    folder.write("bare.lua", bare_lua);
    std::vector<std::string> ids;
    for (const char* const title : {"nothing", "hosts", "unconnected", "clear"}) {
        ids.push_back(std::string("bare.lua::") + title);
        ids.push_back(record(folder, "bare.lua", title));
    }
    const std::string header = folder.read("nothing.jsonl");
    folder.write("header.jsonl",
                 std::regex_replace(header.substr(0, header.find('\n') + 1),
                                    std::regex("\"events\":[0-9]+"), "\"events\":0"));
    ids.push_back("header.jsonl");
    for (const std::string& id : ids) {
        for (const char* const command :
             {"show", "show --bytes", "export --pcapng -", "export --fields -", "diagram",
              "diagram --format png", "diagram --format pdf", "diagram --format dot",
              "diagram --format mermaid", "diagram --format plantuml", "diagram --format text",
              "diagram --kind topology", "diagram --kind decision", "diagram --kind keys",
              "diagram --kind share"}) {
            const Said said = mailtls(folder, std::string(command) + " " + id);
            BOOST_TEST(said.code == 0, command << " " << id);
            BOOST_TEST(said.err == "", command << " " << id);
            BOOST_TEST(said.out != "", command << " " << id);
        }
    }
    BOOST_TEST(has(mailtls(folder, "show header.jsonl").out, "Nothing was said"));
    BOOST_TEST(mailtls(folder, "show --bytes nothing.jsonl").out == "No byte crossed.\n");
    BOOST_TEST(has(mailtls(folder, "show --bytes clear.jsonl").out, "clear text"));
    BOOST_TEST(has(mailtls(folder, "diagram --format text hosts.jsonl").out, "eve"));
    BOOST_TEST(has(mailtls(folder, "diagram --format text hosts.jsonl").out, "nothing to be seen"));
}

BOOST_AUTO_TEST_SUITE_END()
