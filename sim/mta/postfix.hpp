#pragma once
#include "sim/mta/personality.hpp"

namespace mta {

/// Postfix 3.7 (docs/decisions/0009-personalities.md).
const Personality& postfix_3_7();

}  // namespace mta
