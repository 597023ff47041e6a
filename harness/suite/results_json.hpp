#pragma once
// The file of results, mailtls.results/1: docs/commands.md.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"
#include "harness/script/file.hpp"
#include "harness/suite/shard.hpp"
#include "harness/suite/tally.hpp"

namespace suite {

/// The text of the file. `part`: which part of a suite this is, where it is one.
std::string results_json(const std::vector<play::Outcome>& outcomes, std::uint64_t seed,
                         const std::optional<Part>& part = {});

/// What `mailtls list --format json` prints (mailtls.list/1), indented.
std::string list_json(const std::vector<script::ScenarioEntry>& scenarios);

/// Results of all parts put together.
struct Merged {
    std::string text;   ///< As one run would have written them, byte for byte.
    std::string wrong;  ///< Or what does not fit: another suite or seed, a part twice, a part that
                        ///< is missing or was edited, no part at all.
    Tally tally;
    std::uint64_t seed = 0;
    /// Where each scenario of the whole stands.
    struct Place {
        std::size_t text, row;
    };
    std::vector<Place> places;
};
/// `texts` in any order; `names` are what they are called where one is wrong.
Merged merged(const std::vector<std::string>& texts, const std::vector<std::string>& names);

}  // namespace suite
