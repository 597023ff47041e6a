#include "harness/script/language.hpp"

#include <string_view>
#include <tuple>

#include "harness/script/compiled.hpp"
#include "harness/script/convert.hpp"
#include "harness/script/interpreter.hpp"
#include "harness/script/sources.hpp"

namespace script {
namespace {

constexpr const char *failures_of = "mailtls.failures", *failure_meta = "mailtls.failure";

// The one C function behind all primitives. Upvalue: the primitive's name.
int primitive(lua_State* lua) {
    BudgetedState& budget = BudgetedState::of(lua);
    Stage* const stage = static_cast<Stage*>(budget.served);
    for (int i = 1; i <= lua_gettop(lua); ++i)
        if (!budget.spend(cost_of(lua, i, budget.left() + 1)))
            return luaL_error(lua, "%s", budget.overrun().c_str());
    const Value* answer = nullptr;
    {
        const Held held(budget.guard());
        stage->set_running(lua);
        Value arguments = Value::list();
        for (int i = 1; i <= lua_gettop(lua); ++i) arguments.push_back(value_at(lua, i));
        answer = &stage->call(lua_tostring(lua, lua_upvalueindex(1)), arguments);
    }
    // Nothing with a destructor is alive from here on: pushing may raise Lua's memory error.
    if (budget.guard() != nullptr && budget.guard()->expired() != nullptr) budget.guard()->cut();
    for (std::size_t i = 0; i < answer->size(); ++i) push(lua, (*answer)[i]);
    return static_cast<int>(answer->size());
}

// What failures are, by what was raised: a key of this table, which no author can make. Leaves it
// on the stack and in the registry.
void make_failures(lua_State* lua) {
    lua_newtable(lua);
    lua_createtable(lua, 0, 1);
    lua_pushliteral(lua, "k");
    lua_setfield(lua, -2, "__mode");
    lua_setmetatable(lua, -2);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, LUA_REGISTRYINDEX, failures_of);
}

}  // namespace

int open_language(lua_State* lua) {
    luaL_openlibs(lua);
    const auto load = [lua](std::string_view source, const char* name) {
        const std::string& code = compiled(source, name);
        if (luaL_loadbufferx(lua, code.data(), code.size(), name, "b") != LUA_OK) lua_error(lua);
    };
    lua_newtable(lua);
    const int primitives = lua_gettop(lua);
    for (const char* const* name = primitive_names(); *name != nullptr; ++name) {
        lua_pushstring(lua, *name);
        lua_pushcclosure(lua, primitive, 1);
        lua_setfield(lua, primitives, *name);
    }
    load(sources::company_words, "=company_words");
    load(sources::vocabulary, "=vocabulary");
    load(sources::mtas, "=mtas");
    lua_call(lua, 0, 1);
    lua_call(lua, 1, 1);
    lua_call(lua, 1, 1);
    const int vocabulary = lua_gettop(lua);
    lua_newtable(lua);
    const int internal = lua_gettop(lua);
    make_failures(lua);
    const int failures = lua_gettop(lua);
    for (const auto& [source, name, results] :
         {std::tuple{sources::things, "=things", 0}, std::tuple{sources::kinds, "=kinds", 0},
          std::tuple{sources::prelude, "=prelude", 1}}) {
        load(source, name);
        lua_pushvalue(lua, primitives);
        lua_pushvalue(lua, vocabulary);
        lua_pushvalue(lua, internal);
        lua_pushvalue(lua, failures);
        lua_call(lua, 4, results);
    }
    const int words = lua_gettop(lua);
    for (const auto& [source, name, results] :
         {std::tuple{sources::certificates, "=certificates", 0},
          std::tuple{sources::attack, "=attack", 0}, std::tuple{sources::network, "=network", 0},
          std::tuple{sources::policies, "=policies", 0}, std::tuple{sources::expect, "=expect", 0},
          std::tuple{sources::company, "=company", 0},
          std::tuple{sources::sandbox, "=sandbox", 1}}) {
        load(source, name);
        lua_pushvalue(lua, words);
        lua_pushvalue(lua, internal);
        lua_pushvalue(lua, primitives);
        lua_pushvalue(lua, vocabulary);
        lua_call(lua, 4, results);
    }
    lua_setfield(lua, LUA_REGISTRYINDEX, "mailtls.env");
    lua_getfield(lua, internal, "failure_meta");
    lua_setfield(lua, LUA_REGISTRYINDEX, failure_meta);
    lua_pushvalue(lua, internal);
    lua_setfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    return 0;
}

// Plain C: it runs inside Lua.
int message_handler(lua_State* lua) {
    if (lua_type(lua, 1) != LUA_TSTRING) return 1;
    lua_Debug at;
    for (int level = 1; lua_getstack(lua, level, &at) != 0; ++level) {
        lua_getinfo(lua, "Sl", &at);
        if (at.source[0] != '@' || at.currentline <= 0) continue;
        lua_newtable(lua);
        luaL_setmetatable(lua, failure_meta);
        lua_getfield(lua, LUA_REGISTRYINDEX, failures_of);
        lua_pushvalue(lua, -2);
        lua_createtable(lua, 0, 4);
        lua_pushliteral(lua, "broken");
        lua_setfield(lua, -2, "kind");
        lua_pushstring(lua, at.source + 1);
        lua_setfield(lua, -2, "file");
        lua_pushinteger(lua, at.currentline);
        lua_setfield(lua, -2, "line");
        lua_pushvalue(lua, 1);
        lua_setfield(lua, -2, "message");
        lua_rawset(lua, -3);
        lua_pop(lua, 1);
        return 1;
    }
    return 1;
}

bool push_failure(lua_State* lua, int index) {
    const int raised = lua_absindex(lua, index);
    lua_getfield(lua, LUA_REGISTRYINDEX, failures_of);
    lua_pushvalue(lua, raised);
    lua_rawget(lua, -2);
    lua_remove(lua, -2);
    if (lua_istable(lua, -1)) return true;
    lua_pop(lua, 1);
    return false;
}

}  // namespace script
