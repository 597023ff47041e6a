// mailtls sweep: every cell, a sample, its results, and going on where it was ended.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/harness/program.hpp"

namespace {

constexpr const char* small = R"lua(
sweep("small", {
  over = {
    level = { "may", "encrypt", "secure" },
    receiver = { plain = { starttls = "absent" }, own = { certificate = self_signed }, good = {} },
    user = { "bob", "nobody" },
  },
  play = function(cell)
    local alice = sender "mail.alice.example" { tls = cell.level }
    cell.receiver.users = { "bob" }
    receiver "mx.bob.example" (cell.receiver)
    local mail = alice:sends { to = cell.user .. "@bob.example" }
    after "10 minutes"
    if cell.level == "secure" then expect(mail).crossed(given("secure", "not at all")) end
  end,
})
)lua";

// So many cells are not done in a moment.
constexpr const char* many = R"lua(
local many = {}
for i = 1, 400 do many[i] = tostring(i) end
sweep("s", { over = { a = many, b = many }, play = function(c)
  local alice = sender "mail.alice.example" {}
  alice:sends { to = "bob@bob.example", subject = c.a .. c.b }
  after "1 s"
end })
)lua";

Folder& stocked(Folder& folder) {
    folder.write("s.lua", small);
    return folder;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

constexpr const char* everything = "sweep s.lua --out o.jsonl";

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep)

BOOST_AUTO_TEST_CASE(every_cell_is_played_and_told) {
    Folder folder;
    const Said said = mailtls(stocked(folder), everything);
    // Only once does a proven receiver take a mail at level secure.
    BOOST_TEST(said.code == 1);
    BOOST_TEST(
        said.out.starts_with("small: 18 cells\ncell 13 (level=secure, receiver=good, "
                             "user=bob): s.lua:14: expected the mail crossed 'not at all', "),
        said.out);
    BOOST_TEST(has(said.out, "\n  repeat: mailtls sweep 's.lua' --seed 1 --at 13\n"), said.out);
    BOOST_TEST(last_line(said.out) == "17 passed, 1 failed");
    const auto lines = lines_of(folder.read("o.jsonl"));
    BOOST_TEST_REQUIRE(lines.size() == 19u);
    const auto head = nlohmann::ordered_json::parse(lines[0]);
    BOOST_TEST(head["schema"] == "mailtls.sweep/1");
    BOOST_TEST(head["cells"] == 18);
    BOOST_TEST(head["over"].dump() ==
               R"({"level":["may","encrypt","secure"],"receiver":["good","own","plain"],)"
               R"("user":["bob","nobody"]})");
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto cell = nlohmann::ordered_json::parse(lines[i]);
        BOOST_TEST(cell["cell"] == i);
        BOOST_TEST(cell["mails"].size() == 1u);
        const bool fails = i == 13;
        BOOST_TEST(cell["status"] == (fails ? "failed" : "passed"), lines[i]);
        BOOST_TEST(cell.contains("failure") == fails);
    }
    for (const char* const part :
         {"                   delivered     bounced    deferred\n"
          "in clear text              1           0           0\n"
          "encrypted                  4           0           0\n"
          "authenticated              1           0           0\n"
          "not at all                 0           6           6\n",
          "\nlevel        cells  in clear text      encrypted  authenticated     not at all   "
          "failed\n"
          "  may            6              1              2              0              3        "
          "0\n",
          "\n  secure         6              0              0              1              5        "
          "1\n\nreceiver "})
        BOOST_TEST(has(said.out, part), said.out);
}

BOOST_AUTO_TEST_CASE(what_a_cell_calls_never_is_judged_at_its_end) {
    Folder folder;
    folder.write("n.lua",
                 "sweep('n', { over = { level = { 'encrypt', 'none' } }, play = function(cell)\n"
                 "  local alice = sender 'mail.alice.example' { tls = cell.level }\n"
                 "  local bob = receiver 'mx.bob.example' {}\n"
                 "  local eve = eavesdropper 'eve' { between = { alice, bob } }\n"
                 "  expect(eve).never_read(alice:sends { to = 'bob@bob.example' })\n"
                 "end })\n");
    const Said said = mailtls(folder, "sweep n.lua");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(has(said.out,
                   "cell 2 (level=none): n.lua:5: expected eve never to have read the mail until "
                   "the script ends; at 0.000 s it was so, "),
               said.out);
    BOOST_TEST(last_line(said.out) == "1 passed, 1 failed");
}

BOOST_AUTO_TEST_CASE(any_number_of_workers_writes_the_same) {
    Folder folder;
    mailtls(stocked(folder), everything);
    const Said two = mailtls(folder, "sweep s.lua --out two.jsonl -j 2");
    BOOST_TEST(folder.read("two.jsonl") == folder.read("o.jsonl"));
    const Said three = mailtls(folder, "sweep s.lua -j 3");
    BOOST_TEST(two.out == three.out);
}

BOOST_AUTO_TEST_CASE(a_sample_is_part_of_it) {
    Folder folder;
    mailtls(stocked(folder), everything);
    const auto all = lines_of(folder.read("o.jsonl"));
    for (const std::string seed : {"1", "2"}) {
        const std::string file = "sample" + seed;
        const Said said =
            mailtls(folder, "sweep s.lua --sample 14 --seed " + seed + " --out " + file);
        BOOST_TEST(said.out.starts_with("small: a sample of 14 cells; the first "), said.out);
        BOOST_TEST(has(said.out, " show every pair of values\n"), said.out);
        const auto lines = lines_of(folder.read(file));
        BOOST_TEST(lines.size() == 15u);
        std::set<std::string> cells;
        for (std::size_t i = 1; i < lines.size(); ++i) {
            cells.insert(nlohmann::json::parse(lines[i])["at"].dump());
            if (seed == "1")
                BOOST_TEST(std::count(all.begin(), all.end(), lines[i]) == 1, lines[i]);
        }
        BOOST_TEST(cells.size() == 14u);
    }
    BOOST_TEST(folder.read("sample1") != folder.read("sample2"));
}

BOOST_AUTO_TEST_CASE(what_was_cut_off_anywhere_is_gone_on_with) {
    Folder folder;
    const Said whole = mailtls(stocked(folder), everything);
    const std::string results = folder.read("o.jsonl");
    const auto totals = [](const std::string& out) { return out.substr(out.find("\n\n")); };
    for (std::size_t cut = 0; cut <= results.size(); cut += cut < 700 ? 90 : 911) {
        folder.write("o.jsonl", results.substr(0, cut));
        const Said said = mailtls(folder, std::string(everything) + " --resume -j 2");
        BOOST_TEST(said.code == 1, cut << ": " << said.err);
        BOOST_TEST(folder.read("o.jsonl") == results, cut);
        BOOST_TEST(totals(said.out) == totals(whole.out), cut);
    }
    const Said done = mailtls(folder, std::string(everything) + " --resume");
    BOOST_TEST(done.err == "mailtls: o.jsonl: 18 of 18 cells were played before\n");
}

BOOST_AUTO_TEST_CASE(a_sweep_that_is_killed_goes_on) {
    Folder folder;
    folder.write("s.lua", many);
    const std::string sweep =
        std::string(MAILTLS_PROGRAM) + " sweep s.lua --sample 900 -j 2 --out ";
    folder.write("o.jsonl", "");
    shell(
        folder,
        "( " + sweep +
            "o.jsonl --resume & it=$!; while [ \"$(wc -l < o.jsonl)\" -lt 100 ] && kill -0 $it; do "
            "sleep 0.01; done; kill -9 $it; wait $it )");
    const std::size_t lines = lines_of(folder.read("o.jsonl")).size();
    BOOST_TEST(lines >= 100u);
    BOOST_TEST(lines < 900u);
    const Said on = shell(folder, sweep + "o.jsonl --resume");
    BOOST_TEST(on.code == 0, on.err);
    BOOST_TEST(has(on.err, " of 900 cells were played before\n"), on.err);
    BOOST_TEST(last_line(on.out) == "900 passed, 0 failed");
    shell(folder, sweep + "whole.jsonl");
    BOOST_TEST((folder.read("o.jsonl") == folder.read("whole.jsonl")));
}

BOOST_AUTO_TEST_CASE(a_failure_can_end_it) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "sweep s.lua -x --out o.jsonl");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err == "mailtls: stopped: 13 of 18 cells were played; --resume goes on\n");
    BOOST_TEST(last_line(said.out) == "12 passed, 1 failed");
}

BOOST_AUTO_TEST_CASE(ctrl_c_tells_what_came_so_far) {
    Folder folder;
    folder.write("s.lua", many);
    folder.write("o.jsonl", "");
    const Said said = shell(
        folder, "( " MAILTLS_PROGRAM
                " sweep s.lua --resume --out o.jsonl -j 2 & it=$!; "
                "while [ \"$(wc -l < o.jsonl)\" -lt 20 ] && kill -0 $it; do sleep 0.01; done; "
                "kill -INT $it; wait $it )");
    BOOST_TEST(said.code == 130);
    BOOST_TEST(has(said.err, "mailtls: interrupted: "), said.err);
    BOOST_TEST(has(said.err, " cells were played; --resume goes on\n"), said.err);
    BOOST_TEST(last_line(said.out).ends_with(" passed, 0 failed"), said.out);
}

BOOST_AUTO_TEST_CASE(a_sample_of_too_many_pairs_says_so) {
    Folder folder;
    folder.write("s.lua", R"lua(
local many = {}
for i = 1, 2001 do many[i] = tostring(i) end
sweep("s", { over = { a = many, b = many, c = { "x" } }, play = function() end })
)lua");
    const Said said = mailtls(folder, "sweep s.lua --sample 3");
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(said.out.starts_with("s: a sample of 3 cells, by chance alone: there are too many "
                                    "pairs of values to show them first\n"),
               said.out);
}

BOOST_AUTO_TEST_CASE(one_cell_is_told_as_a_conversation) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "sweep s.lua --at 13");
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.out.starts_with("level=secure, receiver=good, user=bob\n\nMargin: "), said.out);
    BOOST_TEST(has(said.out, "C: STARTTLS\n"));
    BOOST_TEST(said.err.starts_with("mailtls: s.lua:14: expected the mail crossed 'not at all'"),
               said.err);
    BOOST_TEST(mailtls(folder, "sweep s.lua --at 13 -D secure=authenticated").code == 0);
}

BOOST_AUTO_TEST_CASE(a_cell_that_breaks_is_no_end_of_the_others) {
    Folder folder;
    folder.write("s.lua", R"lua(
sweep("s", { over = { n = { "1", "2", "3" } }, play = function(c)
  if c.n == "2" then sendr "x" end
end })
)lua");
    const Said said = mailtls(folder, "sweep s.lua");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(has(said.out, "cell 2 (n=2): s.lua:3: no such word: 'sendr'"), said.out);
    BOOST_TEST(last_line(said.out) == "2 passed, 1 failed");
}

BOOST_AUTO_TEST_CASE(what_is_no_cell_is_refused_with_its_line) {
    Folder folder;
    mailtls(stocked(folder), everything);
    const std::string results = folder.read("o.jsonl");
    const std::string head = results.substr(0, results.find('\n') + 1);
    const char* const odd[] = {"\"failure\":\"x\",\"mails\":[]",
                               "\"failure\":null,\"mails\":[]",
                               "\"failure\":{\"file\":5},\"mails\":[]",
                               "\"mails\":[1]",
                               "\"mails\":{}",
                               "\"mails\":[{\"crossed\":5,\"fate\":\"x\"}]",
                               "\"mails\":[],\"bug\":5"};
    for (const char* const cell : odd) {
        const std::string start = R"({"cell":1,"status":"passed",)";
        folder.write("odd.jsonl", head + start + cell + "}\n");
        const Said said = mailtls(folder, "sweep s.lua --out odd.jsonl --resume");
        BOOST_TEST(said.code == 2, cell);
        BOOST_TEST(said.err == "mailtls: odd.jsonl:2: expected what came of cell 1\n", said.err);
    }
}

// What is asked of `sweep`, in the folder that the test below makes.
struct Wrong {
    std::string arguments;
    int code;
    std::string err;
};
const std::vector<Wrong> wrongs{
    {"s.lua --sample 0", 2, "--sample: expected a whole number from 1 to 1000000000000, got '0'"},
    {"s.lua --at 19", 5, "--at 19: there is no such cell; there are 18"},
    {"s.lua --resume", 2, "--resume: expected --out FILE, with what was played before"},
    {"s.lua --out o.jsonl", 2,
     "o.jsonl: is there already; --resume goes on with it, or remove it first"},
    {"s.lua --out there.jsonl --resume", 2,
     "there.jsonl:1: these are results of another sweep, or of a file, a seed, a sample, "
     "values or a version that have changed since"},
    {"s.lua --out o.jsonl --resume --seed 2", 2,
     "o.jsonl:1: these are results of another sweep, or of a file, a seed, a sample, values "
     "or a version that have changed since"},
    {"s.lua --out foreign.json --resume", 2,
     "foreign.json:1: these are results of another sweep, or of a file, a seed, a sample, "
     "values or a version that have changed since"},
    {"s.lua --at 3 --sample 4", 2, "--sample excludes --at"},
    {"s.lua --out more.jsonl --resume", 2, "more.jsonl:20: expected no more cells"},
    {"s.lua --out gap.jsonl --resume", 2, "gap.jsonl:3: expected what came of cell 2"},
    {"s.lua --out dir", 7, "dir: expected a file to write, got a directory"},
    {"s.lua --timeout soon", 2, "--timeout: expected a whole number from 1 to 86400, got 'soon'"},
    {"two.lua", 5, "two.lua: there are 2 sweeps; pick one by --only 'small'"},
    {"two.lua --only othre", 5, "two.lua: there is no sweep 'othre'; did you mean 'other'?"},
    {"none.lua", 5, "none.lua: there is no sweep in this file"},
    {"worse.lua", 3, "worse.lua:2: unexpected symbol near <eof>"},
    {"gone.lua", 3, "gone.lua: expected a scenario file, but there is none"},
    {"huge.lua", 3, "huge.lua:3: sweep 'huge' has more than 1000000000000 cells"},
    {"", 2, "sweep: file is required; see `mailtls sweep --help`"},
};

BOOST_AUTO_TEST_CASE(a_wrong_use_is_one_sentence) {
    Folder folder;
    stocked(folder);
    folder.write("two.lua", std::string(small) +
                                "sweep('other', { over = { a = { '1' } }, play = "
                                "function() end })\n");
    folder.write("none.lua", "scenario('x', function() end)\n");
    folder.write("worse.lua", "sweep(\n");
    folder.write("huge.lua",
                 "local many = {}\nfor i = 1, 2000 do many[i] = tostring(i) end\n"
                 "sweep('huge', { over = { a = many, b = many, c = many, d = many }, play = "
                 "function() end })\n");
    folder.write("there.jsonl", "something else\n");
    folder.write("dir/x", "");
    mailtls(folder, everything);
    const std::string results = folder.read("o.jsonl");
    folder.write("more.jsonl", results + "{}\n");
    folder.write("foreign.json", "{\"precious\": 1}");
    const std::size_t second = results.find('\n', results.find('\n') + 1) + 1;
    folder.write("gap.jsonl",
                 results.substr(0, second) + results.substr(results.find('\n', second) + 1));
    for (const Wrong& w : wrongs) {
        const Said said = mailtls(folder, "sweep " + w.arguments);
        BOOST_TEST(said.code == w.code, w.arguments);
        BOOST_TEST(said.out == "", w.arguments);
        BOOST_TEST(said.err == "mailtls: " + w.err + "\n", w.arguments << ": " << said.err);
    }
    BOOST_TEST(folder.read("o.jsonl") == results);
    BOOST_TEST(folder.read("foreign.json") == "{\"precious\": 1}");
}

BOOST_AUTO_TEST_SUITE_END()
