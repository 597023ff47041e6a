#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string_view>

namespace tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view folders[] = {"sim",       "harness", "visualize", "tests",
                                        "scenarios", "cmake",   "examples"};
constexpr std::string_view more[] = {"docs", ".ci", ".githooks"};
constexpr std::span<const std::string_view> more_folders = more;
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

bool is_document(const fs::directory_entry& entry) {
    const std::string kind = entry.path().extension().string();
    return entry.is_regular_file() &&
           (kind == ".md" || kind == ".scd" || entry.path().parent_path().filename() == ".ci");
}

// Those in the root, then all below the folders.
template <class Look>
void each_entry(const Look& look) {
    const fs::path root = MAILTLS_ROOT;
    for (const auto& entry : fs::directory_iterator(root)) look(entry);
    for (const auto& below : {std::span<const std::string_view>(folders), more_folders}) {
        for (const auto folder : below) {
            if (!fs::exists(root / folder)) continue;
            for (const auto& entry : fs::recursive_directory_iterator(root / folder)) look(entry);
        }
    }
}

std::string path_of(const fs::directory_entry& entry) {
    return entry.path().lexically_relative(MAILTLS_ROOT).generic_string();
}

std::vector<File> read_tree(bool (*wanted)(const fs::directory_entry&)) {
    std::vector<File> files;
    each_entry([&](const fs::directory_entry& entry) {
        if (wanted(entry)) files.push_back({path_of(entry), text_of(entry.path())});
    });
    std::ranges::sort(files, {}, &File::path);
    return files;
}

std::vector<std::string> read_paths() {
    std::vector<std::string> paths;
    each_entry([&](const fs::directory_entry& entry) { paths.push_back(path_of(entry)); });
    std::ranges::sort(paths);
    return paths;
}

}  // namespace

const std::vector<File>& source_tree() {
    static const std::vector<File> files = read_tree(is_source);
    return files;
}

const std::vector<File>& documents() {
    static const std::vector<File> files = read_tree(is_document);
    return files;
}

const std::vector<std::string>& tree_paths() {
    static const std::vector<std::string> paths = read_paths();
    return paths;
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
