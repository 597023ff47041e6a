#pragma once
// What check-policy found, as people and as programs read it.
#include <string>
#include <vector>

#include "harness/many/policy_check.hpp"

namespace report {

/// A row for each partner; below, for each, what shows that mail can be lost and how to repeat it,
/// and what waits or bounces. `repeat` is the command line that a title is appended to.
std::string as_text(const std::vector<many::PartnerOutcome>& outcomes, const std::string& repeat);

/// Schema mailtls.policy-check/1: docs/commands.md.
std::string as_json(const std::vector<many::PartnerOutcome>& outcomes, std::uint64_t seed);

}  // namespace report
