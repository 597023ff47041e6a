// mailtls matrix: tables out, tables compared, snapshots, parts.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>

#include "harness/many/matrix.hpp"
#include "harness/suite/difference.hpp"
#include "harness/suite/suite.hpp"
#include "tests/harness/program.hpp"

namespace {

constexpr const char* csv =
    "state,level,outcome,wire,tls_word,tls_version,mx_took,connections,clear_after_tls_failure,"
    "envelope_in_clear,dsn,a2_outcome,a2_wire,a3_outcome,a3_wire,final_outcome,final_wire\n"
    "absent,none,delivered,clear,,,MX1,1,no,yes,2.0.0,,,,,delivered,clear\n"
    "absent,may,delivered,clear,,,MX1,1,no,yes,2.0.0,,,,,delivered,clear\n"
    "absent,encrypt,deferred,none,,,,1,no,no,4.7.4,deferred,none,deferred,none,deferred,none\n"
    "offered,none,delivered,clear,,,MX1,1,no,yes,2.0.0,,,,,delivered,clear\n"
    "offered,may,delivered,tls,Trusted,TLSv1.3,MX1,1,no,no,2.0.0,,,,,delivered,tls\n"
    "offered,encrypt,delivered,tls,Trusted,TLSv1.3,MX1,1,no,no,2.0.0,,,,,delivered,tls\n"
    "alerts,none,delivered,clear,,,MX1,1,no,yes,2.0.0,,,,,delivered,clear\n"
    "alerts,may,deferred,none,,,,1,no,no,4.7.5,deferred,none,delivered,clear,delivered,clear\n"
    "alerts,encrypt,deferred,none,,,,1,no,no,4.7.5,deferred,none,deferred,none,deferred,none\n";

constexpr const char* grid =
    "levels against receivers\n"
    "state    none   may                      encrypt\n"
    "absent   clear  clear                    waits 4.7.4\n"
    "offered  clear  trusted                  trusted\n"
    "alerts   clear  waits 4.7.5, then clear  waits 4.7.5\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    BOOST_TEST_REQUIRE(at != std::string::npos, "there is no " << from);
    return text.replace(at, from.size(), to);
}

std::string without_line(const std::string& text, const std::string& start) {
    std::istringstream in(text);
    std::string out;
    for (std::string line; std::getline(in, line);)
        if (!line.starts_with(start)) out += line + "\n";
    return out;
}

struct Against {
    const char* what;
    std::string table;
    int code;
    std::string out, err;
};

std::vector<Against> comparisons() {
    const std::string but =
        "mailtls: there.csv has no wire tls_word tls_version mx_took connections "
        "clear_after_tls_failure envelope_in_clear dsn a2_outcome a2_wire a3_outcome a3_wire "
        "final_outcome final_wire: compared by outcome\n";
    const std::string unequal = "absent encrypt: outcome is 'deferred', there 'delivered'\n";
    return {
        {"the same", csv, 0, "9 of 9 cells agree\n", ""},
        {"a part of the columns", "level,state,outcome\nmay,absent,delivered\n", 0,
         "1 of 1 cells agree\n",
         but + "mailtls: 8 rows are not in there.csv: [absent none] [absent encrypt] "
               "[offered none] [offered may] [offered encrypt] [alerts none] [alerts may] "
               "[alerts encrypt]\n"},
        {"columns that nobody judges",
         "state,level,outcome,remark\nabsent,may,delivered,as expected\n", 0,
         "1 of 1 cells agree\n",
         but + "mailtls: 8 rows are not in there.csv: [absent none] [absent encrypt] "
               "[offered none] [offered may] [offered encrypt] [alerts none] [alerts may] "
               "[alerts encrypt]\n"},
        {"one value", replaced(csv, "encrypt,deferred", "encrypt,delivered"), 6,
         unequal + "8 of 9 cells agree\n", ""},
        {"two values of one cell", replaced(csv, "encrypt,deferred,none", "encrypt,bounced,tls"), 6,
         "absent encrypt: outcome is 'deferred', there 'bounced'; wire is 'none', there 'tls'\n"
         "8 of 9 cells agree\n",
         ""},
        {"a row less", without_line(csv, "alerts,may,"), 0, "8 of 8 cells agree\n",
         "mailtls: 1 row is not in there.csv: [alerts may]\n"},
        {"an unknown state", replaced(csv, "alerts,may", "alarms,may"), 6, "8 of 8 cells agree\n",
         "mailtls: 1 row is not in there.csv: [alerts may]\n"
         "mailtls: 1 row is not in matrix.lua: [alarms may]\n"},
        {"no row", std::string(csv).substr(0, std::string(csv).find('\n') + 1), 6,
         "0 of 0 cells agree\n",
         "mailtls: 9 rows are not in there.csv: [absent none] [absent may] [absent encrypt] "
         "[offered none] [offered may] [offered encrypt] [alerts none] [alerts may] [alerts "
         "encrypt]\n"},
        {"a key column less", replaced(csv, "state,level", "state,levels"), 2, "",
         "mailtls: there.csv: the key column 'level' is missing\n"},
        {"no column that is a result", "state,level,remark\nabsent,may,fine\n", 2, "",
         "mailtls: there.csv: none of its columns is a result of this matrix, which has outcome "
         "wire tls_word tls_version mx_took connections clear_after_tls_failure envelope_in_clear "
         "dsn a2_outcome a2_wire a3_outcome a3_wire final_outcome final_wire\n"},
        {"a row with too few fields", "state,level,outcome\nabsent,may\n", 2, "",
         "mailtls: there.csv: row 2 has 2 fields, the first line has 3\n"},
        {"a quote that does not end", "state,level,outcome\nabsent,may,\"x\n", 2, "",
         "mailtls: there.csv: a quoted field does not end\n"},
        {"nothing", "", 2, "", "mailtls: there.csv: expected a line of column names\n"},
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(matrix_cli)

BOOST_AUTO_TEST_CASE(a_table_a_cell_a_row) {
    const Folder folder;
    folder.copy("matrix.lua");
    const Said said = mailtls(folder, "matrix matrix.lua --csv new/out.csv");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.out + said.err == "");
    BOOST_TEST(folder.read("new/out.csv") == csv);
    BOOST_TEST(mailtls(folder, "matrix matrix.lua").out == std::string(grid) + "\n");
    BOOST_TEST(mailtls(folder, "matrix matrix.lua -q").out == "");
}

BOOST_AUTO_TEST_CASE(the_same_with_any_number_of_workers) {
    const Folder folder;
    folder.copy("matrix.lua");
    BOOST_TEST(mailtls(folder, "matrix matrix.lua -j 4 --csv out.csv").code == 0);
    BOOST_TEST(folder.read("out.csv") == csv);
}

BOOST_AUTO_TEST_CASE(each_difference_from_another_table_is_told) {
    const Folder folder;
    folder.copy("matrix.lua");
    for (const Against& a : comparisons()) {
        folder.write("there.csv", a.table);
        const Said said = mailtls(folder, "matrix matrix.lua --against there.csv");
        BOOST_TEST(said.code == a.code, a.what << ": " << said.code);
        BOOST_TEST(said.out == a.out, a.what << ": " << said.out);
        BOOST_TEST(said.err == a.err, a.what << ": " << said.err);
    }
    const Said lost = mailtls(folder, "matrix matrix.lua --against nowhere.csv");
    BOOST_TEST(lost.code != 0);
    BOOST_TEST(lost.err ==
               "mailtls: nowhere.csv: expected a table (CSV), but there is no such file to read\n");
}

BOOST_AUTO_TEST_CASE(known_differences_have_a_reason) {
    const Folder folder;
    folder.copy("matrix.lua");
    folder.write("there.csv", replaced(csv, "encrypt,deferred", "encrypt,delivered"));
    folder.write("known.csv", "state,level,reason\nabsent,encrypt,it was measured wrong\n");
    const std::string told =
        "absent encrypt: outcome is 'deferred', there 'delivered' (known: it was measured wrong)\n"
        "1 known differences\n8 of 9 cells agree\n";
    const Said alone = mailtls(folder, "matrix matrix.lua --known nowhere.csv");
    BOOST_TEST(alone.code == 2);
    BOOST_TEST(alone.err.find("name the table by --against") != std::string::npos, alone.err);
    const Said named = mailtls(folder, "matrix matrix.lua --against there.csv --known known.csv");
    BOOST_TEST(named.code == 0);
    BOOST_TEST(named.out == told);
    // The same list is found beside the matrix.
    folder.write("known_differences.csv", folder.read("known.csv"));
    BOOST_TEST(mailtls(folder, "matrix matrix.lua --against there.csv").out == told);
    // What agrees now must leave the list.
    folder.write("there.csv", csv);
    const Said stale = mailtls(folder, "matrix matrix.lua --against there.csv");
    BOOST_TEST(stale.code == 6);
    BOOST_TEST(stale.out ==
               "absent encrypt: listed as a known difference, and is none\n9 of 9 cells agree\n");
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_kept_compared_and_taken_over) {
    const Folder folder;
    folder.copy("matrix.lua");
    const std::string command = "matrix matrix.lua --snapshot kept.txt";
    BOOST_TEST(mailtls(folder, command).code == 0);
    BOOST_TEST(folder.read("kept.txt") == grid);
    BOOST_TEST(mailtls(folder, command).code == 0);
    const std::string old = replaced(grid, "waits 4.7.4", "clear");
    folder.write("kept.txt", old);
    const Said changed = mailtls(folder, command);
    BOOST_TEST(changed.code == 6);
    BOOST_TEST(changed.out ==
               "- absent   clear  clear                    clear\n"
               "+ absent   clear  clear                    waits 4.7.4\n");
    BOOST_TEST(changed.err ==
               "mailtls: kept.txt: the matrix has changed; --update takes the change over\n");
    BOOST_TEST(folder.read("kept.txt") == old);
    BOOST_TEST(mailtls(folder, command + " --update").code == 0);
    BOOST_TEST(folder.read("kept.txt") == grid);
}

BOOST_AUTO_TEST_CASE(parts_join_to_the_whole) {
    const Folder folder;
    folder.copy("matrix.lua");
    std::vector<std::string> rows;
    for (const char* const part : {"1/2", "2/2"}) {
        BOOST_TEST(
            mailtls(folder, "matrix matrix.lua --csv part.csv --shard " + std::string(part)).code ==
            0);
        std::istringstream in(folder.read("part.csv"));
        std::string header;
        std::getline(in, header);
        BOOST_TEST(std::string(csv).starts_with(header + "\n"));
        for (std::string line; std::getline(in, line);) rows.push_back(line);
    }
    std::vector<std::string> whole;
    std::istringstream in(csv);
    for (std::string line; std::getline(in, line);) whole.push_back(line);
    whole.erase(whole.begin());
    std::sort(rows.begin(), rows.end());
    std::sort(whole.begin(), whole.end());
    BOOST_TEST(rows == whole, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_part_is_compared_with_its_rows_alone) {
    const Folder folder;
    folder.copy("matrix.lua");
    folder.write("there.csv", csv);
    const Said said = mailtls(folder, "matrix matrix.lua --shard 1/2 --against there.csv");
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.out == "6 of 6 cells agree\n");
    BOOST_TEST(said.err == "");
    const Said empty = mailtls(folder, "matrix matrix.lua --shard 4/4 --against there.csv");
    BOOST_TEST(empty.code == 0);
    BOOST_TEST(empty.out == "0 of 0 cells agree\n");
    for (const char* const wrong : {"3/2", "0/2", "1/0", "1", "x", "1/2/3", "1/2x", "-1/2"}) {
        const Said refused = mailtls(folder, "matrix matrix.lua --shard=" + std::string(wrong));
        BOOST_TEST(refused.code == 2, wrong);
        BOOST_TEST(refused.err == "mailtls: --shard: expected a part such as 1/4, got '" +
                                      std::string(wrong) + "'\n");
    }
}

BOOST_AUTO_TEST_CASE(pictures_of_the_table) {
    const Folder folder;
    folder.copy("matrix.lua");
    BOOST_TEST(mailtls(folder, "matrix matrix.lua -q --svg m.svg --markdown m.md").code == 0);
    BOOST_TEST(folder.read("m.svg").ends_with("</svg>\n"));
    BOOST_TEST(has(folder.read("m.svg"), "then clear"));
    BOOST_TEST(
        folder.read("m.md") ==
        "## levels against receivers\n\n| state | none | may | encrypt |\n|---|---|---|---|\n"
        "| absent | clear | clear | waits 4.7.4 |\n"
        "| offered | clear | trusted | trusted |\n"
        "| alerts | clear | waits 4.7.5, then clear | waits 4.7.5 |\n");
}

BOOST_AUTO_TEST_CASE(a_cell_that_breaks_is_named) {
    const Folder folder;
    folder.write("broken.lua",
                 "matrix('m', { rows = { a = { 'b', 'c' } }, columns = { d = { 'e' } },\n"
                 "  play = function(a)\n"
                 "    if a == 'c' then sender 'mail.alice.example' { tsl = a } end\n"
                 "    receiver 'mx.bob.example' {}\n"
                 "    return sender 'x.alice.example' {}:sends { to = 'bob@bob.example' }\n"
                 "  end })\n");
    folder.write("nothing.lua",
                 "matrix('m', { rows = { a = { 'b' } }, columns = { d = { 'e' } },\n"
                 "  play = function() end })\n");
    const Said said = mailtls(folder, "matrix broken.lua --csv out.csv");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(said.err ==
               "mailtls: broken.lua:3: cell c e: sender has no option 'tsl'; did you mean "
               "'tls'?\n");
    BOOST_TEST(has(folder.read("out.csv"), "\nc,e,broken,"), folder.read("out.csv"));
    const Said nothing = mailtls(folder, "matrix nothing.lua");
    BOOST_TEST(nothing.code == 4);
    BOOST_TEST(has(nothing.err,
                   "cell b e: matrix 'm': expected play to give back a mail, got "
                   "nothing"),
               nothing.err);
}

// The mail goes only when its cell's script is over.
BOOST_AUTO_TEST_CASE(what_a_cell_calls_never_is_judged_when_its_attempts_are_over) {
    const Folder folder;
    folder.write("m.lua",
                 "matrix('m', { rows = { starttls = { 'absent', 'offered' } },\n"
                 "  columns = { level = { 'may', 'encrypt' } }, play = function(starttls, level)\n"
                 "    local alice = sender 'mail.alice.example' { tls = level }\n"
                 "    local bob = receiver 'mx.bob.example' { starttls = starttls }\n"
                 "    local eve = eavesdropper 'eve' { between = { alice, bob } }\n"
                 "    local mail = alice:sends { to = 'bob@bob.example' }\n"
                 "    expect(eve).never_read(mail)\n"
                 "    return mail\n"
                 "  end })\n");
    const Said said = mailtls(folder, "matrix m.lua --csv out.csv");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(said.err.starts_with("mailtls: m.lua:7: cell absent may: expected eve never to have "
                                    "read the mail until the script ends; at 0.000 s it was so, "),
               said.err);
    std::string wrong;
    const core::CsvTable table =
        core::parse_csv(folder.read("out.csv"), {"starttls", "level"}, wrong);
    BOOST_TEST_REQUIRE(table.rows.size() == 4u);
    BOOST_TEST(table.rows[0].values.at("outcome") == "broken");
    BOOST_TEST(table.rows[1].values.at("outcome") == "deferred");
    BOOST_TEST(table.rows[2].values.at("outcome") == "delivered");
    BOOST_TEST(table.rows[3].values.at("outcome") == "delivered");
}

// Alone or among the others, a cell says the same.
BOOST_AUTO_TEST_CASE(a_cell_is_a_world_of_its_own) {
    const Folder folder;
    folder.copy("cells.lua");
    const Said together = mailtls(folder, "matrix cells.lua --csv all.csv");
    BOOST_TEST_REQUIRE(together.code == 0, together.err);
    std::istringstream in(folder.read("all.csv"));
    std::string header;
    std::getline(in, header);
    int cells = 0;
    for (std::string line; std::getline(in, line); ++cells) {
        const std::size_t from = line.find(',') + 1;
        const std::string shape = line.substr(from, line.find(',', from) - from);
        const Said alone = mailtls(folder, "matrix cells.lua --csv one.csv -D only=" + shape);
        BOOST_TEST(alone.code == 0, alone.err);
        BOOST_TEST(folder.read("one.csv") == header + "\n" + line + "\n");
    }
    BOOST_TEST(cells == 9);
}

// A host that may have taken the mail is passed over, and the next one gets it in the same attempt
// (RFC 5321 section 4.5.3.2.6): no attempt has ended by that.
BOOST_AUTO_TEST_CASE(a_forewarning_ends_no_attempt) {
    const Folder folder;
    folder.write(
        "m.lua",
        "matrix('m', { rows = { n = { 'one', 'two' } }, columns = { level = { 'may' } },\n"
        "  attempts = 2, play = function(n, level)\n"
        "    receiver 'mx1.bob.example' { serves = 'bob.example', preference = 10,\n"
        "      replies_in_tls = { ['end of data'] = 'drops' } }\n"
        "    receiver 'mx2.bob.example' { serves = 'bob.example', preference = 20 }\n"
        "    receiver 'mx.carol.example' {}\n"
        "    local to = { 'bob@bob.example', n == 'two' and 'carol@carol.example' or nil }\n"
        "    return sender 'mail.alice.example' { tls = level }:sends { to = to }\n"
        "  end })\n");
    const Said said = mailtls(folder, "matrix m.lua --csv out.csv");
    BOOST_TEST_REQUIRE(said.code == 0, said.err);
    std::string wrong;
    const core::CsvTable table = core::parse_csv(folder.read("out.csv"), {"n", "level"}, wrong);
    BOOST_TEST_REQUIRE(table.rows.size() == 2u);
    BOOST_TEST(table.rows[0].values.at("outcome") == "delivered");
    BOOST_TEST(table.rows[0].values.at("mx_took") == "MX2");
    BOOST_TEST(table.rows[0].values.at("connections") == "2");
    BOOST_TEST(table.rows[0].values.at("a2_outcome") == "");
    BOOST_TEST(table.rows[1].values.at("outcome") == "delivered");
}

// What never ends in the world ends by its budget, and the cell is named.
BOOST_AUTO_TEST_CASE(a_cell_without_end_is_named) {
    const Folder folder;
    folder.copy("matrix.lua");
    const std::string file = folder.path() + "/matrix.lua";
    many::MatrixPlan plan;
    plan.terms = files::disk();
    const script::MatrixListing listing = script::list_matrices(file, 1, plan.terms);
    BOOST_TEST_REQUIRE(listing.matrices.size() == 1u);
    plan.entry = listing.matrices.front();
    plan.terms.budget.turns = 20;
    const many::Matrix matrix = many::play_matrix(plan, [](std::size_t, std::size_t) {});
    BOOST_TEST_REQUIRE(matrix.mistakes.size() == 9u);  // each cell
    BOOST_TEST(matrix.mistakes.front().message ==
               "cell absent none: its attempts are not over after 20 turns of the world");
}

BOOST_AUTO_TEST_CASE(the_options_of_a_matrix) {
    const Folder folder;
    folder.write("m.lua",
                 "local function play(state)\n"
                 "  receiver 'mx.bob.example' { starttls = state }\n"
                 "  return sender 'mail.alice.example' {}:sends { to = 'bob@bob.example' }\n"
                 "end\n"
                 "local rows = { peer = { plain = 'absent', good = 'offered' } }\n"
                 "local columns = { day = { 'monday' } }\n"
                 "matrix('one', { rows = rows, columns = columns, play = play, attempts = 1 })\n"
                 "matrix('two', { rows = rows, columns = columns, play = play, attempts = 1,\n"
                 "  prefix = 'again_' })\n");
    BOOST_TEST(mailtls(folder, "matrix m.lua --csv out.csv").code == 0);
    std::string wrong;
    const core::CsvTable table = core::parse_csv(folder.read("out.csv"), {"peer", "day"}, wrong);
    BOOST_TEST(wrong == "");
    BOOST_TEST_REQUIRE(table.rows.size() == 2u);
    BOOST_TEST(table.results.size() == 18u);
    BOOST_TEST(table.rows[0].key.front() == "good");
    BOOST_TEST(table.rows[0].values.at("wire") == "tls");
    BOOST_TEST(table.rows[1].values.at("again_wire") == "clear");
}

// RFC 4180: what was written is read again, whatever stands in it.
BOOST_AUTO_TEST_CASE(a_table_survives_being_written) {
    core::CsvTable table;
    table.keys = {"a"};
    table.results = {"b", "c"};
    table.rows.push_back({{"x,\"y\""}, {{"b", "two\r\nlines"}, {"c", ""}}});
    table.rows.push_back({{""}, {{"b", "\""}, {"c", "plain"}}});
    std::string wrong;
    const core::CsvTable again = core::parse_csv(core::to_csv(table), table.keys, wrong);
    BOOST_TEST(wrong == "");
    BOOST_TEST(core::to_csv(again) == core::to_csv(table));
    BOOST_TEST_REQUIRE(again.rows.size() == 2u);
    BOOST_TEST(again.rows[0].key.front() == "x,\"y\"");
    BOOST_TEST(again.rows[0].values.at("b") == "two\r\nlines");
}

BOOST_AUTO_TEST_CASE(changed_lines_are_told_in_order) {
    const auto changes = [](const char* before, const char* after) {
        std::string out;
        for (const std::string& line : suite::changed_lines(before, after)) out += line + "|";
        return out;
    };
    BOOST_TEST(changes("a\nb\nc\n", "a\nb\nc\n") == "");
    BOOST_TEST(changes("a\nb\nc\n", "a\nx\nc\n") == "- b|+ x|");
    BOOST_TEST(changes("a\nb\n", "b\nc\n") == "- a|+ c|");
    BOOST_TEST(changes("", "a\n") == "+ a|");
    BOOST_TEST(changes("a\n", "") == "- a|");
}

BOOST_AUTO_TEST_SUITE_END()
