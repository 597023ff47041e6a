// mailtls matrix --compare: where two tables differ.
#include <boost/test/unit_test.hpp>

#include "tests/harness/program.hpp"

namespace {

constexpr const char* exim =
    "state,level,zone,outcome,wire,mx_took\n"
    "absent,default,a,delivered,clear,MX1\n"
    "alerts,default,a,delivered,clear,MX1\n"
    "refuses,default,a,bounced,none,\n"
    "offered,default,a,delivered,tls,MX1\n"
    "absent,require,a,deferred,none,\n"
    "alerts,require,a,deferred,none,\n"
    "refuses,require,a,deferred,none,\n"
    "late|r,require,a,daemon-crashed,tls,\n";
constexpr const char* postfix =
    "state,level,outcome,wire,tls_word,mx_took\n"
    "absent,may,delivered,clear,,MX1\n"
    "alerts,may,deferred,none,,\n"
    "refuses,may,bounced,none,,\n"
    "offered,may,delivered,tls,Trusted,MX2\n"
    "_own_,may,delivered,tls,Trusted,MX1\n"
    "absent,encrypt,deferred,none,,\n"
    "alerts,encrypt,deferred,none,,\n"
    "late|r,encrypt,delivered,tls,Trusted,MX1\n";

constexpr const char* of_pair =
    "exim default and postfix may\n"
    "state    exim default                    postfix may\n"
    "alerts   delivered in clear text at MX1  deferred\n"
    "offered  delivered over TLS at MX1       delivered over TLS at MX2\n"
    "2 of 4 states differ\n"
    "1 state is not in exim default: _own_\n"
    "Compared are outcome, wire and mx_took.\n";
constexpr const char* of_all =
    "exim (down) and postfix (across)\n"
    "level    may       encrypt\n"
    "default  2 of 4 *  2 of 2\n"
    "require  2 of 3    1 of 3 *\n"
    "Each cell: how many states differ, of those that both have. * is the nearest of its line.\n"
    "1 state is not in exim: _own_\n"
    "Compared are outcome, wire and mx_took.\n";

void write_both(const Folder& folder) {
    folder.write("exim.csv", exim);
    folder.write("postfix.csv", postfix);
}

struct Wrong {
    const char *table, *arguments, *err;
};

const Wrong wrongs[] = {
    {"", "matrix",
     "mailtls: matrix: expected FILE, or --compare A.csv B.csv; see `mailtls "
     "matrix --help`\n"},
    {"", "matrix --pair a=b", "mailtls: --pair: expected --compare A.csv B.csv beside it\n"},
    {"", "matrix --compare exim.csv",
     "mailtls: --compare: expected two tables, as --compare A.csv B.csv; got 1\n"},
    {"", "matrix --compare exim.csv postfix.csv x.csv",
     "mailtls: --compare: expected two tables, as --compare A.csv B.csv; got 3\n"},
    {"", "matrix exim.csv --compare exim.csv postfix.csv",
     "mailtls: --compare takes two tables (CSV) and plays nothing: leave out exim.csv\n"},
    {"", "matrix --compare exim.csv postfix.csv --against exim.csv",
     "mailtls: --compare takes two tables (CSV) and plays nothing: leave out --against\n"},
    {"", "matrix --compare exim.csv postfix.csv -o x.csv",
     "mailtls: --compare takes two tables (CSV) and plays nothing: leave out --csv\n"},
    {"", "matrix --compare exim.csv postfix.csv -o x.pdf",
     "mailtls: -o x.pdf: expected a name ending in .csv, .md, .svg or .html\n"},
    {"", "matrix --compare exim.csv postfix.csv -o x.md --markdown y.md",
     "mailtls: -o x.md: y.md is written already\n"},
    {"", "matrix --compare exim.csv postfix.csv --pair defualt=may",
     "mailtls: --pair: exim.csv has no level 'defualt'; did you mean 'default'?\n"},
    {"", "matrix --compare exim.csv postfix.csv --pair default=secure",
     "mailtls: --pair: postfix.csv has no level 'secure'; it has may, encrypt\n"},
    {"", "matrix --compare exim.csv postfix.csv --pair default",
     "mailtls: --pair: expected a column of each table, as default=may; got 'default'\n"},
    {"state,level,outcom,wire\na,b,c,d\n", "matrix --compare exim.csv there.csv",
     "mailtls: there.csv: expected a table of `mailtls matrix --csv`, with a column 'outcome' "
     "behind the two that name a cell, got 'state', 'level', 'outcom', 'wire'; did you mean "
     "'outcom'?\n"},
    {"outcome,wire\na,b\n", "matrix --compare there.csv exim.csv",
     "mailtls: there.csv: expected a table of `mailtls matrix --csv`, with a column 'outcome' "
     "behind the two that name a cell, got 'outcome', 'wire'\n"},
    {"state,level,outcome,wire\n", "matrix --compare exim.csv there.csv",
     "mailtls: there.csv: there is no row in it\n"},
    {"state,level,outcome,wire\na,b,c\n", "matrix --compare exim.csv there.csv",
     "mailtls: there.csv: row 2 has 3 fields, the first line has 4\n"},
    {"state,level,outcome,wire\na,b,c,d\na,b,c,d\n", "matrix --compare exim.csv there.csv",
     "mailtls: there.csv: the cell 'a' 'b' stands there twice: its first two columns ('state', "
     "'level') have to name each cell\n"},
    {"policy,level,outcome,wire\na,b,c,d\n", "matrix --compare exim.csv there.csv",
     "mailtls: --compare: the rows of exim.csv are of 'state', those of there.csv of "
     "'policy': they are not of one kind\n"},
    {"state,level,outcome,wire\na,\"b,c,d\n", "matrix --compare exim.csv there.csv",
     "mailtls: there.csv: a quoted field does not end\n"},
    {"return {}\n", "matrix --compare exim.csv there.csv",
     "mailtls: there.csv: expected a table of `mailtls matrix --csv`, with a column 'outcome' "
     "behind the two that name a cell, got 'return {}'\n"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matrix_compare)

BOOST_AUTO_TEST_CASE(as_text) {
    const Folder folder;
    write_both(folder);
    const Said all = mailtls(folder, "matrix --compare exim.csv postfix.csv");
    BOOST_TEST(all.out == of_all);
    BOOST_TEST(all.err == "");
    BOOST_TEST(all.code == 0);
    const Said pair = mailtls(folder, "matrix --compare exim.csv postfix.csv --pair default=may");
    BOOST_TEST(pair.out == of_pair);
    BOOST_TEST(pair.code == 0);
    const Said two = mailtls(
        folder, "matrix --pair default=may --compare exim.csv postfix.csv --pair require=encrypt");
    BOOST_TEST(
        two.out ==
        std::string(of_pair) +
            "\nexim require and postfix encrypt\n"
            "state   exim require                                           postfix encrypt\n"
            "late|r  daemon-crashed, after the text of it crossed over TLS  delivered over "
            "TLS at MX1\n"
            "1 of 3 states differ\n"
            "1 state is not in postfix encrypt: refuses\n"
            "Compared are outcome, wire and mx_took.\n");
    BOOST_TEST(mailtls(folder, "matrix --compare exim.csv postfix.csv -q").out == "");
    const Said part =
        mailtls(folder, "matrix --compare exim.csv postfix.csv --pair default=may -k ^a");
    BOOST_TEST(has(part.out, "\n1 of 2 states differ\n"), part.out);
    const Said same =
        mailtls(folder, "matrix --compare exim.csv ./exim.csv --pair default=default");
    BOOST_TEST(same.out ==
               "exim.csv default and ./exim.csv default\n0 of 4 states differ\nCompared are "
               "outcome, wire and mx_took.\n");
}

BOOST_AUTO_TEST_CASE(as_markdown) {
    const Folder folder;
    write_both(folder);
    BOOST_TEST(mailtls(folder, "matrix --compare exim.csv postfix.csv -o out/all.md -q").code == 0);
    BOOST_TEST(folder.read("out/all.md") ==
               "## exim (down) and postfix (across)\n\n| level | may | encrypt |\n|---|---|---|\n"
               "| default | **2 of 4 \\*** | 2 of 2 |\n| require | 2 of 3 | **1 of 3 \\*** |\n\n"
               "Each cell: how many states differ, of those that both have. \\* is the nearest of "
               "its line.\n\n1 state is not in exim: \\_own\\_\n\n"
               "Compared are outcome, wire and mx_took.\n");
    mailtls(folder, "matrix --compare exim.csv postfix.csv --pair require=encrypt --markdown p.md");
    BOOST_TEST(has(folder.read("p.md"), "\n| late\\|r | daemon-crashed, after "),
               folder.read("p.md"));
}

BOOST_AUTO_TEST_CASE(as_a_picture) {
    const Folder folder;
    write_both(folder);
    BOOST_TEST(mailtls(folder,
                       "matrix --compare exim.csv postfix.csv -o all.svg -o all.md --pair "
                       "default=may --pair require=encrypt")
                   .code == 0);
    const Said checked = shell(folder, "xmllint --noout all.svg");
    BOOST_TEST(checked.code == 0, checked.err);
    const std::string svg = folder.read("all.svg");
    for (const char* const part :
         {"role=\"img\"", ">delivered in clear text at MX1</text>", ">2 of 4 states differ</text>",
          "<desc id=\"picture_desc\">exim default and postfix may: 2 of 4 states differ",
          "prefers-color-scheme: dark", "exim require and postfix encrypt"})
        BOOST_TEST(has(svg, part), part);
    mailtls(folder, "matrix --compare exim.csv postfix.csv --svg again.svg -q --pair default=may");
    mailtls(folder, "matrix --compare exim.csv postfix.csv --svg twice.svg -q --pair default=may");
    BOOST_TEST(folder.read("again.svg") == folder.read("twice.svg"));
}

// A table may lack mx_took, have other keys, and text that is none of Markdown, XML or a terminal.
BOOST_AUTO_TEST_CASE(other_tables) {
    const Folder folder;
    write_both(folder);
    folder.write("bare.csv", "state,mode,outcome,wire\noffered,x,delivered,tls\nabsent,x,,\n");
    const Said bare = mailtls(folder, "matrix --compare bare.csv postfix.csv --pair x=may");
    BOOST_TEST(bare.out ==
               "bare x and postfix may\nstate   bare x   postfix may\n"
               "absent  nothing  delivered in clear text at MX1\n1 of 2 states differ\n"
               "3 states are not in bare x: alerts, refuses, _own_\n"
               "Compared are outcome and wire: bare has no mx_took.\n");
    folder.write("odd.csv",
                 "state,level,outcome,wire\n\"<a>&\n|\",\"\xc3\xa4\xe2\x80\xae\",bounced,x\n");
    const Said odd = mailtls(folder, "matrix --compare odd.csv postfix.csv -o odd.svg -o odd.md");
    BOOST_TEST(odd.code == 0);
    BOOST_TEST(has(odd.out, "\n\xc3\xa4\\u202e  -    -\n"), odd.out);
    BOOST_TEST(has(odd.out, "in postfix: <a>&\\x0a|\n"), odd.out);
    BOOST_TEST(has(folder.read("odd.md"), "in postfix: \\<a\\>&\\\\x0a\\|\n"),
               folder.read("odd.md"));
    BOOST_TEST(shell(folder, "xmllint --noout odd.svg").code == 0);
}

BOOST_AUTO_TEST_CASE(mistakes) {
    for (const Wrong& row : wrongs) {
        const Folder folder;
        write_both(folder);
        if (*row.table != '\0') folder.write("there.csv", row.table);
        const Said said = mailtls(folder, row.arguments);
        BOOST_TEST(said.err == row.err, row.arguments);
        BOOST_TEST(said.out == "", row.arguments);
        BOOST_TEST(said.code == 2, row.arguments);
    }
    const Folder folder;
    write_both(folder);
    const Said none = mailtls(folder, "matrix --compare exim.csv nowhere.csv");
    BOOST_TEST(has(none.err, "nowhere.csv"), none.err);
    BOOST_TEST(none.code == 2);
    folder.write("bytes.csv", "state,level,outcome,wire\n\x1b[31m,b,c,d\n");
    BOOST_TEST(mailtls(folder, "matrix --compare exim.csv bytes.csv").err ==
               "mailtls: bytes.csv: expected a text, got bytes that are none\n");
    BOOST_TEST(mailtls(folder, "matrix --compare exim.csv postfix.csv -o /proc/x.md").code == 7);
}

BOOST_AUTO_TEST_SUITE_END()
