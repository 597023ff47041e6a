#pragma once
#include "sim/mta/personality.hpp"

namespace mta {

/// OpenSMTPD 6.8 (docs/decisions/0009-personalities.md).
const SenderHabits& opensmtpd_6_8();

}  // namespace mta
