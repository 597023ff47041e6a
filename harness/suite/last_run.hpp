#pragma once
// Which scenarios failed when they were played last in the folder that mailtls is run in. Kept
// in the user's cache, XDG_CACHE_HOME or ~/.cache, so that no file appears beside the scenarios.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"

namespace suite {

/// The file for this folder, an id a line. Empty where there is no cache.
std::string failed_file();
/// Empty where nothing failed, or nothing was played yet.
std::set<std::string> read_failed();
/// Those that were played now count as they came out; what was not played stays. `fails` says of
/// which outcome it failed. Empty: well, or there is no cache; else one sentence.
std::string note_failed(const std::vector<play::Outcome>& outcomes,
                        const std::function<bool(const play::Outcome&)>& fails);

}  // namespace suite
