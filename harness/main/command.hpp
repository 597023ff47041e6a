#pragma once
// What the commands share.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/main/command_line.hpp"
#include "harness/main/ends.hpp"
#include "harness/script/terms.hpp"
#include "harness/suite/tally.hpp"

namespace program {

/// Exit codes: docs/commands.md.
enum Exit : int {
    all_passed = 0,
    unmet = 1,
    usage = 2,
    does_not_load = 3,
    broke = 4,
    nothing_selected = 5,
    differs = 6,
    environment = 7,
    our_bug = 70,  ///< Beyond 128: ended by a signal (main/ends.hpp).
};

/// A command of the program: one file of this folder with one such row, and nothing else to change.
class Registered {
  public:
    /// `place` says where --help lists it: in rising order, each its own.
    Registered(int place, void (*declare)(Commands& all));
};
/// All that are registered, in the order of their places.
void declare_all(Commands& all);

/// What an option may be; what is not so is told with what was expected.
Check one_of(std::vector<std::string> words);
Check whole(std::uint64_t least, std::uint64_t most);
/// What a seed may be. Without this a -1 would quietly become a huge number.
Check seed_numbers();
/// The known word that was probably meant; empty: none is near. Beyond a third of its characters
/// fewer than `slack` may differ.
std::string nearest(std::string_view word, const std::vector<std::string>& known,
                    std::size_t slack = 2);
/// What scripts are given: what `-D NAME=VALUE` says, as often as it stands there, and how much
/// each may take.
struct Definitions {
    std::vector<std::string> texts;
    int seconds = 60;      ///< Of processor time.
    int mebibytes = 1024;  ///< Of a world and its trace.
    /// Of the real clock, where a worker plays.
    std::chrono::seconds clock_limit() const;
    script::Terms terms() const;
    /// " -D 'name=value'" for each, for whoever repeats what was done.
    std::string as_options() const;
    /// Tells of names that no script asked for: probably mistyped.
    void tell_unasked(const std::set<std::string>& asked) const;
};
/// -D, --timeout and --memory.
void add_definitions(Command& command, Definitions& given);
/// -k: does a text match this regular expression somewhere? Empty: it is none, and that was said.
std::function<bool(const std::string&)> matches(const std::string& expression);
/// -j, as each command has it that plays much.
void add_jobs(Command& command, int& jobs);
/// --seed; `what` it is the seed of.
void add_seed(Command& command, std::uint64_t& seed, const std::string& what);
void add_seed(Command& command, std::optional<std::uint64_t>& seed, const std::string& what);
/// One sentence on stderr, with the program's name.
void complain(const std::string& sentence);
/// What else a command that plays finds wrong.
struct Besides {
    bool some_do_not_load = false;  ///< Files of scenarios.
    bool verdicts_differ = false;   ///< From those that were kept.
};
/// The exit code of what was played: the worst of all.
int exit_code(const suite::Tally& tally, const Besides& besides = Besides());
/// Tells, where that is so, that not all was played: "interrupted: 3 of 10 scenarios were played".
/// `hint` stands behind it.
void tell_cut_off(std::uint64_t played, std::uint64_t all, const char* what,
                  const std::string& hint = {});
/// Tells of them and gives exit code 70; else `otherwise`.
int unless_bugs(const std::vector<std::string>& bugs, int otherwise);
/// Makes a folder and sees that files can be written into it. Empty: well; else one sentence.
std::string prepare_folder(const std::string& path);

}  // namespace program
