#include "harness/files/whole.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace files {

namespace fs = std::filesystem;

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

}  // namespace files
