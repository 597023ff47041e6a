// Values as an author would write them: Lua itself reads them back.
#include "harness/script/convert.hpp"

#include <boost/test/unit_test.hpp>

using script::Json;

namespace {

// What Lua makes of the text.
Json read_back(const std::string& text) {
    lua_State* const lua = luaL_newstate();
    const bool fine = luaL_dostring(lua, ("return " + text).c_str()) == LUA_OK;
    Json out = fine ? script::to_json(lua, -1) : Json("Lua says no: " + text);
    lua_close(lua);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(convert)

BOOST_AUTO_TEST_CASE(what_is_written_for_people_is_lua) {
    const Json values[] = {
        true,
        7,
        -3,
        "",
        "plain",
        "a \"quoted\" \\ thing",
        "two\r\nlines\t\x01\x7F",
        "bytes \xFF\xC3",
        {1, 2, 3},
        {{"mode", "enforce"}, {"mx", {"mx.bob.example", "*.bob.example"}}},
        {{"tls", {{"default", {{"level", "may"}}}, {"bob.example", {{"level", "secure"}}}}}},
        {{"starttls-not-supported", 3}, {"and", "a word of Lua"}, {"end", true}},
    };
    for (const Json& value : values)
        BOOST_TEST((read_back(script::as_lua(value)) == value), script::as_lua(value));
}

BOOST_AUTO_TEST_CASE(it_is_short) {
    const Json value{{"rua", {"mailto:a@b.example"}}, {"flaws", Json::object()}};
    BOOST_TEST(script::as_lua(value) == "{ flaws = {}, rua = { \"mailto:a@b.example\" } }");
}

BOOST_AUTO_TEST_SUITE_END()
