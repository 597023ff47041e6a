#pragma once
// Scenario files on the disk.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/script/entry.hpp"
#include "harness/script/library.hpp"

namespace files {

/// Files of this machine, by their paths. None is read that is larger.
const script::Library& disk();
inline constexpr std::size_t largest_scenario_file = 16u << 20;  // bytes

/// A scenario file; or a path where there is none, and why.
struct Place {
    std::string file;
    std::optional<script::Mistake> mistake;
    bool is_empty = false;  ///< A directory without a scenario file.
};
/// Scenario files below the paths, each once, in order of name; a directory stands for all *.lua
/// below it. A path that does not exist, or a directory without a scenario file, is a mistake.
std::vector<Place> scenarios_below(const std::vector<std::string>& paths);

}  // namespace files
