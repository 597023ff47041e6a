// A run in parts and merged again, what failed last, and how much is played.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <regex>

#include <fmt/format.h>

#include "harness/suite/shard.hpp"
#include "tests/harness/program.hpp"

namespace {

// A suite of so many; every third fails.
std::string files_of(int scenarios) {
    return "for i = 1, " + std::to_string(scenarios) + R"lua( do
  scenario("number " .. i, function()
    local alice = sender "mail.alice.example" {}
    receiver "mx.bob.example" {}
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally(i % 3 == 0 and "bounced" or "delivered")
  end)
end
)lua";
}

std::optional<suite::Shard> from(const std::map<std::string, std::string>& environment,
                                 std::string& wrong) {
    return suite::shard_of(
        [&](const char* name) {
            const auto found = environment.find(name);
            return found == environment.end() ? nullptr : found->second.c_str();
        },
        wrong);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parts)

BOOST_AUTO_TEST_CASE(merged_parts_are_the_whole_byte_for_byte) {
    for (const int count : {1, 2, 3, 7, 20}) {
        const Folder folder;
        folder.write("a.lua", files_of(10));
        BOOST_TEST(mailtls(folder, "run a.lua -F quiet -j 2 --report-json whole.json").code == 1);
        std::string files;
        for (int i = count; i >= 1; --i) {
            const std::string file = std::to_string(i) + ".json";
            const Said said =
                mailtls(folder, "run a.lua -F quiet --shard " + std::to_string(i) + "/" +
                                    std::to_string(count) + " --report-json " + file);
            BOOST_TEST((said.code == 0 || said.code == 1), said.err);
            files += " " + file;
        }
        const Said said = mailtls(folder, "merge" + files + " -o merged.json");
        BOOST_TEST(said.code == 1);
        BOOST_TEST(said.err == "7 passed, 3 failed\n");
        BOOST_TEST(folder.read("merged.json") == folder.read("whole.json"));
    }
}

// All that a run writes, but for the times in JUnit and the file of a part.
std::map<std::string, std::string> written(const Folder& folder, const std::string& below) {
    std::map<std::string, std::string> out;
    for (const std::string& name : folder.names()) {
        if (!name.starts_with(below + "/") || name.ends_with('/')) continue;
        out[name.substr(below.size())] =
            std::regex_replace(folder.read(name), std::regex(" time=\"[0-9.]+\""), "");
    }
    return out;
}

BOOST_AUTO_TEST_CASE(merged_folders_are_the_whole_file_by_file) {
    const Folder folder;
    folder.write("a.lua", files_of(5));
    folder.copy("mixed.lua");
    mailtls(folder, "run . -F quiet --out whole");
    for (const char* const part : {"1", "2"})
        mailtls(folder, fmt::format("run . -F quiet --shard {0}/2 --out {0}", part));
    const Said said = mailtls(folder, "merge 2 1 --out merged");
    BOOST_TEST(said.code == 4, said.err);
    BOOST_TEST(said.out == "");
    const auto whole = written(folder, "whole"), merged = written(folder, "merged");
    BOOST_TEST(whole.size() > 20u);
    for (const auto& [name, text] : whole) {
        BOOST_TEST_REQUIRE(merged.contains(name), name);
        BOOST_TEST((merged.at(name) == text), name);
    }
    BOOST_TEST(merged.size() == whole.size());
    // Their results alone.
    BOOST_TEST(mailtls(folder, "merge 1 2 -o r.json").code == 4);
    BOOST_TEST(folder.read("r.json") == folder.read("whole/results.json"));
}

BOOST_AUTO_TEST_CASE(folders_that_do_not_fit_are_named) {
    const Folder folder;
    folder.write("a.lua", files_of(5));
    for (const char* const part : {"1", "2"})
        mailtls(folder, fmt::format("run a.lua -F quiet --shard {0}/2 --out {0}", part));
    mailtls(folder, "run a.lua -F quiet --shard 2/2 --report-json 2.json");
    const auto says = [&](const std::string& arguments, const std::string& sentence, int code) {
        const Said said = mailtls(folder, "merge " + arguments);
        BOOST_TEST(said.code == code, arguments);
        BOOST_TEST(said.err.starts_with("mailtls: " + sentence), said.err);
    };
    says("1 --out out", "part 2 of 2 is missing", 2);
    says("1 2.json --out out", "2.json: --out puts folders together, and this is none", 2);
    says("1 none --out out", "none: expected results of one part", 7);
    shell(folder, "rm 2/part.jsonl");
    says("1 2 --out out", "2/part.jsonl: expected what run --shard i/n --out FOLDER wrote", 7);
    folder.write("2/part.jsonl", "{}\n");
    says("1 2 --out out", "2/part.jsonl:1: expected an outcome of mailtls", 2);
    folder.write("2/part.jsonl", "");
    says("1 2 --out out", "part.jsonl and results.json of a part do not say the same", 2);
    std::string edited = folder.read("1/results.json");
    const std::size_t at = edited.find("\"delivered\"");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    edited.replace(at, 11, "\"deferred\" ");
    folder.write("1/results.json", edited);
    says("1 2", "1/results.json: these results are not as they were written", 2);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_named) {
    const Folder folder;
    folder.write("a.lua", files_of(10));
    folder.write("b.lua", files_of(11));
    const auto part = [&](const std::string& file, const std::string& shard,
                          const std::string& name, const std::string& more = {}) {
        mailtls(folder,
                "run " + file + " -F quiet --shard " + shard + " --report-json " + name + more);
    };
    part("a.lua", "1/2", "1.json");
    part("a.lua", "2/2", "2.json");
    part("a.lua", "2/3", "of3.json");
    part("b.lua", "2/2", "b.json");
    part("a.lua", "2/2", "seed.json", " --seed 9");
    mailtls(folder, "run a.lua -F quiet --report-json whole.json");
    folder.write("half.json", folder.read("1.json").substr(0, 400));
    std::string old = folder.read("1.json");
    old.replace(old.find("results/1"), 9, "results/9");
    folder.write("old.json", old);
    const std::pair<const char*, const char*> table[] = {
        {"1.json", "part 2 of 2 is missing"},
        {"1.json 1.json", "1.json and 1.json are the same part, 1 of 2"},
        {"1.json of3.json", "1.json and of3.json are parts of different runs: count is 2, there 3"},
        {"1.json b.json", "1.json and b.json are parts of different runs: suite is \"10 scenarios"},
        {"1.json seed.json",
         "1.json and seed.json are parts of different runs: seed is 1, there 9"},
        {"1.json whole.json",
         "whole.json: expected one part of a run (--shard); these are results of a whole one"},
        {"1.json half.json", "half.json: expected results (mailtls.results/1)"},
        {"old.json 2.json", "old.json: expected mailtls.results/1, got \"mailtls.results/9\""},
    };
    for (const auto& [files, sentence] : table) {
        const Said said = mailtls(folder, "merge " + std::string(files) + " -o out.json");
        BOOST_TEST(said.code == 2, files);
        BOOST_TEST(said.err.starts_with("mailtls: " + std::string(sentence)), said.err);
        BOOST_TEST(said.out.empty());
    }
    BOOST_TEST(!has(folder.names().back(), "out.json"));
    const Said odd = mailtls(folder, "run a.lua -F quiet --shard 1/2 --repeat 2");
    BOOST_TEST(has(odd.err, "this is no whole part: `mailtls merge` will not take its results\n"));
}

BOOST_AUTO_TEST_CASE(the_environment_says_which_part) {
    struct Case {
        std::map<std::string, std::string> environment;
        unsigned index, count;  // 0: none
        const char* wrong;
    };
    const Case table[] = {
        {{}, 0, 0, ""},
        {{{"MAILTLS_SHARD", "2/5"}}, 2, 5, ""},
        {{{"CI_NODE_INDEX", "3"}, {"CI_NODE_TOTAL", "4"}}, 3, 4, ""},
        {{{"CIRCLE_NODE_INDEX", "0"}, {"CIRCLE_NODE_TOTAL", "4"}}, 1, 4, ""},
        {{{"BUILDKITE_PARALLEL_JOB", "3"}, {"BUILDKITE_PARALLEL_JOB_COUNT", "4"}}, 4, 4, ""},
        {{{"SLURM_ARRAY_TASK_ID", "5"},
          {"SLURM_ARRAY_TASK_COUNT", "8"},
          {"SLURM_ARRAY_TASK_MIN", "1"}},
         5,
         8,
         ""},
        {{{"SLURM_ARRAY_TASK_ID", "0"}, {"SLURM_ARRAY_TASK_COUNT", "8"}}, 1, 8, ""},
        {{{"MAILTLS_SHARD", "6/5"}}, 0, 0, "MAILTLS_SHARD: expected a part such as 1/4, got '6/5'"},
        {{{"CI_NODE_INDEX", "5"}, {"CI_NODE_TOTAL", "4"}},
         0,
         0,
         "CI_NODE_INDEX=5 and CI_NODE_TOTAL=4: expected a part of a whole"},
        {{{"CI_NODE_INDEX", "x"}, {"CI_NODE_TOTAL", "4"}},
         0,
         0,
         "CI_NODE_INDEX=x and CI_NODE_TOTAL=4: expected a part of a whole"},
    };
    for (const Case& c : table) {
        std::string wrong;
        const auto shard = from(c.environment, wrong);
        BOOST_TEST(wrong == c.wrong);
        BOOST_TEST((shard ? shard->index : 0) == c.index);
        BOOST_TEST((shard ? shard->count : 0) == c.count);
    }
}

BOOST_AUTO_TEST_CASE(what_failed_is_played_again) {
    const Folder folder;
    folder.write("a.lua", files_of(6));
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet").out == "\n4 passed, 2 failed\n");
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet --failed").out == "\n0 passed, 2 failed\n");
    const Said first = mailtls(folder, "run a.lua -F tap --failed-first");
    BOOST_TEST(has(first.out, "not ok 1 - a.lua::number 3\n"));
    BOOST_TEST(has(first.out, "\nok 3 - a.lua::number 1\n"));
    // One of them is mended: it alone is forgotten.
    std::string mended = folder.read("a.lua");
    mended.replace(mended.find("i % 3"), 10, "i == 3    ");
    folder.write("a.lua", mended);
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet --failed").out == "\n1 passed, 1 failed\n");
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet --failed").out == "\n0 passed, 1 failed\n");
    BOOST_TEST(folder.names() == std::vector<std::string>{"a.lua"});
    // Where that cannot be remembered, the verdict is the same.
    const Said said = mailtls(folder, "run a.lua -F quiet", "XDG_CACHE_HOME=/dev/null");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(has(said.err, "/dev/null/mailtls/failed-"));
}

BOOST_AUTO_TEST_CASE(how_much_is_played) {
    const Folder folder;
    folder.write("a.lua", files_of(9));
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet -x").out == "\n2 passed, 1 failed\n");
    BOOST_TEST(mailtls(folder, "run a.lua -F quiet -j 2 --max-fail 2").out ==
               "\n4 passed, 2 failed\n");
    const Said seeds = mailtls(folder, "run a.lua -k 'number 1' -F json --repeat 3 --seed 5");
    for (const char* const seed : {"\"seed\": 5", "\"seed\": 6", "\"seed\": 7"})
        BOOST_TEST(has(seeds.out, seed));
    const Said slow = mailtls(folder, "run a.lua -F quiet --durations 2");
    BOOST_TEST(slow.err.starts_with("the slowest:\n"));
    BOOST_TEST(std::count(slow.err.begin(), slow.err.end(), '\n') == 3);
    const Said few = mailtls(folder, "run a.lua -k 'number 1' --max-events 5");
    BOOST_TEST(few.code == 4);
    BOOST_TEST(
        mailtls(folder, "run a.lua -F pretty --color always -k 'number 1'").out.find("\x1b[32m") !=
        std::string::npos);
    const Said ascii = mailtls(folder, "run a.lua --ascii");
    for (const char c : ascii.out) BOOST_TEST(static_cast<unsigned char>(c) < 0x80);
}

BOOST_AUTO_TEST_CASE(what_has_come_is_written_when_it_is_interrupted) {
    const Folder folder;
    folder.write("a.lua", files_of(3000));
    const Said said = mailtls(folder, "run a.lua -F quiet --report-json r.json",
                              "timeout --foreground --preserve-status -s INT 2");
    BOOST_TEST(said.code == 130);
    BOOST_TEST(has(said.err, " of 3000 scenarios were played\n"));
    const std::string results = folder.read("r.json");
    BOOST_TEST(has(results, "\"title\": \"number 1\""));
    BOOST_TEST(!has(results, "\"title\": \"number 3000\""));
}

BOOST_AUTO_TEST_SUITE_END()
