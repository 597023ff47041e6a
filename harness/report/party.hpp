#pragma once
// What one party has of the bytes of a run, for those who take bytes apart.
#include <memory>
#include <vector>

#include "sim/trace/decode.hpp"

namespace report {

/// A trace of only the segments and datagrams that the party saw, and of the TLS secrets it has: of
/// connections that it is an end of, or whose content it opened. What passed somebody on a path
/// was sent on his one side and arrived on his other, so that what he changed is there twice,
/// before and after. Its texts are those of `trace`, which must live longer.
std::unique_ptr<trace::Restored> bytes_as(const trace::Trace& trace,
                                          const std::vector<trace::HostId>& party);

}  // namespace report
