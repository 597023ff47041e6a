#pragma once
#include <cstdint>
#include <string>

#include <lua.hpp>
#include <nlohmann/json.hpp>

namespace script {

using Json = nlohmann::json;

/// The Lua value at `index` as JSON. Tables with a first element are lists. Deeper than 20 tables,
/// or a function: null. Raises nothing.
Json to_json(lua_State* lua, int index, int depth = 0);
/// What it costs to make JSON of the value at `index`: about its bytes, at most `limit`. A table
/// that stands in many places counts in each.
std::uint64_t cost_of(lua_State* lua, int index, std::uint64_t limit);
/// Pushes one value. May raise Lua's memory error: no live C++ object may stand in the caller.
void push_json(lua_State* lua, const Json& value);

/// As an author would write it, on one line; keys in order. For people, and any bytes may be in it.
std::string as_lua(const Json& value);

}  // namespace script
