#include "sim/mta/personality.hpp"

#include <algorithm>

#include "sim/core/ensure.hpp"
#include "sim/mta/postfix.hpp"

namespace mta {

Duration Schedule::gap(Duration age, Duration last) const {
    ENSURE(!phases.empty());
    const auto holds = std::find_if(phases.begin(), phases.end() - 1,
                                    [&](const Phase& phase) { return age < phase.until; });
    const Duration longest = std::max(holds->longest, holds->first);
    if (last < holds->first) return holds->first;
    if (last >= longest) return longest;
    return std::min(last * holds->percent / 100 + holds->adds, longest);
}

Failure NoWay::failure(std::string_view name) const {
    return {reason, smtp::with_word(words, name), std::string(code)};
}

const Personality& usual_personality() { return postfix_3_7(); }

}  // namespace mta
