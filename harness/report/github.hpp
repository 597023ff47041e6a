#pragma once
// What GitHub Actions shows beside a run: workflow commands, and the summary of a step.
#include <string>
#include <string_view>
#include <vector>

#include "harness/play/outcome.hpp"

namespace report {

/// An annotation at the line of each failure; empty for a scenario that passed.
std::string github_annotations(const play::Outcome& outcome);
/// Lines for the log, in which nothing is a command of the runner: "::" at the front of a line,
/// also behind spaces, and "##[" stand with a backslash.
std::string without_commands(std::string_view lines);
/// Markdown: totals, and each failure with its words and the command that repeats it.
std::string github_summary(const std::vector<play::Outcome>& outcomes);

}  // namespace report
