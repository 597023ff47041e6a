#pragma once
// The formats in which a whole run's results can be written as a file: one row each, and the
// options, the files below --out and the writing of them follow.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/play/outcome.hpp"
#include "harness/suite/shard.hpp"

namespace report {

struct Results {
    const std::vector<play::Outcome>& outcomes;
    std::uint64_t seed;
    const std::optional<suite::Part>& part;  ///< Where it is one of a suite, and whole.
};

struct Format {
    std::string_view name;  ///< Its option is --report-NAME FILE.
    std::string_view file;  ///< What it is called below --out.
    std::string_view help;
    /// The whole text; none where it is written as scenarios end (report/html.hpp).
    std::string (*text)(const Results& results);
};
/// In the order of the options.
std::span<const Format> formats();

}  // namespace report
