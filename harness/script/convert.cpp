#include "harness/script/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace script {
namespace {

// As the reference manual of Lua writes a literal string (section 3.1).
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (c == '\n' || c == '\r')
            out += c == '\n' ? "\\n" : "\\r";
        else if (u < 0x20 || u == 0x7F)
            out += fmt::format("\\x{:02X}", u);
        else
            out += c;
    }
    return out + '"';
}

// May it stand as a key without brackets? Reserved words (section 3.1) may not; no option is one.
bool is_name(const std::string& text) {
    static const std::set<std::string_view> reserved{
        "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
        "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
        "repeat",   "return", "then", "true", "until",  "while"};
    return !text.empty() && !reserved.contains(text) &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

std::string text_at(lua_State* lua, int index) {
    std::size_t size = 0;
    const char* const text = lua_tolstring(lua, index, &size);
    return {text, size};
}

Json table_to_json(lua_State* lua, int index, int depth) {
    const auto length = lua_rawlen(lua, index);
    Json out = length > 0 ? Json::array() : Json::object();
    for (lua_Unsigned i = 1; i <= length; ++i) {
        lua_rawgeti(lua, index, static_cast<lua_Integer>(i));
        out.push_back(to_json(lua, lua_gettop(lua), depth + 1));
        lua_pop(lua, 1);
    }
    if (length > 0) return out;
    // Keys are text here, so lua_tolstring does not change them, and lua_next goes on.
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1))
        if (lua_type(lua, -2) == LUA_TSTRING)
            out[text_at(lua, -2)] = to_json(lua, lua_gettop(lua), depth + 1);
    return out;
}

constexpr int deepest = 20;
constexpr std::uint64_t cost_of_one = 16;

// Goes where to_json goes, and takes from `left` until nothing is.
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

Json to_json(lua_State* lua, int index, int depth) {
    if (depth > deepest || lua_checkstack(lua, 8) == 0) return nullptr;
    switch (lua_type(lua, index)) {
        case LUA_TBOOLEAN: return lua_toboolean(lua, index) != 0;
        case LUA_TNUMBER:
            if (lua_isinteger(lua, index) != 0)
                return static_cast<std::int64_t>(lua_tointeger(lua, index));
            return lua_tonumber(lua, index);
        case LUA_TSTRING: return text_at(lua, index);
        case LUA_TTABLE: return table_to_json(lua, lua_absindex(lua, index), depth);
        default: return nullptr;
    }
}

void push_json(lua_State* lua, const Json& value) {
    luaL_checkstack(lua, 8, "too many nested values");
    switch (value.type()) {
        case Json::value_t::boolean: lua_pushboolean(lua, value.get<bool>()); return;
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
            lua_pushinteger(lua, value.get<std::int64_t>());
            return;
        case Json::value_t::number_float: lua_pushnumber(lua, value.get<double>()); return;
        case Json::value_t::string: {
            const std::string& text = value.get_ref<const std::string&>();
            lua_pushlstring(lua, text.data(), text.size());
            return;
        }
        case Json::value_t::array: {
            lua_createtable(lua, static_cast<int>(value.size()), 0);
            for (std::size_t i = 0; i < value.size(); ++i) {
                push_json(lua, value[i]);
                lua_rawseti(lua, -2, static_cast<lua_Integer>(i + 1));
            }
            return;
        }
        case Json::value_t::object: {
            lua_createtable(lua, 0, static_cast<int>(value.size()));
            for (auto it = value.begin(); it != value.end(); ++it) {
                lua_pushlstring(lua, it.key().data(), it.key().size());
                push_json(lua, it.value());
                lua_rawset(lua, -3);
            }
            return;
        }
        default: lua_pushnil(lua);
    }
}

std::string as_lua(const Json& value) {
    if (value.is_string()) return quoted(value.get_ref<const std::string&>());
    if (!value.is_structured()) return value.dump();
    std::string out;
    for (const auto& [key, item] : value.items()) {
        out += out.empty() ? "" : ", ";
        if (value.is_object()) out += (is_name(key) ? key : "[" + quoted(key) + "]") + " = ";
        out += as_lua(item);
    }
    return out.empty() ? "{}" : "{ " + out + " }";
}

}  // namespace script
