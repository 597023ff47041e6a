#include "harness/script/compiled.hpp"

#include <map>

#include <lua.hpp>

#include "sim/core/ensure.hpp"

namespace script {
namespace {

int append(lua_State*, const void* bytes, std::size_t size, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return 0;
}

}  // namespace

std::string dump_of(lua_State* lua, Debugging debugging) {
    std::string out;
    lua_dump(lua, append, &out, debugging == Debugging::stripped ? 1 : 0);
    return out;
}

const std::string& compiled(std::string_view source, const char* name) {
    static std::map<std::string, std::string, std::less<>> known;
    const auto found = known.find(name);
    if (found != known.end()) return found->second;
    std::string& code = known[name];
    lua_State* const lua = luaL_newstate();
    ENSURE(lua != nullptr);
    ENSURE(luaL_loadbufferx(lua, source.data(), source.size(), name, "t") == LUA_OK);
    // Without what debuggers want: reading that is most of the cost, and an author is told his own
    // lines, never ours.
    code = dump_of(lua, Debugging::stripped);
    lua_close(lua);
    return code;
}

}  // namespace script
