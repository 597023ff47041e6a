#pragma once
// The data of the HTML report's first page, as JSON on one line each.
#include <string>

#include "harness/play/outcome.hpp"
#include "harness/report/grid.hpp"

namespace report {

/// { id: [text, clause] }, of every field that bytes are taken apart into.
std::string explanations_json();
/// { word: [meaning, source] }, of every reason.
std::string reasons_json();
/// A scenario: what it is, what came of it, and its mails as mailtls.results/1 has them.
std::string entry_json(const play::Outcome& outcome);
/// { title, corner, rows, columns, cells }; a cell is [text, shade].
std::string grid_json(const Grid& grid);

}  // namespace report
