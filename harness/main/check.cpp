#include <cstdio>

#include "harness/files/disk.hpp"
#include "harness/main/command.hpp"
#include "harness/play/play.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/suite.hpp"
#include "sim/core/text.hpp"

namespace program {
namespace {

// A word that is wrong inside a play shows itself only when it is played; whether expectations are
// met is not asked.
int check(const std::vector<std::string>& paths, const Definitions& given) {
    const suite::Found found =
        suite::discover(files::scenarios_below(paths), play::default_seed, given.terms());
    for (const script::Mistake& m : found.mistakes) complain(m.text());
    std::size_t broken = 0;
    std::set<std::string> asked = found.asked, notes;
    std::vector<std::string> bugs;
    for (const script::ScenarioEntry& s : found.scenarios) {
        const std::uint64_t seed = play::seed_of(s, {});
        const script::Performance p = script::play(s.file, s.title, seed, given.terms());
        asked.insert(p.stage->asked().begin(), p.stage->asked().end());
        for (const script::Mistake& note : p.stage->notes()) notes.insert(note.text());
        for (std::string& bug : play::bugs_of(p, s.id(), seed)) bugs.push_back(std::move(bug));
        if (p.ending != script::Ending::broken) continue;
        ++broken;
        complain(p.mistake->text());
    }
    for (const std::string& note : notes) complain("note: " + note);
    given.tell_unasked(asked);
    std::printf("%s, %s that %s not load, %s with mistakes\n",
                core::counted(found.scenarios.size(), "scenario").c_str(),
                core::counted(found.mistakes.size(), "file").c_str(),
                found.mistakes.size() == 1 ? "does" : "do",
                core::counted(broken, "scenario").c_str());
    if (!bugs.empty()) return unless_bugs(bugs, all_passed);
    if (found.nothing_there()) return nothing_selected;
    if (!found.mistakes.empty()) return does_not_load;
    return broken > 0 ? broke : all_passed;
}

const Registered check_row{
    60, [](Commands& all) {
        Command command =
            all.add("check",
                    "Looks for mistakes in scenario files: words, options, values, "
                    "hosts; notes policies and records that are none. Judges no mail.\n\n"
                    "  mailtls check scenarios\n"
                    "  mailtls check my.lua");
        auto paths = std::make_shared<std::vector<std::string>>(1, "scenarios");
        command.option("path", *paths, "Scenario files or folders").shows_default();
        auto given = std::make_shared<Definitions>();
        add_definitions(command, *given);
        command.runs([=] { return check(*paths, *given); });
    }};

}  // namespace

}  // namespace program
