#pragma once
// Files that a scenario may read: small texts in the folder of its file, or below it.
#include <string>

#include "sim/core/result.hpp"

namespace files {

/// The largest text that is read, in bytes.
inline constexpr std::size_t largest_beside = 1 << 20;

/// The text of `name`, a path from `folder` that stays below it, whatever links stand on the way.
/// A Failure says in one sentence what is wrong: a path that leads out, no such file, no plain
/// file, too long, not a text.
core::Result<std::string> read_beside(const std::string& folder, const std::string& name);

/// The same of a file that is not a scenario's, wherever it is; `name` is what it is called, and
/// more than `largest` bytes are too long.
core::Result<std::string> read_text(const std::string& path, const std::string& name,
                                    std::size_t largest = largest_beside);

}  // namespace files
