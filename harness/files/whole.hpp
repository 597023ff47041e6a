#pragma once
// Whole files in; how they go out: files/output.hpp.
#include <string>

namespace files {

/// Is it a file, behind links, too? A device may have no end, and a pipe nobody who writes.
bool is_plain(const std::string& path);
/// A whole file; empty when it cannot be read, or is none.
std::string read_file(const std::string& path);

}  // namespace files
