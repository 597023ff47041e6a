#include <algorithm>
#include <sstream>

#include <lua.hpp>

#include "harness/script/file.hpp"
#include "harness/script/sources.hpp"
#include "harness/script/stage.hpp"
#include "sim/core/reason.hpp"

namespace script {

const char* const* primitive_names() {
    static const std::vector<std::string> names = Stage::primitives();
    static const std::vector<const char*> pointers = [] {
        std::vector<const char*> out;
        for (const std::string& name : names) out.push_back(name.c_str());
        out.push_back(nullptr);
        return out;
    }();
    return pointers.data();
}

namespace {

// Every flaw that a gateway can have, one a line.
constexpr const char* list_flaws = R"(
local vocabulary, out = ..., {}
for _, kind in ipairs { "sender", "receiver" } do
  for _, flaw in ipairs(vocabulary.builders[kind].options.flaws.allowed) do
    out[#out + 1] = flaw
  end
end
return table.concat(out, "\n"))";

// The vocabulary, on top of the stack.
bool push_vocabulary(lua_State* lua) {
    const auto load = [lua](std::string_view text, const char* called) {
        return luaL_loadbufferx(lua, text.data(), text.size(), called, "t") == LUA_OK;
    };
    return load(sources::company_words, "=company_words") &&
           load(sources::vocabulary, "=vocabulary") && load(sources::mtas, "=mtas") &&
           lua_pcall(lua, 0, 1, 0) == LUA_OK && lua_pcall(lua, 1, 1, 0) == LUA_OK &&
           lua_pcall(lua, 1, 1, 0) == LUA_OK;
}

// What a script makes of the vocabulary and of the words for reasons.
std::string made_from_vocabulary(std::string_view source, const char* name) {
    lua_State* const lua = luaL_newstate();
    ENSURE(lua != nullptr);
    luaL_openlibs(lua);
    bool ok = luaL_loadbufferx(lua, source.data(), source.size(), name, "t") == LUA_OK &&
              push_vocabulary(lua);
    ENSURE(ok);
    lua_newtable(lua);
    for (std::size_t i = 0; !core::reason_word_at(i).empty(); ++i) {
        const std::string word(core::reason_word_at(i));
        lua_pushstring(lua, word.c_str());
        lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
    }
    ok = lua_pcall(lua, 2, 1, 0) == LUA_OK;
    std::string page = lua_tostring(lua, -1);
    lua_close(lua);
    if (!ok) core::ensure_failed(page.c_str(), __FILE__, __LINE__);
    return page;
}

}  // namespace

std::vector<std::string> known_flaws() {
    lua_State* const lua = luaL_newstate();
    ENSURE(lua != nullptr);
    luaL_openlibs(lua);
    const bool ok = luaL_loadstring(lua, list_flaws) == LUA_OK && push_vocabulary(lua) &&
                    lua_pcall(lua, 1, 1, 0) == LUA_OK;
    ENSURE(ok);
    std::istringstream lines(lua_tostring(lua, -1));
    lua_close(lua);
    std::vector<std::string> out;
    for (std::string line; std::getline(lines, line);)
        if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(line);
    return out;
}

std::string language_reference() { return made_from_vocabulary(sources::reference, "=reference"); }

std::string editor_annotations() { return made_from_vocabulary(sources::meta, "=meta"); }

}  // namespace script
