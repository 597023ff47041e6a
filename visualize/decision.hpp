#pragma once
// Why the policy decided so: for each attempt the facts, the rule, the judgement, the outcome.
#include <string>

#include "sim/trace/trace.hpp"
#include "visualize/caption.hpp"

namespace visualize {

/// A tree: mails, their attempts, and what each attempt went by. Attempts that are all alike are
/// folded: the first and the last stay.
Drawn decisions_of(const trace::Trace& trace, const std::string& title);

}  // namespace visualize
