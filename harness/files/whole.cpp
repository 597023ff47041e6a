#include "harness/files/whole.hpp"

#include <fstream>
#include <sstream>

namespace files {

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace files
