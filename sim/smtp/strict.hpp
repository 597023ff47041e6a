#pragma once
// Replies read as RFC 5321 and RFC 3207 have them, and not as any MTA does.
#include "sim/smtp/habits.hpp"

namespace smtp {

Reading strict_reading();
/// These habits, but replies are read strictly.
ClientHabits strict(ClientHabits habits);

}  // namespace smtp
