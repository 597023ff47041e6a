// What show, diagram and export tell of: a scenario that is played, or the file of a trace.
#include <algorithm>

#include <fmt/format.h>

#include "harness/main/command.hpp"

namespace program {

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

Told played(const std::string& id, std::optional<std::uint64_t> seed) {
    Told told;
    told.title = id;
    const std::size_t split = id.find("::");
    if (split == std::string::npos) {
        complain(
            fmt::format("expected an id such as 'file.lua::title' or a trace such as 'run.jsonl', "
                        "got '{}'; `mailtls list` prints the ids",
                        id));
        told.exit = usage;
        return told;
    }
    const std::string file = id.substr(0, split);
    const std::string title = id.substr(split + 2);
    const script::Listing listing =
        script::list_scenarios(file, seed.value_or(0), script::Budget());
    if (listing.mistake) {
        complain(listing.mistake->text());
        told.exit = does_not_load;
        return told;
    }
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        if (entry.title != title) continue;
        const std::uint64_t its =
            seed.value_or(0) != 0 ? *seed : entry.seed.value_or(run::default_seed);
        told.performance = script::play(file, title, its, script::Budget());
        if (told.performance.stage->playing())
            run::finish_sessions(told.performance.stage->world());
        told.bugs = run::bugs_of(told.performance, id, its);
        return told;
    }
    const std::string near = nearest_title(title, listing.scenarios);
    complain(fmt::format("{} has no scenario '{}'{}", file, title,
                         near.empty() ? "; `mailtls list` prints the ids"
                                      : fmt::format("; did you mean '{}'?", near)));
    told.exit = nothing_selected;
    return told;
}

Told recorded(const std::string& path, std::optional<std::uint64_t> seed) {
    Told told;
    if (seed) {
        complain(fmt::format("--seed: {} is a trace, whose world had its seed already", path));
        told.exit = usage;
        return told;
    }
    run::ReadTrace read = run::read_trace_file(path);
    if (!read.wrong.empty()) {
        complain(read.wrong);
        told.exit = does_not_load;
        return told;
    }
    told.title = read.file->title;
    told.file = std::move(read.file);
    return told;
}

}  // namespace

const trace::Trace* Told::trace() const {
    if (file) return &file->events.trace();
    if (performance.stage && performance.stage->playing())
        return &performance.stage->world().trace();
    return nullptr;
}

Told told_of(const std::string& what, std::optional<std::uint64_t> seed) {
    const bool is_id = what.find(".lua::") != std::string::npos;
    return what.ends_with(".jsonl") && !is_id ? recorded(what, seed) : played(what, seed);
}

}  // namespace program
