#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/ranges.h>

#include "harness/files/disk.hpp"
#include "harness/main/command.hpp"
#include "harness/play/play.hpp"
#include "harness/suite/results_json.hpp"
#include "harness/suite/suite.hpp"
#include "sim/core/printable.hpp"

namespace program {
namespace {

struct ListOptions {
    std::vector<std::string> paths{"scenarios"};
    std::string format = "text";
    Definitions given;
};

// For tools that read lines: file, tags, title. A file that does not load is a line, too, and so
// are paths without any scenario: who plays them fails. What comes last may hold anything but a
// line end.
void print_lines(const suite::Found& found, const std::vector<std::string>& paths) {
    for (const script::ScenarioEntry& s : found.scenarios) {
        std::string tags = fmt::format("{}", fmt::join(s.tags, ";"));
        std::replace(tags.begin(), tags.end(), '\t', ' ');
        const std::string line = fmt::format("{}\t{}\t{}", s.file, tags, s.title);
        // A terminal is no tool.
        const bool on_terminal = isatty(STDOUT_FILENO) == 1;
        std::printf("%s\n", on_terminal ? core::printable(line).c_str() : line.c_str());
    }
    for (const script::Mistake& m : found.mistakes)
        std::printf("%s\t\t(does not load)\n", m.file.c_str());
    if (!found.scenarios.empty() || !found.mistakes.empty()) return;
    for (const std::string& path : paths) std::printf("%s\t\t(no scenario)\n", path.c_str());
}

int list(const ListOptions& o) {
    const suite::Found found =
        suite::discover(files::scenarios_below(o.paths), play::default_seed, o.given.terms());
    for (const script::Mistake& m : found.mistakes) complain(m.text());
    if (o.format == "text")
        for (const script::ScenarioEntry& s : found.scenarios)
            std::printf("%s\n", core::printable(s.id()).c_str());
    if (o.format == "json") std::fputs(suite::list_json(found.scenarios).c_str(), stdout);
    if (o.format == "lines") {
        print_lines(found, o.paths);
        return all_passed;
    }
    if (found.nothing_there()) return nothing_selected;
    return found.mistakes.empty() ? all_passed : does_not_load;
}

const Registered list_row{
    20, [](Commands& all) {
        Command command = all.add("list",
                                  "Prints the ids of scenarios.\n\n"
                                  "  mailtls list scenarios\n"
                                  "  mailtls list --format json scenarios");
        auto o = std::make_shared<ListOptions>();
        command.option("path", o->paths, "Scenario files or folders").shows_default();
        command
            .option("-F,--format", o->format,
                    "text, json, or lines: file, tags and title with tabs between them")
            .check(one_of({"text", "json", "lines"}))
            .shows_default();
        add_definitions(command, o->given);
        command.runs([o] { return list(*o); });
    }};

}  // namespace

}  // namespace program
