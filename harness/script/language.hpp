#pragma once
// Our half of the language in a Lua: its words, and what is raised in it. Each of these is called
// by Lua, or calls it, inside a protected call.
#include <lua.hpp>

namespace script {

/// Loads vocabulary, things, kinds, prelude, certificates, attack, network, policies, expect,
/// sandbox. Leaves in the registry "mailtls.env" (the author's globals) and "mailtls.internal". A
/// lua_CFunction.
int open_language(lua_State* lua);
/// Turns a text error into a failure with the author's file and line. A message handler.
int message_handler(lua_State* lua);
/// What the value at `index` is as a failure ({ kind, file, line, message }), on the stack; nothing
/// and false, if it is none of ours.
bool push_failure(lua_State* lua, int index);

}  // namespace script
