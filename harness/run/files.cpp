// Whole files in, whole files out.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "harness/run/suite.hpp"

namespace run {

namespace fs = std::filesystem;

std::string file_name_of(const std::string& id) {
    std::string out;
    for (const char c : id) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (plain)
            out += c;
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (out.starts_with('.') || out.starts_with('-')) out.erase(0, 1);
    // Two ids must not share a file: what was lost above is kept in a number.
    std::uint32_t hash = 2166136261u;
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return fmt::format("{}-{:08x}", out.substr(0, 150), hash);
}

std::string write_file(const std::string& path, std::string_view content) {
    std::error_code error;
    const fs::path target(path);
    if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
    if (fs::is_directory(target, error))
        return path + ": expected a file to write, got a directory";
    const std::string partial = path + ".partial";
    {
        std::ofstream out(partial, std::ios::binary);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) {
            out.close();
            fs::remove(partial, error);
            return path +
                   ": cannot be written; is the folder there, writable, and the disk not full?";
        }
    }
    fs::rename(partial, target, error);
    if (!error) return {};
    const std::string why = error.message();
    fs::remove(partial, error);
    return path + ": cannot be written: " + why;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        out.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), out.back().size() + 1));
    }
    return out;
}

}  // namespace

// The longest common run of lines stays; all else was taken away or came.
std::vector<std::string> changed_lines(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> a = lines_of(before), b = lines_of(after);
    std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                                 std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1
                                        : std::max(common[i + 1][j], common[i][j + 1]);
    std::vector<std::string> out;
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            ++i;
            ++j;
        } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
            out.push_back(fmt::format("- {}", a[i++]));
        } else {
            out.push_back(fmt::format("+ {}", b[j++]));
        }
    }
    return out;
}

}  // namespace run
