#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view folders[] = {"sim",       "harness", "visualize", "tests",
                                        "scenarios", "cmake",   "examples"};
constexpr std::string_view kinds[] = {".cpp", ".hpp", ".c",  ".h",   ".lua", ".cmake",
                                      ".sh",  ".py",  ".js", ".mjs", ".css"};

bool is_source(const fs::directory_entry& entry) {
    if (!entry.is_regular_file()) return false;
    if (entry.path().filename() == "CMakeLists.txt") return true;
    const std::string kind = entry.path().extension().string();
    return std::ranges::find(kinds, std::string_view(kind)) != std::end(kinds);
}

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<File> read_tree(const fs::path& root) {
    std::vector<File> files;
    const auto keep = [&](const fs::directory_entry& entry) {
        if (!is_source(entry)) return;
        files.push_back({entry.path().lexically_relative(root).generic_string(),  //
                         text_of(entry.path())});
    };
    for (const auto& entry : fs::directory_iterator(root)) keep(entry);
    for (const auto folder : folders) {
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) keep(entry);
    }
    std::ranges::sort(files, {}, &File::path);
    return files;
}

}  // namespace

const std::vector<File>& source_tree() {
    static const std::vector<File> files = read_tree(MAILTLS_ROOT);
    return files;
}

bool is_cpp(const File& file) {
    const std::string kind = fs::path(file.path).extension().string();
    return kind == ".cpp" || kind == ".hpp" || kind == ".h";
}

bool is_at(std::string_view path, std::string_view place) {
    if (!path.starts_with(place)) return false;
    return path.size() == place.size() || path[place.size()] == '/' || path[place.size()] == '.';
}

}  // namespace tidy
