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

std::string nearest_title(std::string_view title, const std::vector<script::ScenarioEntry>& known) {
    std::string best;
    std::size_t best_distance = title.size() / 3 + 3;
    for (const script::ScenarioEntry& entry : known) {
        const std::size_t distance = edit_distance(title, entry.title);
        const bool part = !title.empty() && entry.title.find(title) != std::string::npos;
        if (distance < best_distance || (part && best.empty())) {
            best = entry.title;
            best_distance = std::min(best_distance, distance);
        }
    }
    return best;
}

}  // namespace

Played play_one(const std::string& id, std::uint64_t seed) {
    const std::size_t split = id.find("::");
    if (split == std::string::npos) {
        complain(fmt::format(
            "expected an id such as 'file.lua::title', got '{}'; `mailtls list` prints the ids",
            id));
        return {{}, usage, {}};
    }
    const std::string file = id.substr(0, split);
    const std::string title = id.substr(split + 2);
    const script::Listing listing = script::list_scenarios(file, seed, script::Budget());
    if (listing.mistake) {
        complain(listing.mistake->text());
        return {{}, does_not_load, {}};
    }
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        if (entry.title != title) continue;
        const std::uint64_t its = seed != 0 ? seed : entry.seed.value_or(run::default_seed);
        Played played{script::play(file, title, its, script::Budget()), all_passed, {}};
        if (played.performance.stage->playing())
            run::finish_sessions(played.performance.stage->world());
        played.bugs = run::bugs_of(played.performance, id, its);
        return played;
    }
    const std::string near = nearest_title(title, listing.scenarios);
    complain(fmt::format("{} has no scenario '{}'{}", file, title,
                         near.empty() ? "; `mailtls list` prints the ids"
                                      : fmt::format("; did you mean '{}'?", near)));
    return {{}, nothing_selected, {}};
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
