#pragma once
#include <string>
#include <vector>

#include "harness/run/outcome.hpp"

namespace report {

/// TAP 14: the version and the plan of so many scenarios.
std::string tap_head(std::size_t scenarios);
/// One test point, `number` from 1. A failure's words stand in a YAML block.
std::string tap_point(const run::Outcome& outcome, std::size_t number);
std::string tap(const std::vector<run::Outcome>& outcomes);

}  // namespace report
