// Values on their way between Lua and C++, and as an author and JSON would write them: Lua itself
// and another reader of JSON read them back.
#include "harness/script/convert.hpp"

#include <limits>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using script::Value;

namespace {

// What Lua makes of the text.
Value read_back(const std::string& text) {
    lua_State* const lua = luaL_newstate();
    const bool fine = luaL_dostring(lua, ("return " + text).c_str()) == LUA_OK;
    Value out = fine ? script::value_at(lua, -1) : Value("Lua says no: " + text);
    lua_close(lua);
    return out;
}

const Value values[] = {
    true,
    7,
    -3,
    0.5,
    "",
    "plain",
    "a \"quoted\" \\ thing",
    "two\r\nlines\t\x01\x7F",
    "bytes \xFF\xC3",
    Value::list({1, 2, 3}),
    Value::table({{"mode", "enforce"}, {"mx", Value::list({"mx.bob.example", "*.bob.example"})}}),
    Value::table({{"tls", Value::table({{"default", Value::table({{"level", "may"}})}})}}),
    Value::table({{"starttls-not-supported", 3}, {"and", "a word of Lua"}, {"end", true}}),
};

}  // namespace

BOOST_AUTO_TEST_SUITE(convert)

BOOST_AUTO_TEST_CASE(what_is_written_for_people_is_lua) {
    for (const Value& value : values)
        BOOST_TEST((read_back(script::as_lua(value)) == value), script::as_lua(value));
}

BOOST_AUTO_TEST_CASE(what_is_pushed_comes_back) {
    lua_State* const lua = luaL_newstate();
    for (const Value& value : values) {
        script::push(lua, value);
        BOOST_TEST((script::value_at(lua, -1) == value), script::as_lua(value));
    }
    lua_close(lua);
}

BOOST_AUTO_TEST_CASE(it_is_short) {
    const Value value =
        Value::table({{"rua", Value::list({"mailto:a@b.example"})}, {"flaws", Value::table()}});
    BOOST_TEST(script::as_lua(value) == "{ flaws = {}, rua = { \"mailto:a@b.example\" } }");
}

BOOST_AUTO_TEST_CASE(what_lua_has_no_word_for_is_nil) {
    BOOST_TEST(read_back("function() end").is_null());
    BOOST_TEST((read_back("{ f = function() end }") == Value::table({{"f", nullptr}})));
    std::string deep = "7";
    for (int i = 0; i < 30; ++i) deep = "{ " + deep + " }";
    const Value value = read_back(deep);
    const Value* inner = &value;
    while (!inner->is_null()) inner = &(*inner)[0];
    BOOST_TEST(inner->is_null());
}

// Texts that are UTF-8 come back; numbers too, to the last bit.
BOOST_AUTO_TEST_CASE(another_reader_reads_the_json_that_is_written) {
    for (const Value& value : values) {
        const std::string written = script::as_json(value);
        const auto read = nlohmann::json::parse(written, nullptr, false);
        BOOST_TEST_CONTEXT(written) {
            BOOST_REQUIRE(!read.is_discarded());
            BOOST_TEST(read.dump() == written);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_as_short_as_they_can_be_read_back_from) {
    const double numbers[] = {
        0.0,  -0.0,   1.0,       -1.5,   0.1,     1.0 / 3,
        1e14, 1e15,   1.5e15,    1e21,   1e22,    0.0001,
        1e-5, 1.5e-7, 123456.75, 5e-324, 2.5e300, std::numeric_limits<double>::max()};
    for (const double number : numbers) {
        const std::string written = script::as_json(number);
        BOOST_TEST_CONTEXT(written) {
            BOOST_TEST(nlohmann::json::parse(written).get<double>() == number);
            BOOST_TEST(written == nlohmann::json(number).dump());
        }
    }
    BOOST_TEST(script::as_json(std::numeric_limits<double>::infinity()) == "null");
}

BOOST_AUTO_TEST_CASE(what_is_no_utf_8_is_replaced_as_others_replace_it) {
    const std::string texts[] = {"\xFF",         "a\xC3",         "\xC3\xA4",    "\xE2\x82",
                                 "\xED\xA0\x80", "\xF0\x9F\x93x", "\xC0\xAF",    "\x80\x80",
                                 "\x7F\x1F\"",   "\xF5\x80",      "\xE0\x80\x80"};
    for (const std::string& text : texts) {
        const auto other = nlohmann::json(text);
        BOOST_TEST(script::as_json(text) ==
                   other.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
}

BOOST_AUTO_TEST_SUITE_END()
