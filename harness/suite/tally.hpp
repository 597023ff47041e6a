#pragma once
// How what was played came out: the scenarios of a run or of all its parts, the cells of a sweep.
#include <cstddef>
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"

namespace suite {

struct Tally {
    std::size_t passed = 0;
    std::size_t failed = 0;  ///< Bad, and not broken (play::is_bad).
    std::size_t broken = 0;
    // of the bad ones
    std::size_t with_bugs = 0, unwritten = 0, differing = 0;

    std::size_t bad() const { return failed + broken; }
    void add(const play::Outcome& outcome);
};
Tally tally_of(const std::vector<play::Outcome>& outcomes);

/// The last line of whatever plays: "3 passed, 1 failed".
std::string closing_line(const Tally& tally);

}  // namespace suite
