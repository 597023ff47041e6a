// Strings, lists and lookups: chapters 9 to 11 of Exim's specification.
#include <boost/test/unit_test.hpp>

#include "sim/policy/exim_eval.hpp"

using namespace policy;
using namespace policy::exim;

namespace {

core::Result<std::string> files(const std::string& name) {
    if (name == "domains")
        return std::string("# ours\nbob.example\n! x.dave.example # not\n*.dave.example\n");
    if (name == "hubs")
        return std::string(
            "# hubs\nbob.example: mx.hub.example\n*.carol.example  mx.carol.example:\n  mx2\n"
            "\"odd key\": value\nplain\n*: any\n");
    if (name == "wild")
        return std::string("^mx\\.bob: one\n*.dave.example: two\nfrank.example: three\n");
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

Known known_here() {
    Known out(files);
    out.domains["local"] = {"@ : localhost : alice.example", "conf", 1};
    out.domains["both"] = {"!x.bob.example : +local : *.bob.example", "conf", 2};
    out.domains["loop"] = {"a.example : +loop", "conf", 3};
    out.domains["unknown"] = {"bob.example : ${lookup mysql{x}} : carol.example", "conf", 4};
    out.hosts["near"] = {"192.0.2.0/24 : 2001::db8::::/32", "conf", 4};
    out.primary_hostname = "mx.alice.example";
    out.qualify_domain = "alice.example";
    return out;
}

std::string told(const Found& found) {
    if (found.answer == Answer::unknown) return "? " + found.why;
    return (found.answer == Answer::yes ? "yes" : "no") +
           (found.value.empty() ? "" : " " + found.value);
}

// "? " stands before why nobody knows.
const std::pair<const char*, const char*> string_rows[] = {
    {"plain", "plain"},
    {"$domain at ${host}", "bob.example at mx.bob.example"},
    {"\\$domain\\N$host\\N\\101", "$domain$hostA"},
    {"${lc:ABC}${uc:$domain}", "abcBOB.EXAMPLE"},
    {"${domain:a@b.example}", "b.example"},
    {"$primary_hostname $qualify_recipient", "mx.alice.example alice.example"},
    {"${if eq{a}{a}{yes}{no}}", "yes"},
    {"${if eqi{a}{A} {yes}{no}}", "yes"},
    {"${if ! eq{a}{b}}", "true"},
    {"${if eq{a}{b}{yes}}", ""},
    {"${if eq{a}{b}{yes}fail}", "forced"},
    {"${if and{{eq{a}{a}}{eq{$local_part}{x}}}{1}{0}}", "? $local_part is not known here"},
    {"${if and{{eq{a}{b}}{eq{$local_part}{x}}}{1}{0}}", "0"},
    {"${if or{{eq{$local_part}{x}}{eq{a}{a}}}{1}{0}}", "1"},
    {"${if eq{$local_part}{x}{same}{same}}", "same"},
    {"${if def:domain{1}{0}}", "1"},
    {"${if def:h_subject:{1}{0}}", "? $h_subject is not known here"},
    {"$h_from: x", "? $h_from is not known here"},
    {"${if exists{/etc/domains}{1}{0}}${if exists{/etc/other}{1}{0}}", "10"},
    {"${if exists{/etc/ssl/certs/ca-certificates.crt}{1}{0}}", "1"},
    {"${if match{$domain}{\\N^bob\\.example$\\N}{1}{0}}", "1"},
    {"${if match{$domain}{^bob\\\\..*\\$}{1}{0}}", "1"},
    {"${if match{$domain}{[a-z]}{1}{0}}", "? '[a-z]' is a regular expression"},
    {"${if match_domain{$domain}{+local : *.example}{1}{0}}", "1"},
    {"${if match_ip{192.0.2.1}{192.0.2.0/24}{1}{0}}", "1"},
    {"${if match_ip{$sender_host_address}{:@[]}{1}{0}}",
     "? $sender_host_address is not known here"},
    {"${if inlist{$domain}{a : bob.example}{1}{0}}", "1"},
    {"${if isip4{192.0.2.1}{1}{0}}${if isip6{192.0.2.1}{1}{0}}", "10"},
    {"${if >{10}{9}{1}{0}}${if <= {1K}{1024}{1}{0}}${if ={}{0}{1}{0}}", "111"},
    {"${if >{a}{9}{1}{0}}", "wrong: expected a number, got 'a'"},
    {"\\x41\\x\\n|", "A\n|"},
    {"${extract{0}{:}{a:b}}", "a:b"},
    {"${if inlist{A}{a : A}{1}{0}}${if inlist{A}{a}{1}{0}}${if inlisti{A}{a}{1}{0}}", "101"},
    {"${if bool_lax{00}{1}{0}}${if bool{00}{1}{0}}${if bool{-7}{1}{0}}", "101"},
    {"${if bool{maybe}{1}{0}}", "wrong: expected true or false, got 'maybe'"},
    {"${if bool{yes}{1}{0}}${if bool_lax{0}{1}{0}}", "10"},
    {"${if first_delivery{1}{0}}", "? the condition first_delivery cannot be played"},
    {"${if forany{a:b}{eq{$item}{a}}{1}{0}}", "? the condition forany cannot be played"},
    {"${if nothing{a}{1}{0}}", "wrong: a condition is not understood"},
    {"${lookup{$domain}lsearch{/etc/hubs}}", "mx.hub.example"},
    {"${lookup{x.carol.example}partial-lsearch{/etc/hubs}{<$value>}{none}}",
     "<mx.carol.example: mx2>"},
    {"${lookup{odd key}lsearch{/etc/hubs}}", "value"},
    {"${lookup{plain}lsearch{/etc/hubs}{<$value>}fail}", "<>"},
    {"${lookup{none}lsearch{/etc/hubs}{1}fail}", "forced"},
    {"${lookup{none}lsearch{/etc/hubs}{1}{0}}", "0"},
    {"${lookup dnsdb{mx=$domain}{1}{0}}", "? a lookup of type 'dnsdb' cannot be asked here"},
    {"${extract{2}{:}{a:b:c}}${extract{-1}{:}{a:b:c}}${extract{9}{:}{a}{x}{none}}", "bcnone"},
    {"${extract{port}{host=x port=587}}", "587"},
    {"${env{HOME}{x}{y}}", "? ${env …} cannot be played"},
    {"${run{/bin/true}}", "? ${run …} cannot be played"},
    {"${md5:x}", "? ${md5:…} cannot be played"},
    {"${if eq{a}{a}{b", "wrong: a brace is not closed"},
    {"${if eq{a}{a}{b}c}", "wrong: expected {yes}{no} or {yes}fail, got 'c'"},
    {"$", "wrong: behind $ stands neither a name nor {"},
    {"a\\", "wrong: a backslash stands at the end"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_lists)

BOOST_AUTO_TEST_CASE(items) {
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},
        {"a : b", "a|b|"},
        {" a:b ", "a|b|"},
        {"a::b : c", "a:b|c|"},
        {"::::1 : 127.0.0.1", "::1|127.0.0.1|"},
        {"<; ::1 ; 127.0.0.1", "::1|127.0.0.1|"},
        {"<;a;;b;c", "a;b|c|"},
        {"a :  : b", "a||b|"},
        {":", "|"},
        {"a:", "a|"},
        {"<x", "<x|"},
    };
    for (const auto& [list, expected] : rows) {
        std::string out;
        for (const std::string& item : list_items(list)) out += item + "|";
        BOOST_TEST(out == expected, list);
    }
}

BOOST_AUTO_TEST_CASE(networks) {
    const struct {
        const char *address, *network;
        bool is, in;
    } rows[] = {
        {"192.0.2.7", "192.0.2.0/24", true, true},
        {"192.0.3.7", "192.0.2.0/24", true, false},
        {"192.0.3.7", "192.0.2.0/23", true, true},
        {"192.0.2.7", "192.0.2.7", true, true},
        {"192.0.2.7", "0.0.0.0/0", true, true},
        {"2001:db8::7", "2001:DB8::/32", true, true},
        {"2001:db9::7", "2001:db8::/32", true, false},
        {"::1", "::1", true, true},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.0/120", true, true},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true, true},
        {"192.0.2.7", "::/0", true, false},
        {"", "0.0.0.0/0", true, false},
        {"192.0.2.7", "192.0.2", false, false},
        {"192.0.2.7", "192.0.2.0/33", false, false},
        {"192.0.2.7", "192.0.2.0/", false, false},
        {"192.0.2.7", "192.0.2.256", false, false},
        {"192.0.2.7", "192.0.2.7.1", false, false},
        {"::1", ":::1", false, false},
        {"::1", "1:2:3:4:5:6:7:8:9", false, false},
        {"::1", "12345::", false, false},
        {"::1", "x.example", false, false},
    };
    for (const auto& row : rows) {
        BOOST_TEST(is_network(row.network) == row.is, row.network);
        BOOST_TEST(is_in_network(row.address, row.network) == row.in, row.network);
    }
}

// The host is mx.bob.example at 192.0.2.7; the domain is bob.example.
BOOST_AUTO_TEST_CASE(hosts) {
    const Known known = known_here();
    const std::pair<const char*, const char*> rows[] = {
        {"", "no"},
        {":", "no"},
        {"*", "yes *"},
        {"!*", "no"},
        {"MX.bob.example", "yes MX.bob.example"},
        {"mx2.bob.example", "no"},
        {"!mx2.bob.example", "yes"},
        {"*.bob.example", "yes *.bob.example"},
        {"*bob.example : x", "yes *bob.example"},
        {"! *.bob.example : *", "no"},
        {"a.example : !b.example", "yes"},
        {"!b.example : a.example", "no"},
        {"192.0.2.7", "yes 192.0.2.7"},
        {"192.0.3.0/24 : 192.0.2.0/28", "yes 192.0.2.0/28"},
        {"+near", "yes 192.0.2.0/24"},
        {"! +near", "no"},
        {"+ignore_unknown : mx.bob.example", "yes mx.bob.example"},
        {"+far", "? there is no hostlist +far"},
        {"@ : @[]", "no"},
        {"<; 2001:db8::1 ; 192.0.2.7", "yes 192.0.2.7"},
        {"^mx\\\\.bob\\\\.", "yes ^mx\\.bob\\."},
        {"^mx[0-9]*\\\\.", "? '^mx[0-9]*\\.' is a regular expression"},
        {"${if eq{$domain}{bob.example}{*}{}}", "yes *"},
        {"${if eq{$host}{mx.bob.example}{$host_address}}", "yes 192.0.2.7"},
        {"${if eq{$domain}{carol.example}{*}fail}", "no"},
        {"mx.bob.example : ${lookup mysql{x}}", "yes mx.bob.example"},
        {"${lookup mysql{x}} : *", "? a lookup of type 'mysql' cannot be asked here"},
        {"nwildlsearch;/etc/wild", "yes one"},
        {"wildlsearch;/etc/wild", "yes one"},
        {"lsearch;/etc/wild", "no"},
        {"lsearch;/etc/other", "? '/etc/other' is not handed in: put it beside the configuration"},
        {"net-lsearch;/etc/hubs", "no"},
        {"net24-lsearch;/etc/hubs",
         "? 'net24-lsearch;/etc/hubs': lookups of networks are not played"},
        {"dsearch;/etc/x", "? a lookup of type 'dsearch' cannot be asked here"},
        {"${if eq{a}{a}{b.example : mx.bob.example", "? a brace is not closed"},
    };
    for (const auto& [list, expected] : rows) {
        Evaluator evaluator(known, {"bob.example", "mx.bob.example", "192.0.2.7"});
        BOOST_TEST(told(evaluator.in_list(ListOf::hosts, list, "mx.bob.example")) == expected,
                   list);
    }
}

BOOST_AUTO_TEST_CASE(domains) {
    const Known known = known_here();
    const struct {
        const char *list, *domain, *expected;
    } rows[] = {
        {"+local", "bob.example", "no"},
        {"! +local", "bob.example", "yes"},
        {"! +local", "alice.example", "no"},
        {"+local", "mx.alice.example", "yes"},
        {"+both", "y.bob.example", "yes *.bob.example"},
        {"+both", "x.bob.example", "no"},
        {"+both", "bob.example", "no"},
        {"+loop", "bob.example", "? it is too long, or goes too deep"},
        {"+loop", "a.example", "yes a.example"},
        {"+unknown", "bob.example", "yes bob.example"},
        {"+unknown", "carol.example", "? a lookup of type 'mysql' cannot be asked here"},
        {"@ : @[] : @mx_any/ignore=127.0.0.1", "bob.example", "no"},
        {"/etc/domains", "bob.example", "yes bob.example"},
        {"/etc/domains", "y.dave.example", "yes *.dave.example"},
        {"/etc/domains", "x.dave.example", "no"},
        {"! /etc/domains", "bob.example", "no"},
        {"/etc/other", "bob.example",
         "? '/etc/other' is not handed in: put it beside the configuration"},
        {"lsearch;/etc/hubs", "bob.example", "yes mx.hub.example"},
        {"lsearch;/etc/hubs", "BOB.example", "yes mx.hub.example"},
        {"lsearch;/etc/hubs", "x.carol.example", "no"},
        {"partial-lsearch;/etc/hubs", "x.carol.example", "yes mx.carol.example: mx2"},
        {"partial-lsearch;/etc/hubs", "carol.example", "yes mx.carol.example: mx2"},
        {"partial3-lsearch;/etc/hubs", "x.y.z.carol.example", "no"},
        {"partial0-lsearch;/etc/hubs", "frank.example", "yes any"},
        {"lsearch*;/etc/hubs", "frank.example", "yes any"},
        {"lsearch,ret=key;/etc/hubs", "bob.example", "yes mx.hub.example"},
        {"cdb;/etc/hubs", "bob.example", "yes mx.hub.example"},
        {"partial(.)lsearch;/etc/hubs", "x.carol.example", "no"},
    };
    for (const auto& row : rows) {
        Evaluator evaluator(known, {row.domain, {}, {}});
        BOOST_TEST(told(evaluator.in_list(ListOf::domains, row.list, row.domain)) == row.expected,
                   row.list << " " << row.domain);
    }
}

BOOST_AUTO_TEST_CASE(strings) {
    const Known known = known_here();
    for (const auto& [text, expected] : string_rows) {
        const Expanded made =
            Evaluator(known, {"bob.example", "mx.bob.example", "192.0.2.7"}).expand(text);
        using State = Expanded::State;
        const std::string said = made.state == State::forced_failure ? "forced"
                                 : made.state == State::unknown      ? "? " + made.why
                                 : made.state == State::wrong        ? "wrong: " + made.why
                                                                     : made.text;
        BOOST_TEST(said == expected, text);
    }
}

BOOST_AUTO_TEST_CASE(what_never_ends) {
    const Known known = known_here();
    std::string deep, wide;
    for (int i = 0; i < 100'000; ++i) deep += "${if eq{a}{a}{";
    for (int i = 0; i < 100'000; ++i) deep += "}}";
    for (int i = 0; i < 1'000'000; ++i) wide += "a.example : ";
    const Expanded made = Evaluator(known, {}).expand(deep);
    BOOST_TEST((made.state == Expanded::State::wrong));
    BOOST_TEST(made.why == "it is too long, or goes too deep");
    Evaluator evaluator(known, {});
    BOOST_TEST(told(evaluator.in_list(ListOf::hosts, wide, "x")).starts_with("? "));
}

BOOST_AUTO_TEST_SUITE_END()
