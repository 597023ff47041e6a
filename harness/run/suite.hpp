#pragma once
// A run: list scenario files, choose scenarios, play them, keep what came of each.
#include <functional>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "harness/files/disk.hpp"
#include "harness/run/outcome.hpp"
#include "harness/run/processes.hpp"
#include "harness/script/file.hpp"

namespace run {

struct Found {
    std::vector<script::ScenarioEntry> scenarios;
    std::vector<script::Mistake> mistakes;  ///< Files that do not load.
    std::set<std::string> asked;            ///< Names that `given` was asked for.
};
/// What stands in the files, in order; mistakes of their paths stay mistakes.
Found discover(const std::vector<files::Place>& places, std::uint64_t seed,
               const script::Terms& terms);

struct Selection {
    std::optional<std::regex> filter;  ///< Searched in the id.
    std::string tags;                  ///< "tls and not slow"; empty: all.
    std::vector<std::string> only;     ///< Ids; empty: all.
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
    std::function<std::string(const trace::Trace&, const Outcome&)> page;
};

struct Plan {
    std::vector<script::ScenarioEntry> scenarios;
    std::optional<std::uint64_t> seed;  ///< Over the scenario's own.
    std::vector<std::string> flaws;     ///< That every gateway has.
    /// Options of the command line that make worlds otherwise, for whoever repeats one: " -D
    /// 'a=b'".
    std::string asked_with;
    bool check_determinism = false;
    script::Terms terms;
    Crew crew;
    Artifacts artifacts;
};
inline constexpr std::uint64_t default_seed = 1;

/// What the scenarios of one plan that a process plays leave to each other. It saves time, and
/// changes nothing: certificates, which depend on the seed and the wish alone, and the file that
/// was read last, of which each scenario gets a copy.
class Kept {
  public:
    tls::KeyCache keys;
    /// As script::play does.
    script::Performance play(const script::ScenarioEntry& entry, const script::Setting& setting);

  private:
    std::optional<script::Script> script_;
};

/// Plays one scenario, twice where determinism is asked for.
Outcome play(const script::ScenarioEntry& entry, const Plan& plan, Kept& kept);
/// The same alone.
Outcome play(const script::ScenarioEntry& entry, const Plan& plan);
/// Plays all, over `jobs` processes; calls `done` in the order of the plan, which may take out what
/// need not be kept, and says whether to go on.
std::vector<Outcome> play_all(const Plan& plan, const std::function<bool(Outcome&)>& done);

/// The curtain falls a second after the last word, so that sessions end in order.
void finish_sessions(sim::World& world);

/// Invariants that do not hold in what was played, as `told` tells them (run/invariants.hpp).
std::vector<std::string> bugs_of(const script::Performance& performance, const std::string& id,
                                 std::uint64_t seed);

}  // namespace run
