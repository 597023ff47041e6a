#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/main/command.hpp"

namespace program {

void complain(const std::string& sentence) {
    std::fprintf(stderr, "mailtls: %s\n", sentence.c_str());
}

CLI::Validator seed_numbers() {
    return CLI::Validator(
        [](std::string& text) {
            const bool digits = !text.empty() && text.size() <= 18 &&
                                text.find_first_not_of("0123456789") == std::string::npos;
            return digits ? std::string()
                          : fmt::format("expected a whole number from 0, got '{}'", text);
        },
        "");
}

int unless_bugs(const std::vector<std::string>& bugs, int otherwise) {
    for (const std::string& bug : bugs) complain(bug);
    return bugs.empty() ? otherwise : our_bug;
}

std::string prepare_folder(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::create_directories(path, error);
    if (!fs::is_directory(path))
        return fmt::format("{}: expected a folder to write into, which cannot be made{}", path,
                           error ? ": " + error.message() : "");
    const std::string wrong = run::write_file(path + "/.mailtls-can-write", "");
    fs::remove(path + "/.mailtls-can-write", error);
    return wrong.empty()
               ? wrong
               : fmt::format("{}: expected a folder to write into, but it cannot be written", path);
}

}  // namespace program
