// Scenarios over several processes: each sends its outcomes home as lines of JSON.
#include <fmt/core.h>

#include "harness/play/outcome_json.hpp"
#include "harness/suite/processes.hpp"
#include "harness/suite/suite.hpp"

namespace suite {

namespace {

play::Outcome outcome_of(const Returned& returned, const script::ScenarioEntry& entry,
                         const Plan& plan) {
    if (std::optional<play::Outcome> home = play::outcome_of_line(returned.line))
        return std::move(*home);
    play::Outcome lost;
    lost.entry = entry;
    lost.seed = plan.how.seed_of(entry);
    lost.status = play::Status::broken;
    if (returned.late) {
        lost.failures.push_back(
            {entry.file, entry.line,
             fmt::format("it took more than {} s of the real clock and was stopped "
                         "(ten times --timeout)",
                         plan.crew.limit->count())});
        return lost;
    }
    if (returned.at_fault) lost.bugs.push_back(entry.id() + ": " + returned.why_lost());
    lost.failures.push_back({entry.file, entry.line, returned.why_lost()});
    return lost;
}

}  // namespace

std::vector<play::Outcome> play_all(const Plan& plan,
                                    const std::function<bool(play::Outcome&)>& done) {
    std::vector<play::Outcome> outcomes;
    play::Kept kept;  // each process has a copy
    in_processes(
        plan.scenarios.size(), plan.crew,
        [&](std::size_t i) { return play::line_of(play_one(plan.scenarios[i], plan, kept)); },
        [&](std::size_t i, const Returned& returned) {
            outcomes.push_back(outcome_of(returned, plan.scenarios[i], plan));
            outcomes.back().asked_with = plan.asked_with;
            return done(outcomes.back());
        });
    return outcomes;
}

}  // namespace suite
