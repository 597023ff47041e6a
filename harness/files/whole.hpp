#pragma once
// Whole files in; how they go out: files/output.hpp.
#include <string>

namespace files {

/// A whole file; empty when it cannot be read.
std::string read_file(const std::string& path);

}  // namespace files
