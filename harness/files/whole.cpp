#include "harness/files/whole.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace files {

bool is_plain(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error);
}

std::string read_file(const std::string& path) {
    if (!is_plain(path)) return {};
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace files
