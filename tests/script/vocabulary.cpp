#include "tests/script/vocabulary.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "harness/script/sources.hpp"

Vocabulary::Vocabulary() : lua_(luaL_newstate()) {
    luaL_openlibs(lua_);
    for (const std::string_view source :
         {script::sources::company_words, script::sources::vocabulary, script::sources::mtas})
        BOOST_TEST_REQUIRE(luaL_loadbuffer(lua_, source.data(), source.size(), "=vocabulary") == 0);
    BOOST_TEST_REQUIRE(lua_pcall(lua_, 0, 1, 0) == 0);
    for (int i = 0; i < 2; ++i) BOOST_TEST_REQUIRE(lua_pcall(lua_, 1, 1, 0) == 0);
}

Vocabulary::~Vocabulary() { lua_close(lua_); }

void Vocabulary::push(const std::string& path) const {
    lua_settop(lua_, 1);
    lua_pushvalue(lua_, 1);
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('.', at), path.size());
        if (!lua_istable(lua_, -1)) return lua_pushnil(lua_);
        lua_getfield(lua_, -1, path.substr(at, end - at).c_str());
        at = end + 1;
    }
}

std::vector<std::string> Vocabulary::keys(const std::string& path) const {
    push(path);
    std::vector<std::string> out;
    BOOST_TEST_REQUIRE(lua_istable(lua_, -1), "there is no table " << path);
    for (lua_pushnil(lua_); lua_next(lua_, -2) != 0; lua_pop(lua_, 1)) {
        const int which = lua_type(lua_, -2) == LUA_TSTRING ? -2 : -1;
        BOOST_TEST_REQUIRE(lua_type(lua_, which) == LUA_TSTRING, path);
        out.emplace_back(lua_tostring(lua_, which));
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string Vocabulary::text(const std::string& path) const {
    push(path);
    return lua_type(lua_, -1) == LUA_TSTRING ? lua_tostring(lua_, -1) : "";
}

bool Vocabulary::is_true(const std::string& path) const {
    push(path);
    return lua_toboolean(lua_, -1) != 0;
}

bool Vocabulary::has_table(const std::string& path) const {
    push(path);
    return lua_istable(lua_, -1);
}
