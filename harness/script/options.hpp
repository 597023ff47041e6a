#pragma once
// What an author gave among the options of a word, and what stands where nothing was given. Kinds
// are checked before (kinds.lua).
#include <string>
#include <string_view>

#include "harness/script/value.hpp"
#include "sim/core/units.hpp"

namespace script {

inline std::string text(const Value& options, const char* key, std::string_view otherwise = {}) {
    return options.contains(key) ? options[key].text() : std::string(otherwise);
}

inline core::Duration duration(const Value& options, const char* key,
                               core::Duration otherwise = {}) {
    if (!options.contains(key)) return otherwise;
    return core::parse_duration(options[key].text()).value_or(otherwise);
}

/// Does the word stand in the list that is this option?
inline bool listed(const Value& options, const char* key, std::string_view word) {
    return options[key].holds(word);
}

}  // namespace script
