#include "harness/files/disk.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

#include "harness/files/paths.hpp"
#include "harness/files/text.hpp"

namespace files {
namespace {

namespace fs = std::filesystem;

core::Failure wrong(const char* what) { return {core::Reason::none, what}; }

constexpr std::size_t largest = largest_scenario_file;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class Disk : public script::Library {
    core::Result<std::string> read(const std::string& path) const override {
        std::error_code error;
        if (!fs::exists(path, error)) return wrong("expected a scenario file, but there is none");
        if (fs::is_directory(path, error))
            return wrong("expected a scenario file, got a directory");
        std::ifstream in(path, std::ios::binary);
        std::string text;
        char bytes[65536];
        while (in && text.size() <= largest)
            text.append(bytes, static_cast<std::size_t>(in.read(bytes, sizeof bytes).gcount()));
        if (!in.eof() && text.size() <= largest) return wrong("the scenario file cannot be read");
        if (text.size() > largest) return wrong("a scenario file has at most 16 MiB");
        if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
        return text;
    }
    core::Result<std::string> read_beside(const std::string& path,
                                          const std::string& name) const override {
        return files::read_beside(fs::path(path).parent_path().string(), name);
    }
};

std::vector<std::string> files_below(const std::string& path, std::vector<Place>& mistakes) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        mistakes.push_back(
            {path,
             script::Mistake{path, 0, "expected a scenario file or a directory, but there is none"},
             false});
        return {};
    }
    if (!fs::is_directory(path, error)) return {plain_path(path)};
    std::vector<std::string> files;
    for (fs::recursive_directory_iterator it(path, error), end; it != end && !error;
         it.increment(error)) {
        // What begins with a dot is not the author's: .git, the annotations of `mailtls init`.
        if (it->path().filename().string()[0] == '.')
            it.disable_recursion_pending();
        else if (it->is_regular_file(error) && it->path().extension() == ".lua")
            files.push_back(plain_path(it->path().string()));
    }
    std::sort(files.begin(), files.end());
    if (files.empty())
        mistakes.push_back(
            {path,
             script::Mistake{path, 0,
                             "expected scenario files (*.lua) below this directory, found none"},
             true});
    return files;
}

}  // namespace

const script::Library& disk() {
    static const Disk it;
    return it;
}

std::vector<Place> scenarios_below(const std::vector<std::string>& paths) {
    std::vector<Place> out;
    std::set<std::string> seen;
    for (const std::string& path : paths) {
        std::vector<Place> mistakes;
        for (std::string& file : files_below(path, mistakes))
            if (seen.insert(file).second) out.push_back({std::move(file), std::nullopt, false});
        for (Place& mistake : mistakes) out.push_back(std::move(mistake));
    }
    return out;
}

}  // namespace files
