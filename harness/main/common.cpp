#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/main/command.hpp"

namespace program {

void complain(const std::string& sentence) {
    std::fprintf(stderr, "mailtls: %s\n", sentence.c_str());
}

namespace {

// A third of the characters may differ, and the words "did you mean" are earned.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] =
                std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
            corner = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known,
                    std::size_t slack) {
    std::string best;
    std::size_t best_distance = word.size() / 3 + slack;
    for (const std::string& one : known) {
        const std::size_t distance = edit_distance(word, one);
        const bool part = !word.empty() && one.find(word) != std::string::npos;
        if (distance < best_distance || (part && best.empty())) {
            best = one;
            best_distance = std::min(best_distance, distance);
        }
    }
    return best;
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
