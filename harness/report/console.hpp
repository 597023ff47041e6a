#pragma once
#include <string>
#include <vector>

#include "harness/run/suite.hpp"

namespace report {

/// Colour and symbols of the output: flag > NO_COLOR > FORCE_COLOR > terminal.
struct Look {
    bool colour = false;
    std::string paint(std::string_view code, std::string_view text) const;
};
Look look_of(int file_descriptor);

/// As one word of a command line.
std::string shell_quoted(const std::string& text);
/// One scenario's lines.
std::string scenario_lines(const run::Outcome& outcome, const Look& look);
/// "12 passed, 1 failed": broken ones count as failed.
std::string closing_line(const std::vector<run::Outcome>& outcomes);
/// Schema mailtls.results/1.
std::string results_json(const std::vector<run::Outcome>& outcomes, std::uint64_t seed);

}  // namespace report
