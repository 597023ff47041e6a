#pragma once
// What a partner's mail risks, in one sentence.
#include <string>

#include "harness/many/policy_check.hpp"

namespace report {

/// From what the cases came to: "mail goes in clear text where STARTTLS is missing, …". Empty:
/// nothing was played, or the report of this MTA says it case by case alone.
std::string risk_of(const many::PartnerOutcome& outcome);

}  // namespace report
