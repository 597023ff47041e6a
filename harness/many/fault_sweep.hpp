#pragma once
// Each scenario again and again, with one fault of the network at every place where it can strike.
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/suite/suite.hpp"
#include "sim/net/fault.hpp"

namespace many {

using namespace core;

/// What a fault made of a scenario; the worst counts.
enum class Change : std::uint8_t {
    as_before,  ///< Every mail has the fate and the attempts that it has without the fault.
    later,      ///< The same fates, with other attempts.
    otherwise,  ///< Some mail has another fate.
    twice,      ///< Some mail was kept twice.
    broken,     ///< An invariant does not hold, a mail has no fate, or the program ended.
};
inline constexpr std::size_t change_count = 5;
std::string_view word(Change change);

/// Where a fault strikes: before each segment, or before each byte.
enum class Places : std::uint8_t { segments, bytes };

struct FaultSweepPlan {
    std::vector<script::ScenarioEntry> scenarios;
    std::vector<net::FaultKind> kinds;
    Places places = Places::segments;
    std::optional<std::size_t> sample;  ///< So many cases of each scenario and kind.
    std::optional<std::uint64_t> seed;  ///< Over the scenarios' own.
    script::Terms terms;
    int jobs = 1;
    std::uint64_t seed_of(const script::ScenarioEntry& entry) const {
        return play::seed_of(entry, seed);
    }
};

/// How the mails of a scenario end without a fault, and what it sends.
struct Undisturbed {
    std::vector<std::string> fates;  ///< Mail by mail, each with its recipients.
    std::vector<int> attempts;
    std::vector<std::size_t> segments;       ///< Their sizes, in the order of sending.
    std::optional<script::Mistake> mistake;  ///< Of a scenario that breaks by itself.
};
Undisturbed play_undisturbed(const script::ScenarioEntry& entry, std::uint64_t seed,
                             const script::Terms& terms, tls::KeyCache& keys);

/// One case: played to the end, and then until every mail has its fate. The queues close an hour
/// after the script's end.
struct Case {
    Change change = Change::as_before;
    std::size_t events = 0;
    std::string bug;  ///< Where it is broken.
};
Case play_case(const script::ScenarioEntry& entry, std::uint64_t seed, const script::Terms& terms,
               const net::Fault& fault, const Undisturbed& before, tls::KeyCache& keys,
               const std::function<void(const trace::Trace&)>& show = {});

/// "cut --at 12:3", as the command line takes it.
std::string as_options(const net::Fault& fault);

struct Breach {
    std::string id, bug;
    net::Fault fault;
    std::size_t events = 0;
};
struct FaultSweep {
    std::vector<std::array<std::size_t, change_count>> counts;  ///< By kind, in the plan's order.
    std::optional<Breach> shortest;                             ///< Of the broken cases.
    std::vector<script::Mistake> mistakes;
};
/// Calls `done` after each scenario.
FaultSweep sweep_faults(const FaultSweepPlan& plan, const std::function<void()>& done);

}  // namespace many
