#pragma once
// Exim 4.96 on the wire (docs/decisions/0009-personalities.md).
#include "sim/smtp/habits.hpp"

namespace smtp {

ClientHabits exim_client();
Reading exim_reading();

}  // namespace smtp
