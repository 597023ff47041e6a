#pragma once
#include <string>
#include <string_view>

struct lua_State;

namespace script {

/// Our half of the language as Lua's own code. It is compiled once in a process, in a Lua of its
/// own: each scenario begins with a new one, of which parsing would be most of the cost.
const std::string& compiled(std::string_view source, const char* name);

/// The function on top of the stack as Lua's own code.
enum class Debugging : bool { kept, stripped };
std::string dump_of(lua_State* lua, Debugging debugging);

}  // namespace script
