#pragma once
// Scenario files on the disk.
#include <string>
#include <vector>

#include "harness/script/entry.hpp"
#include "harness/script/library.hpp"

namespace files {

/// Files of this machine, by their paths.
const script::Library& disk();

struct Scenarios {
    std::vector<std::string> files;
    std::vector<script::Mistake> mistakes;
};
/// Scenario files below the paths, each once, in order of name; a directory stands for all *.lua
/// below it. A path that does not exist, or a directory without a scenario file, is a mistake.
Scenarios scenarios_below(const std::vector<std::string>& paths);

}  // namespace files
