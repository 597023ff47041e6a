#pragma once
// A run: list scenario files, choose scenarios, play them, keep what came of each.
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/files/disk.hpp"
#include "harness/play/play.hpp"
#include "harness/suite/processes.hpp"
#include "sim/trace/trace.hpp"

namespace suite {

struct Found {
    std::vector<script::ScenarioEntry> scenarios;
    std::vector<script::Mistake> mistakes;  ///< Files that do not load.
    std::set<std::string> asked;            ///< Names that `given` was asked for.
    std::size_t empty = 0;                  ///< So many mistakes are of folders without a file.
    /// Nothing is there, and nothing else is wrong.
    bool nothing_there() const { return scenarios.empty() && mistakes.size() == empty; }
};
/// What stands in the files, in order; mistakes of their paths stay mistakes.
Found discover(const std::vector<files::Place>& places, std::uint64_t seed,
               const script::Terms& terms);

struct Selection {
    std::function<bool(const std::string& id)> filter;  ///< Empty: all.
    std::string tags;                                   ///< "tls and not slow"; empty: all.
    std::vector<std::string> only;                      ///< Ids; empty: all.
};
/// A tag expression: words, and, or, not, brackets. An error says what is wrong.
class TagExpression {
  public:
    explicit TagExpression(std::string_view text);
    const std::string& error() const { return error_; }
    bool matches(const std::vector<std::string>& tags) const;

  private:
    bool either(std::size_t& at, const std::vector<std::string>& tags) const;
    bool both(std::size_t& at, const std::vector<std::string>& tags) const;
    bool one(std::size_t& at, const std::vector<std::string>& tags) const;
    void check();
    std::vector<std::string> tokens_;
    std::string error_;
};
/// What is chosen, in order. `wrong` is set when the selection itself makes no sense.
std::vector<script::ScenarioEntry> choose(const Found& found, const Selection& selection,
                                          std::string& wrong);

using Write = std::function<std::string(const std::string& path, std::string_view content)>;
/// Where artifacts of each scenario go; empty: nowhere.
struct Artifacts {
    std::string traces, diagrams, captures;
    std::string tls_reports;  ///< A folder a scenario, files as RFC 8460 section 5.1 names them.
    /// Writes a whole file; set by the program. Empty: well done; else what went wrong.
    Write write;
    /// Renders a diagram; set by the program, so that a run without one needs no Graphviz.
    std::function<std::string(const trace::Trace&, const std::string& title)> draw;
    /// Makes the scenario's part of the HTML report; empty: there is none.
    std::function<std::string(const trace::Trace&, const play::Outcome&)> page;
};

struct Plan {
    std::vector<script::ScenarioEntry> scenarios;
    play::How how;
    /// Options of the command line that make worlds otherwise, for whoever repeats one: " -D
    /// 'a=b'".
    std::string asked_with;
    Crew crew;
    Artifacts artifacts;
};

/// Plays one and writes its artifacts; the outcome has the time that both took.
play::Outcome play_one(const script::ScenarioEntry& entry, const Plan& plan, play::Kept& kept);
/// Plays all, over `jobs` processes; calls `done` in the order of the plan, which may take out what
/// need not be kept, and says whether to go on.
std::vector<play::Outcome> play_all(const Plan& plan,
                                    const std::function<bool(play::Outcome&)>& done);

}  // namespace suite
