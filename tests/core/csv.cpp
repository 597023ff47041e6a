// Tables as CSV (RFC 4180), which a spreadsheet may open.
#include <boost/test/unit_test.hpp>

#include "sim/core/csv.hpp"

using core::CsvTable;

namespace {

CsvTable with(const std::string& value) {
    CsvTable out;
    out.keys = {"key"};
    out.results = {"value"};
    out.rows.push_back({{"one"}, {{"value", value}}});
    return out;
}

struct Case {
    const char *value, *field;
};
const Case cases[] = {
    {"plain", "plain"},
    {"a,b", "\"a,b\""},
    {"say \"no\"", "\"say \"\"no\"\"\""},
    {"two\nlines", "\"two\nlines\""},
    {"", ""},
    // What a spreadsheet would calculate.
    {"=1+1", "'=1+1"},
    {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
    {"@SUM(A1)", "'@SUM(A1)"},
    {"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
    {"-2+3", "'-2+3"},
    {"\t=1", "'\t=1"},
    {"\r=1", "\"'\r=1\""},
    {"'=1", "''=1"},
    {"''-x", "'''-x"},
    // What it would not.
    {"-", "-"},
    {"-5", "-5"},
    {"+1.5", "+1.5"},
    {"'quoted'", "'quoted'"},
    {"a=b", "a=b"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(each_field_is_text_and_comes_back) {
    for (const Case& c : cases) {
        const std::string text = core::to_csv(with(c.value));
        BOOST_TEST(text == "key,value\none," + std::string(c.field) + "\n");
        std::string wrong;
        const CsvTable again = core::parse_csv(text, {"key"}, wrong);
        BOOST_TEST(wrong == "");
        BOOST_TEST_REQUIRE(again.rows.size() == 1u);
        BOOST_TEST(again.rows[0].values.at("value") == c.value);
    }
}

BOOST_AUTO_TEST_SUITE_END()
