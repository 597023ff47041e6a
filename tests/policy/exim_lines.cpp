// How a configuration of Exim is written: chapter 6 of its specification.
#include <boost/test/unit_test.hpp>

#include "sim/policy/exim_lines.hpp"

using namespace policy;
using namespace policy::exim;

namespace {

core::Result<std::string> files(const std::string& name) {
    if (name == "more.conf") return std::string("tls_sni = \\\n");
    if (name == "macros")
        return std::string("HUB = mx.hub.example\n.ifdef HUB\nRELAY = HUB\n.endif");
    if (name == "loop.conf") return std::string("a = 1\n.include /etc/exim4/loop.conf\n");
    if (name == "binary") return std::string("a\0b", 3);
    if (name.starts_with("chain-")) return ".include chain-" + std::to_string(name.size()) + name;
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

std::string told(const Lines& lines) {
    std::string out;
    for (const Line& line : lines.lines)
        out += std::to_string(line.number) + (*line.file == "conf" ? "" : " " + *line.file) +
               (line.section == Section::main ? ": " : "r: ") + line.text + "\n";
    for (const Remark& remark : lines.remarks) out += remark.text() + "\n";
    return out;
}

struct Row {
    std::string text, expected;
};

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows)
        BOOST_TEST(told(read_lines(row.text, "conf", files)) == row.expected, row.text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_lines)

BOOST_AUTO_TEST_CASE(logical_lines) {
    check({
        {"", ""},
        {"# a\n\n  # b\n", ""},
        {"  a = 1  \n\tb\r\n", "1: a = 1\n2: b\n"},
        {"a = x : \\\n  # between\n    y : \\\n    z\nb\n", "1: a = x : y : z\n5: b\n"},
        {"a = x\\\n\nb\n", "1: a = x\n3: b\n"},
        {"a = x \\  \n y", "1: a = x y\n"},
        {"a\\", "1: a\n"},
        {"\\\n\\\n\\\na", "1: a\n"},
        {"a\nbegin acl\nb\nbegin Router\nc\nbegin rewrite\nA=b\nbegin transports\n",
         "1: a\n5r: c\n"},
    });
}

BOOST_AUTO_TEST_CASE(macros) {
    check({
        {"HUB = hub.example\na = HUB : x.HUB\n", "2: a = hub.example : x.hub.example\n"},
        {"A = b\nB = A A\nc = B\n", "3: c = b b\n"},
        {"A = A\nc = A\n", "2: c = A\n"},
        {"A = 1\nA == A2\nc = A\n", "3: c = 12\n"},
        {"HUBS = x\nHUB = y\nc = HUBS HUB\n", "3: c = x y\n"},
        {"HUB = \\\n  x : \\\n  y\nc = HUB\n", "4: c = x : y\n"},
        {"HUB = y\nHUBS = x\nc = HUB\n",
         "3: c = y\nconf:2: HUBS cannot be a macro: the name of the macro HUB, which is defined "
         "already, is a part of it\n"},
        {"A = 1\nA = 2\n", "conf:2: the macro A is defined already: == defines it anew\n"},
        {"A == 2\n", "conf:1: the macro A is not defined: = defines it\n"},
        {"NOTHING = \n NOTHING # a\n", ""},
        {"begin transports\nPORT = 587\nt:\n port = PORT\n", "3r: t:\n4r: port = 587\n"},
        {std::string(64, 'A') + " = b\n", "conf:1: a macro's name has 63 characters at most\n"},
    });
}

BOOST_AUTO_TEST_CASE(conditions) {
    check({
        {"A = 1\n.ifdef A\na\n.else\nb\n.endif\nc", "3: a\n7: c\n"},
        {".ifdef A\na\n.else\nb\n.endif\nc", "4: b\n6: c\n"},
        {".ifndef A\nA = x\n.endif\nb = A", "4: b = x\n"},
        {"A = 1\n.ifdef B\na\n.elifdef A\nb\n.elifdef A\nc\n.else\nd\n.endif", "5: b\n"},
        {"A = 1\n.ifdef B\na\n.elifndef B\nb\n.endif", "5: b\n"},
        {".ifdef B\n.ifdef C\na\n.else\nb\n.endif\n.else\nc\n.endif", "8: c\n"},
        {"B = 1\n.ifdef A B\na\n.endif", "3: a\n"},
        {"a = x \\\n.ifdef A\n  y \\\n.endif\n  z", "1: a = x z\n"},
        {".ifdef _OPT_MAIN_TLS_CERTIFICATE\na\n.endif\n.ifdef _HAVE_OPENSSL\nb\n.endif\n"
         ".ifdef _OPT_TRANSPORT_SMTP_HOSTS_TRY_DANE\nc\n.endif\n.ifdef _DRIVER_ROUTER_NONE\nd\n"
         ".endif\n.ifdef _DRIVER_ROUTER_ACCEPT\ne\n.endif",
         "2: a\n8: c\n14: e\n"},
        {".ifdef A\na\n", "conf:2: .endif is missing at the end\n"},
        {"a\n.endif\n.else",
         "1: a\nconf:2: .endif without .ifdef before it\n"
         "conf:3: .else without .ifdef before it\n"},
        {"A = 1\n.ifndef\tA\na\n",
         "3: a\nconf:2: a tab stands behind .ifndef, and Exim 4.96 passes over such a line: put a "
         "space there\n"},
        {".ifdefs A\n", "1: .ifdefs A\n"},
    });
}

BOOST_AUTO_TEST_CASE(includes) {
    check({
        {".include /etc/exim4/macros\na = RELAY\n", "2: a = mx.hub.example\n"},
        {"a\n.include \"more.conf\"\n  b\n.include other",
         "1: a\n1 more.conf: tls_sni = b\n"
         "conf:4: other: there is no such file\n"},
        {".include_if_exists /etc/other\na",
         "2: a\nconf:1: '/etc/other' is not handed in, and is taken for absent\n"},
        {".include_if_exists other",
         "conf:1: .include_if_exists: expected a path from /, got 'other'\n"},
        {".ifdef A\n.include other\n.endif\na", "4: a\n"},
        {".include loop.conf\nb", "1 loop.conf: a = 1\nloop.conf:2: 'loop.conf' includes itself\n"},
        {".include conf", "conf:1: 'conf' includes itself\n"},
        {".include binary\na", "2: a\nconf:1: expected text in 'binary', got a byte 0\n"},
    });
    const Lines deep = read_lines(".include chain-\na", "conf", files);
    BOOST_TEST_REQUIRE(deep.remarks.size() == 1u);
    BOOST_TEST(deep.remarks[0].sentence ==
               "more than 200 files are included, or more than 20 in each other");
}

// One sentence, and the end of the reading.
BOOST_AUTO_TEST_CASE(what_nobody_can_read) {
    std::string growing = "Q = x\n";
    for (int i = 0; i < 40; ++i) growing += "Q == QQ\n";
    std::string many;
    for (int i = 0; i < 200; ++i) many += ".else\n";
    std::string depth;
    for (int i = 0; i < 20; ++i) depth += ".ifdef A\n";
    const Row rows[] = {
        {std::string("a\0b", 3), "conf: expected a configuration's text, got a byte 0\n"},
        {std::string(10'000'000, '\0'), "conf: expected a configuration's text, got a byte 0\n"},
        {"\xef\xbb\xbf"
         "a",
         "conf: a mark of byte order stands at the beginning, and Exim does not begin: save the "
         "file without\n"},
        {std::string(2'000'000, 'a'),
         "conf:1: a line of more than 1048576 characters is not read\n"},
        {growing,
         "conf:21: macros expand to more than can be read: does one make the next "
         "longer?\n"},
        {depth, "conf:11: more than 10 .ifdef stand in each other\n"},
    };
    for (const Row& row : rows)
        BOOST_TEST(told(read_lines(row.text, "conf", files)) == row.expected);
    std::string endless;
    for (int i = 0; i < 200'000; ++i) endless += "a : b \\\n";
    BOOST_TEST(told(read_lines(endless, "conf", files)) ==
               "conf:174763: a line of more than 1048576 characters is not read\n");
    BOOST_TEST(read_lines(std::string(10'000'000, '\n'), "conf", files).lines.empty());
    const Lines wrong = read_lines(many, "conf", files);
    BOOST_TEST(wrong.remarks.size() == most_remarks + 2);
    BOOST_TEST(wrong.remarks.back().sentence == "too much is wrong before: the rest is not read");
}

BOOST_AUTO_TEST_SUITE_END()
