#pragma once
// Postfix 3.7 on the wire (docs/decisions/0009-personalities.md).
#include "sim/smtp/habits.hpp"

namespace smtp {

ClientHabits postfix_client();
Reading postfix_reading();
const ServerHabits& postfix_server();

}  // namespace smtp
