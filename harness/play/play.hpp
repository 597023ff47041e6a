#pragma once
// One scenario, played in a world of its own, and what came of it. Needs no file, process or clock.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/play/outcome.hpp"
#include "harness/script/file.hpp"
#include "sim/tls/certificate.hpp"

namespace play {

inline constexpr std::uint64_t default_seed = 1;
/// The seed that is asked for, the scenario's own, or the usual one.
inline std::uint64_t seed_of(const script::ScenarioEntry& entry,
                             const std::optional<std::uint64_t>& asked) {
    return asked.value_or(entry.seed.value_or(default_seed));
}

/// How a scenario is played.
struct How {
    std::optional<std::uint64_t> seed;  ///< Over the scenario's own.
    std::vector<std::string> flaws;     ///< That every gateway has.
    script::Terms terms;
    bool check_determinism = false;  ///< Plays it twice, and compares.

    std::uint64_t seed_of(const script::ScenarioEntry& entry) const {
        return play::seed_of(entry, seed);
    }
};

/// Is shown the world as the curtain falls, and may add to what came of it.
using AtTheEnd = std::function<void(const sim::World& world, Outcome& outcome)>;

/// What scenarios that are played one after the other leave to each other. It
/// saves time, and changes nothing: certificates, which depend on the seed and the wish alone, and
/// the file that was read last, of which each scenario gets a copy.
class Kept {
  public:
    tls::KeyCache keys;
    /// As script::play does.
    script::Performance play(const script::ScenarioEntry& entry, const script::Setting& setting);

  private:
    std::optional<script::Script> script_;
};

/// Plays it. `at_the_end` is not called where a scenario broke before its world was there.
Outcome once(const script::ScenarioEntry& entry, const How& how, Kept& kept,
             const AtTheEnd& at_the_end = {});

/// The same scenario where every sender has another level.
std::vector<OtherLevel> under_other_levels(const script::ScenarioEntry& entry, std::uint64_t seed,
                                           const script::Terms& terms, tls::KeyCache& keys);

/// Invariants that do not hold in what was played, as `told` tells them (judge/invariants.hpp).
std::vector<std::string> bugs_of(const script::Performance& performance, const std::string& id,
                                 std::uint64_t seed);

}  // namespace play
