#pragma once
// How delivered mails crossed, each at its moment: what `share` counts, over time.
#include <set>
#include <string>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "sim/trace/trace.hpp"

namespace judge {

struct Passage {
    Instant at;
    Crossing crossed = Crossing::not_at_all;
};
struct Passages {
    /// 0: the world has none, and each mail counts as a whole, by the weakest of its hops. Else the
    /// hops between their gateways count.
    std::size_t companies = 0;
    std::vector<Passage> all;  ///< In order of time.
};
/// Of the mails that the scenario sent and that were delivered; reports are none of them.
Passages passages_of(const trace::Trace& trace);

/// The hops of a mail that lead from one of these gateways (lower case) to another.
std::vector<Hop> hops_between(const std::set<std::string>& gateways, const MailVerdict& verdict);

}  // namespace judge
