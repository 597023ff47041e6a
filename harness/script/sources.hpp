#pragma once
#include <string_view>

namespace script {

/// The Lua half of the language, built into the program (harness/script/*.lua).
namespace sources {
extern const std::string_view vocabulary, kinds, prelude, expect, sandbox, reference;
}

/// Names of all primitives, ended by a null pointer.
const char* const* primitive_names();

}  // namespace script
