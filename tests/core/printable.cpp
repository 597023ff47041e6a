#include "sim/core/printable.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace {

struct Case {
    std::string_view text, shown;
};
const Case cases[] = {
    {"", ""},
    {"plain, with a\ttab and\nlines\n", "plain, with a\ttab and\nlines\n"},
    {"Grüße, 漢字, 😀", "Grüße, 漢字, 😀"},
    {"\x1b[2J", "\\x1b[2J"},
    {"a\rb\bc\x7f", "a\\x0db\\x08c\\x7f"},
    {std::string_view("a\0b", 3), "a\\x00b"},
    // C1: CSI as one character, and as a byte that is no UTF-8.
    {"\xc2\x9b"
     "2J",
     "\\u009b2J"},
    {"\x9b"
     "2J",
     "\\x9b2J"},
    // UAX 9 section 2: embeddings, overrides, isolates, marks.
    {"a\u202eb\u202c", "a\\u202eb\\u202c"},
    {"a\u2066b\u2069\u200e\u200f\u061c", "a\\u2066b\\u2069\\u200e\\u200f\\u061c"},
    {"one\u2028two", "one\\u2028two"},
    // A byte order mark, and a tag (Unicode 23.9): nobody sees them.
    {"\xef\xbb\xbf"
     "a\xf3\xa0\x81\x81",
     "\\ufeffa\\ue0041"},
    // RFC 3629: overlong forms, surrogates, beyond U+10FFFF, cut off.
    {"\xc0\xaf", "\\xc0\\xaf"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
    {"\xe2\x82", "\\xe2\\x82"},
    {"\xff", "\\xff"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(printable)

BOOST_AUTO_TEST_CASE(what_steers_a_terminal_is_shown_as_an_escape) {
    for (const Case& c : cases) BOOST_TEST(core::printable(c.text) == c.shown);
}

BOOST_AUTO_TEST_CASE(what_is_shown_is_printable) {
    for (const Case& c : cases) BOOST_TEST(core::printable(c.shown) == c.shown);
}

BOOST_AUTO_TEST_CASE(one_line_has_no_other) {
    BOOST_TEST(core::printable_line("a\tb\r\nc") == "a\\x09b\\x0d\\x0ac");
    for (const Case& c : cases)
        BOOST_TEST(core::printable_line(c.text) == core::printable_line(c.shown));
}

BOOST_AUTO_TEST_SUITE_END()
