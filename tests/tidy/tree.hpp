#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// A text of the project, by its path from the root.
struct File {
    std::string path;
    std::string text;
};

/// All that is written by hand: C++, Lua, CMake, shell, Python. Sorted by path.
const std::vector<File>& source_tree();

/// The documents and the gate, which stand beside the sources: Markdown, the manual page, .ci/run.
const std::vector<File>& documents();

/// Every file and folder of the project by its path from the root, sorted: what is written, not
/// what was built or fetched.
const std::vector<std::string>& tree_paths();

bool is_cpp(const File& file);

/// Is `path` the file or folder `place`, or inside it? `sim/world` is also `sim/world.hpp`.
bool is_at(std::string_view path, std::string_view place);

}  // namespace tidy
