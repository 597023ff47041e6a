#include "harness/script/convert.hpp"

#include <algorithm>
#include <string>

namespace script {
namespace {

std::string text_at(lua_State* lua, int index) {
    std::size_t size = 0;
    const char* const text = lua_tolstring(lua, index, &size);
    return {text, size};
}

Value list_at(lua_State* lua, int index, lua_Unsigned length, int depth) {
    Value::List out;
    for (lua_Unsigned i = 1; i <= length; ++i) {
        lua_rawgeti(lua, index, static_cast<lua_Integer>(i));
        out.push_back(value_at(lua, lua_gettop(lua), depth + 1));
        lua_pop(lua, 1);
    }
    return Value::list_of(std::move(out));
}

Value table_at(lua_State* lua, int index, int depth) {
    const auto length = lua_rawlen(lua, index);
    if (length > 0) return list_at(lua, index, length, depth);
    Value::Table out;
    // Keys are text here, so lua_tolstring does not change them, and lua_next goes on.
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1))
        if (lua_type(lua, -2) == LUA_TSTRING)
            out.push_back({text_at(lua, -2), value_at(lua, lua_gettop(lua), depth + 1)});
    return Value::table_of(std::move(out));
}

constexpr int deepest = 20;
constexpr std::uint64_t cost_of_one = 16;

// Goes where value_at goes, and takes from `left` until nothing is.
void pay(lua_State* lua, int index, int depth, std::uint64_t& left) {
    const std::uint64_t text =
        lua_type(lua, index) == LUA_TSTRING ? lua_rawlen(lua, index) : std::uint64_t{0};
    left -= std::min(left, cost_of_one + text);
    if (lua_type(lua, index) != LUA_TTABLE || depth > deepest || left == 0) return;
    if (lua_checkstack(lua, 8) == 0) return;
    const int table = lua_absindex(lua, index);
    const auto length = lua_rawlen(lua, table);
    for (lua_Unsigned i = 1; i <= length && left > 0; ++i) {
        lua_rawgeti(lua, table, static_cast<lua_Integer>(i));
        pay(lua, lua_gettop(lua), depth + 1, left);
        lua_pop(lua, 1);
    }
    if (length > 0) return;
    lua_pushnil(lua);
    while (lua_next(lua, table) != 0) {
        pay(lua, lua_gettop(lua) - 1, depth + 1, left);
        pay(lua, lua_gettop(lua), depth + 1, left);
        lua_pop(lua, left == 0 ? 2 : 1);
        if (left == 0) return;
    }
}

}  // namespace

std::uint64_t cost_of(lua_State* lua, int index, std::uint64_t limit) {
    std::uint64_t left = limit;
    pay(lua, index, 0, left);
    return limit - left;
}

Value value_at(lua_State* lua, int index, int depth) {
    if (depth > deepest || lua_checkstack(lua, 8) == 0) return nullptr;
    switch (lua_type(lua, index)) {
        case LUA_TBOOLEAN: return lua_toboolean(lua, index) != 0;
        case LUA_TNUMBER:
            if (lua_isinteger(lua, index) != 0) return std::int64_t{lua_tointeger(lua, index)};
            return lua_tonumber(lua, index);
        case LUA_TSTRING: return text_at(lua, index);
        case LUA_TTABLE: return table_at(lua, lua_absindex(lua, index), depth);
        default: return nullptr;
    }
}

void push(lua_State* lua, const Value& value) {
    luaL_checkstack(lua, 8, "too many nested values");
    switch (value.kind()) {
        case Value::Kind::nil: lua_pushnil(lua); return;
        case Value::Kind::boolean: lua_pushboolean(lua, value.boolean()); return;
        case Value::Kind::integer: lua_pushinteger(lua, value.integer()); return;
        case Value::Kind::number: lua_pushnumber(lua, value.number()); return;
        case Value::Kind::text:
            lua_pushlstring(lua, value.text().data(), value.text().size());
            return;
        case Value::Kind::list: {
            lua_createtable(lua, static_cast<int>(value.size()), 0);
            lua_Integer place = 0;
            for (const Value& item : value) {
                push(lua, item);
                lua_rawseti(lua, -2, ++place);
            }
            return;
        }
        case Value::Kind::table:
            lua_createtable(lua, 0, static_cast<int>(value.size()));
            for (const auto& [key, item] : value.items()) {
                lua_pushlstring(lua, key.data(), key.size());
                push(lua, item);
                lua_rawset(lua, -3);
            }
            return;
    }
}

}  // namespace script
