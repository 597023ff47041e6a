#pragma once
#include <fstream>
#include <sstream>
#include <string>

/// A file of the project, by its path from the root.
inline std::string project_file(const std::string& path) {
    std::ifstream in(std::string(MAILTLS_ROOT) + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}
