#pragma once
// The share curve of a run: how its mails crossed, over time.
#include <string>

#include "sim/trace/trace.hpp"
#include "visualize/share.hpp"

namespace report {

/// Of the hops between the gateways of companies; where there are none, of each mail as a whole.
visualize::ShareCurve share_of(const trace::Trace& trace, const std::string& title);

/// Does the curve tell more than the mails one by one?
bool is_worth_drawing(const visualize::ShareCurve& curve);

}  // namespace report
