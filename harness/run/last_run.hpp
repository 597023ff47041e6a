#pragma once
// Which scenarios failed when they were played last, below the folder that mailtls is run in.
#include <set>
#include <string>
#include <vector>

#include "harness/run/suite.hpp"

namespace run {

/// `.mailtls/failed`: an id a line.
inline constexpr const char* failed_file = ".mailtls/failed";

/// Empty where nothing failed, or nothing was played yet.
std::set<std::string> read_failed();
/// Those that were played now count as they came out; what was not played stays. `fails` says of
/// which outcome it failed. Empty: well; else one sentence.
std::string note_failed(const std::vector<Outcome>& outcomes,
                        const std::function<bool(const Outcome&)>& fails);

}  // namespace run
