#pragma once
// OpenSMTPD 6.8 on the wire (docs/decisions/0009-personalities.md).
#include "sim/smtp/habits.hpp"

namespace smtp {

ClientHabits opensmtpd_client();
Reading opensmtpd_reading();

}  // namespace smtp
