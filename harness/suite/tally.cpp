#include "harness/suite/tally.hpp"

#include <fmt/core.h>

namespace suite {

void Tally::add(const play::Outcome& outcome) {
    if (!play::is_bad(outcome))
        ++passed;
    else
        ++(outcome.status == play::Status::broken ? broken : failed);
    with_bugs += outcome.bugs.empty() ? 0 : 1;
    unwritten += outcome.wrote_files ? 0 : 1;
    differing += outcome.deterministic ? 0 : 1;
}

Tally tally_of(const std::vector<play::Outcome>& outcomes) {
    Tally out;
    for (const play::Outcome& outcome : outcomes) out.add(outcome);
    return out;
}

std::string closing_line(const Tally& tally) {
    return fmt::format("{} passed, {} failed", tally.passed, tally.bad());
}

}  // namespace suite
