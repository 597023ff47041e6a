// $name in main.cf: mac_expand.c, compat_level.c.
#include <boost/test/unit_test.hpp>

#include "sim/policy/postfix_expand.hpp"

using policy::postfix::Expansion;

namespace {

std::optional<std::string> value_of(std::string_view name) {
    if (name == "x") return "yes";
    if (name == "empty") return "";
    if (name == "level") return "3.6";
    if (name == "of_x") return "<$x>";
    if (name == "self") return "$self";
    if (name == "twice") return "$twice$twice";
    return std::nullopt;
}

struct Row {
    std::string_view text, expected;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(postfix_expand)

BOOST_AUTO_TEST_CASE(values) {
    const Row rows[] = {
        {"", ""},
        {"a $x b", "a yes b"},
        {"${x}$(x)$x.", "yesyesyes."},
        {"$$x", "$x"},
        {"$of_x", "<yes>"},
        {"${x?y}", "y"},
        {"${empty?y}", ""},
        {"${unset?y}", ""},
        {"${x:y}", ""},
        {"${empty:y}", "y"},
        {"${unset:$x}", "yes"},
        {"${x?{a}:{b}}", "a"},
        {"${empty?{a}:{b}}", "b"},
        {"${x ? {a} : {b}}", "a"},
        {"${x?{$of_x}:{b}}", "<yes>"},
        {"${x?a:b}", "a:b"},
        {"${{$x} == {yes} ? {a} : {b}}", "a"},
        {"${{$x} != {yes} ? {a} : {b}}", "b"},
        {"${{9} < {10} ? {number} : {text}}", "number"},
        {"${{x9} < {x10} ? {number} : {text}}", "text"},
        {"${{$x} == {yes}}", "true"},
        {"${{$level} <level {3.10} ? {below} : {not}}", "below"},
        {"${{$level} >=level {3.6} ? {from} : {below}}", "from"},
        {"${{2} <level {3.6} ? {md5} : {sha256}}", "md5"},
    };
    for (const Row& row : rows) {
        Expansion expansion(value_of);
        BOOST_TEST(expansion.of(row.text) == row.expected, row.text);
        BOOST_TEST(expansion.wrong() == "", row.text);
    }
}

BOOST_AUTO_TEST_CASE(mistakes) {
    const Row rows[] = {
        {"${a-b}", "attribute name syntax error at: '-b'"},
        {"${x y}", "attribute name syntax error at: ' y'"},
        {"$", "empty macro name: '$'"},
        {"${}", "empty macro name: '${}'"},
        {"a${x", "truncated macro reference: 'a${x'"},
        {"${x?{a}b}", "\":\" expected at: 'b'"},
        {"${x?{a}:{b}c}", "unexpected input at: 'c'"},
        {"${{x} = {y}}", "\"==\", \"!=\", \"<\", \"<=\", \">=\" or \">\" expected at: '= {y}'"},
        {"${{x} == y}", "\"{expression}\" expected at: 'y'"},
        {"${{x} <level {3.6}}", "bad compatibility level in 'x' and '3.6'"},
        {"$self", "unreasonable macro call nesting: a value that leads to itself"},
        {"$twice", "unreasonable macro call nesting: a value that leads to itself"},
    };
    for (const Row& row : rows) {
        Expansion expansion(value_of);
        expansion.of(row.text);
        BOOST_TEST(expansion.wrong() == row.expected, row.text);
    }
}

BOOST_AUTO_TEST_CASE(what_nobody_knows) {
    Expansion expansion(value_of);
    BOOST_TEST(expansion.of("a$nowhere-b") == "a-b");
    BOOST_TEST(expansion.unknown() == "$nowhere");
}

BOOST_AUTO_TEST_SUITE_END()
