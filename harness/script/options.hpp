#pragma once
// What an author gave among the options of a word, and what stands where nothing was given. Kinds
// are checked before (kinds.lua).
#include <algorithm>
#include <string>
#include <string_view>

#include "harness/script/convert.hpp"
#include "sim/core/units.hpp"

namespace script {

inline std::string text(const Json& options, const char* key, std::string_view otherwise = {}) {
    return options.contains(key) ? options[key].get<std::string>() : std::string(otherwise);
}

inline core::Duration duration(const Json& options, const char* key,
                               core::Duration otherwise = {}) {
    if (!options.contains(key)) return otherwise;
    return core::parse_duration(options[key].get<std::string>()).value_or(otherwise);
}

/// Does the word stand in the list that is this option?
inline bool listed(const Json& options, const char* key, std::string_view word) {
    if (!options.contains(key)) return false;
    const Json& list = options[key];
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace script
