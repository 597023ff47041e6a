#pragma once
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"

namespace report {

/// TAP 14: the version and the plan of so many scenarios.
std::string tap_head(std::size_t scenarios);
/// One test point, `number` from 1. A failure's words stand in a YAML block.
std::string tap_point(const play::Outcome& outcome, std::size_t number);
std::string tap(const std::vector<play::Outcome>& outcomes);

}  // namespace report
