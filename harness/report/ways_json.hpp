#pragma once
// The way of each mail to each of its recipients, hop by hop, with the rule that held on each hop.
#include "harness/play/json_text.hpp"
#include "harness/play/outcome.hpp"
#include "sim/trace/trace.hpp"

namespace report {

/// A list of { mail, to, hops }, each hop as in results (`hops` of a mail), with its whole session
/// as `tls`, in words, and with `rule`: what policy said of that session, or else the level. A rule
/// stands beside the crossing that it was judged for, and no other.
play::Json ways_of(const trace::Trace& trace, const play::Outcome& outcome);

}  // namespace report
