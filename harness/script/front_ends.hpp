#pragma once
// MTAs by their names: the habits of each, and what it makes of an author's rule.
#include <string_view>

#include "harness/script/value.hpp"
#include "sim/mta/personality.hpp"

namespace script {

struct FrontEnd {
    std::string_view name;
    const mta::SenderHabits& (*habits)();
    /// `for_all`: the rule that holds where none is given. Both are checked.
    policy::Requirement (*requirement)(const Value& rule, const Value& for_all);
};
/// By `behaves_like` of a sender's options; without it the usual one.
const FrontEnd& front_end_of(const Value& sender);

}  // namespace script
