#pragma once
// Whole files in, whole files out.
#include <string>
#include <string_view>

namespace files {

/// Writes a whole file or none. Empty: well done; else what went wrong.
std::string write_file(const std::string& path, std::string_view content);
/// A whole file; empty when it cannot be read.
std::string read_file(const std::string& path);

}  // namespace files
