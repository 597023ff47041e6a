// What show, diagram and export tell of: a scenario that is played, or the file of a trace.
#include <algorithm>

#include <fmt/core.h>

#include "harness/files/paths.hpp"
#include "harness/main/command.hpp"
#include "harness/main/told.hpp"
#include "harness/play/play.hpp"
#include "harness/script/stage.hpp"
#include "sim/world.hpp"

namespace program {

namespace {

Told played(const std::string& id, std::optional<std::uint64_t> seed, const Definitions& given) {
    Told told;
    told.title = id;
    const std::size_t split = files::title_at(id);
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
    const script::Listing listing = script::list_scenarios(file, seed.value_or(0), given.terms());
    if (listing.mistake) {
        complain(listing.mistake->text());
        told.exit = does_not_load;
        return told;
    }
    for (const script::ScenarioEntry& entry : listing.scenarios) {
        if (entry.title != title) continue;
        const std::uint64_t its = play::seed_of(entry, seed);
        told.performance = script::play(file, title, its, given.terms());
        given.tell_unasked(told.performance.stage->asked());
        told.performance.finish();
        told.bugs = play::bugs_of(told.performance, id, its);
        return told;
    }
    std::vector<std::string> titles;
    for (const script::ScenarioEntry& entry : listing.scenarios) titles.push_back(entry.title);
    const std::string near = nearest(title, titles, 3);
    complain(fmt::format("{} has no scenario '{}'{}", file, title,
                         near.empty() ? "; `mailtls list` prints the ids"
                                      : fmt::format("; did you mean '{}'?", near)));
    told.exit = nothing_selected;
    return told;
}

Told recorded(const std::string& path, std::optional<std::uint64_t> seed,
              const Definitions& given) {
    Told told;
    if (seed || !given.texts.empty()) {
        complain(fmt::format("{}: {} is a trace, whose world had its {} already",
                             seed ? "--seed" : "-D", path, seed ? "seed" : "values"));
        told.exit = usage;
        return told;
    }
    suite::ReadTrace read = suite::read_trace_file(path);
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

std::uint64_t Told::seed() const {
    return file ? file->seed : performance.stage->world().seed();
}

Told told_of(const std::string& what, std::optional<std::uint64_t> seed, const Definitions& given) {
    const bool is_id = what.find(".lua::") != std::string::npos;
    return what.ends_with(".jsonl") && !is_id ? recorded(what, seed, given)
                                              : played(files::plain_id(what), seed, given);
}

}  // namespace program
