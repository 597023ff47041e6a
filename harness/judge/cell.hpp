#pragma once
// What became of one mail, attempt by attempt, in the words of a measured table.
#include <map>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace judge {

/// The results of a cell by name, in the order of the CSV file.
using CellFacts = std::vector<std::pair<std::string, std::string>>;

/// The names that `cell_facts` gives for so many attempts (1 or 3).
std::vector<std::string> fact_names(int attempts);
CellFacts cell_facts(const trace::Trace& trace, trace::MailId mail, int attempts);

}  // namespace judge
