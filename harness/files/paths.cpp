#include "harness/files/paths.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include <fmt/core.h>

namespace files {

namespace fs = std::filesystem;

std::string plain_path(const std::string& path) {
    const fs::path given(path);
    if (std::find(given.begin(), given.end(), "..") != given.end()) return path;
    return given.lexically_normal().generic_string();
}

std::size_t title_at(const std::string& id) {
    std::error_code error;
    for (std::size_t at = id.find("::"); at != std::string::npos; at = id.find("::", at + 1))
        if (fs::exists(id.substr(0, at), error) && !fs::is_directory(id.substr(0, at), error))
            return at;
    return id.find("::");
}

std::string plain_id(const std::string& id) {
    const std::size_t title = title_at(id);
    return title == std::string::npos ? id : plain_path(id.substr(0, title)) + id.substr(title);
}

bool is_directory(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
}

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

}  // namespace files
