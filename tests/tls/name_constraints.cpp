// Names and constraints as bytes: RFC 5280 sections 4.2.1.6 and 4.2.1.10.
#include "sim/tls/name_constraints.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>

namespace {

using tls::GeneralName;

std::string shown(const GeneralName& name) {
    std::string out = std::to_string(name.kind) + ":";
    if (name.kind != GeneralName::ip) return out + name.data;
    for (const char c : name.data) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
        out += two;
    }
    return out;
}

struct Row {
    const char* text;
    const char* shown;
};
const Row names[] = {
    {"mx.bob.example", "2:mx.bob.example"},
    {"*.bob.example", "2:*.bob.example"},
    {"", "2:"},
    {"192.0.2.7", "7:c0000207"},
    {"192.0.2.256", "2:192.0.2.256"},
    {"192.0.2", "2:192.0.2"},
    {"192.0.2.7.", "2:192.0.2.7."},
    {"2001:db8::1", "7:20010db8000000000000000000000001"},
    {"::", "7:00000000000000000000000000000000"},
    {"::ffff:192.0.2.7", "7:00000000000000000000ffffc0000207"},
    {"1:2:3:4:5:6:7:8", "7:00010002000300040005000600070008"},
    {"1:2:3:4:5:6:7:8:9", "2:1:2:3:4:5:6:7:8:9"},
    {"1::2::3", "2:1::2::3"},
    {"12345::", "2:12345::"},
    {"mx.bob.example:25", "2:mx.bob.example:25"},
    {"ps@mx.bob.example", "1:ps@mx.bob.example"},
    {"@", "1:@"},
    {"smtp://mx.bob.example", "6:smtp://mx.bob.example"},
    {"https://a@b.example/", "6:https://a@b.example/"},
};
const Row subtrees[] = {
    {"bob.example", "2:bob.example"},
    {".bob.example", "2:.bob.example"},
    {"@bob.example", "1:bob.example"},
    {"@.bob.example", "1:.bob.example"},
    {"a@bob.example", "1:a@bob.example"},
    {"192.0.2.0/24", "7:c0000200ffffff00"},
    {"192.0.2.7/24", "7:c0000200ffffff00"},
    {"192.0.2.7", "7:c0000207ffffffff"},
    {"0.0.0.0/0", "7:0000000000000000"},
    {"2001:db8::/33", "7:20010db8000000000000000000000000ffffffff800000000000000000000000"},
};
const char* const no_subtrees[] = {
    "", "*.bob.example", "192.0.2.0/33", "192.0.2/24", "bob example", "a/b", "2001:db8::/129"};

// Not DER, or not what the section allows.
const std::string_view unreadable[] = {
    "",
    "\x30",
    {"\x30\x80\x00\x00", 4},
    {"\x31\x00", 2},
    {"\x30\x00\x00", 3},
    // [0] with a base of no class of its own; with a minimum; a third part.
    {"\x30\x06\xA0\x04\x30\x02\x0C\x00", 8},
    {"\x30\x09\xA0\x07\x30\x05\x82\x00\x80\x01\x01", 11},
    {"\x30\x02\xA2\x00", 4},
    {"\x30\x03\xA0\x05\x30", 5}};

}  // namespace

BOOST_AUTO_TEST_SUITE(name_constraints)

BOOST_AUTO_TEST_CASE(each_text_is_a_name_of_one_kind) {
    for (const Row& row : names)
        BOOST_TEST(shown(tls::general_name(row.text)) == row.shown, row.text);
}

BOOST_AUTO_TEST_CASE(each_text_is_a_constraint_or_none) {
    for (const Row& row : subtrees) {
        BOOST_TEST(tls::subtree_fault(row.text) == "", row.text);
        BOOST_TEST(shown(tls::subtree_name(row.text)) == row.shown, row.text);
    }
    for (const char* const text : no_subtrees)
        BOOST_TEST(tls::subtree_fault(text) ==
                   "expected a domain, a network such as 192.0.2.0/24, or a mail address, got '" +
                       std::string(text) + "'");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
    tls::NameConstraints constraints;
    for (const Row& row : subtrees) {
        constraints.permitted.push_back(tls::subtree_name(row.text));
        const tls::NameConstraints back =
            tls::parse_name_constraints(tls::name_constraints_der(constraints));
        BOOST_TEST(back.readable);
        BOOST_TEST((back.permitted == constraints.permitted));
        BOOST_TEST((back.excluded == constraints.excluded));
        constraints.excluded.push_back(constraints.permitted.back());
    }
}

BOOST_AUTO_TEST_CASE(what_is_none_is_not_read) {
    for (const std::string_view der : unreadable)
        BOOST_TEST(!tls::parse_name_constraints(der).readable,
                   shown({GeneralName::ip, std::string(der)}));
    BOOST_TEST(tls::parse_name_constraints({"\x30\x00", 2}).readable);
}

// A kind of which nothing is known here, and a name that is none of its kind.
BOOST_AUTO_TEST_CASE(what_cannot_be_compared_is_not_allowed) {
    constexpr unsigned char registered_id = 8;
    tls::NameConstraints constraints;
    constraints.excluded = {{registered_id, "x"}, {GeneralName::rfc822, "eve.example"}};
    BOOST_TEST(!tls::allows(constraints, {registered_id, "y"}));
    BOOST_TEST(!tls::allows(constraints, {GeneralName::rfc822, "no sign"}));
    BOOST_TEST(tls::allows(constraints, {GeneralName::rfc822, "a@bob.example"}));
    BOOST_TEST(tls::allows(constraints, {GeneralName::dns, "eve.example"}));
}

BOOST_AUTO_TEST_CASE(a_uri_is_its_host) {
    tls::NameConstraints constraints;
    constraints.permitted = {{GeneralName::uri, "bob.example"}, {GeneralName::uri, ".eve.example"}};
    for (const auto& [uri, good] : {std::pair{"https://bob.example/x", true},
                                    {"https://bob.example:443", true},
                                    {"https://mx.bob.example/", false},
                                    {"https://mx.eve.example", true},
                                    {"https://eve.example", false},
                                    {"mailto:a", false},
                                    {"https:///", false}})
        BOOST_TEST(tls::allows(constraints, {GeneralName::uri, uri}) == good, uri);
}

BOOST_AUTO_TEST_CASE(some_common_names_are_spelled_as_dns_names) {
    for (const char* const name : {"mx.bob.example", "a_b.c", "a-b.c", "1.2"})
        BOOST_TEST(tls::looks_like_dns_name(name), name);
    for (const char* const name : {"", "localhost", ".a.b", "a.b.", "a..b", "-a.b", "a-.b", "a.-b",
                                   "a b.c", "*.b.c", "a@b.c"})
        BOOST_TEST(!tls::looks_like_dns_name(name), name);
}

BOOST_AUTO_TEST_SUITE_END()
