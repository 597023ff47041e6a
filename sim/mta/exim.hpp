#pragma once
#include "sim/mta/personality.hpp"

namespace mta {

/// Exim 4.96 (docs/decisions/0009-personalities.md).
const SenderHabits& exim_4_96();

}  // namespace mta
