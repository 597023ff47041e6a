#pragma once
#include <string>

namespace script {

/// Lua forgets who calls in `return f()`: the line could not be told any more. In a function that
/// lua_dump has written such a call becomes one that is remembered. False, and `dump` as it was,
/// where there is none, or that is no dump of this Lua.
bool remember_callers(std::string& dump);

}  // namespace script
