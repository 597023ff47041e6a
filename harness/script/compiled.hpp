#pragma once
#include <string>
#include <string_view>

namespace script {

/// Our half of the language as Lua's own code. It is compiled once in a process, in a Lua of its
/// own: each scenario begins with a new one, of which parsing would be most of the cost.
const std::string& compiled(std::string_view source, const char* name);

}  // namespace script
