#pragma once
// The map: who is where, who sits on which path, and how well sessions were protected.
#include <string>

#include "sim/trace/trace.hpp"
#include "visualize/caption.hpp"

namespace visualize {

/// Sessions by what the trace shows of each: TLS or not, and whether the sender's policy found the
/// peer to be who it should be.
Drawn topology_of(const trace::Trace& trace, const std::string& title);

}  // namespace visualize
