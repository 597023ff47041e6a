#pragma once
// Cells as lines of results (mailtls.sweep/1): docs/commands.md.
#include <optional>
#include <string>

#include "harness/many/sweep.hpp"

namespace many {

std::string line_of(const SweepPlan& plan, const CellOrder& order, const CellOutcome& cell);
/// Nothing where it is not the line of a cell.
std::optional<CellOutcome> cell_of_line(const std::string& line);

}  // namespace many
