#pragma once
// Values on their way between Lua's stack and C++.
#include <cstdint>

#include <lua.hpp>

#include "harness/script/value.hpp"

namespace script {

/// The Lua value at `index`. Tables with a first element are lists. Deeper than 20 tables, or a
/// function: nil. Raises nothing.
Value value_at(lua_State* lua, int index, int depth = 0);
/// What it costs to take the value at `index` out of Lua: about its bytes, at most `limit`. A table
/// that stands in many places counts in each.
std::uint64_t cost_of(lua_State* lua, int index, std::uint64_t limit);
/// Pushes one value. May raise Lua's memory error: no live C++ object may stand in the caller.
void push(lua_State* lua, const Value& value);

}  // namespace script
