#include "harness/play/play.hpp"

#include "harness/judge/invariants.hpp"
#include "harness/script/stage.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"

namespace play {

std::vector<OtherLevel> under_other_levels(const script::ScenarioEntry& entry, std::uint64_t seed,
                                           const script::Terms& terms, tls::KeyCache& keys) {
    std::vector<OtherLevel> out;
    for (const char* const level : {"may", "secure"}) {
        const script::Performance other =
            script::play(entry.file, entry.title, seed, terms, {{}, level}, &keys);
        if (!other.stage->playing()) continue;
        const auto verdicts = judge::verdicts_of(other.stage->world().trace());
        out.push_back({level, only(Mails::submitted, verdicts)});
    }
    return out;
}

std::vector<std::string> bugs_of(const script::Performance& performance, const std::string& id,
                                 std::uint64_t seed) {
    std::vector<std::string> out;
    if (!performance.stage->playing()) return out;
    const trace::Trace& trace = performance.stage->world().trace();
    for (const judge::Broken& broken : judge::broken_invariants(trace))
        out.push_back(told(broken, trace, id, seed));
    return out;
}

namespace {

// What the script's end, and the script itself, say of it.
Outcome as_ended(const script::ScenarioEntry& entry, std::uint64_t seed,
                 const script::Performance& performance) {
    Outcome outcome;
    outcome.entry = entry;
    outcome.seed = seed;
    if (performance.ending == script::Ending::failed) outcome.status = Status::failed;
    if (performance.ending == script::Ending::broken) outcome.status = Status::broken;
    if (performance.mistake) outcome.failures.push_back(*performance.mistake);
    outcome.cites = entry.cites;
    for (const std::string& cited : performance.stage->cited())
        outcome.cites += (outcome.cites.empty() ? "" : ", ") + cited;
    outcome.printed = performance.stage->printed();
    outcome.asked = performance.stage->asked();
    return outcome;
}

bool plays_the_same_again(const script::ScenarioEntry& entry, const script::Setting& setting,
                          const trace::Trace& trace) {
    script::Performance again = script::play(entry.file, entry.title, setting);
    if (!again.stage->playing()) return false;
    again.finish();
    return trace::json_lines(trace, entry.id(), setting.seed) ==
           trace::json_lines(again.stage->world().trace(), entry.id(), setting.seed);
}

}  // namespace

script::Performance Kept::play(const script::ScenarioEntry& entry, const script::Setting& setting) {
    if (!script_ || !script_->is_of(entry.file, setting)) {
        const core::Result<std::string> text = setting.terms.library->read(entry.file);
        if (!text.ok()) return script::play(entry.file, entry.title, setting);  // it says why
        script_.emplace(entry.file, text.value(), setting);
    }
    return script_->play(entry.title);
}

namespace {

// The time was up while it was judged.
struct OutOfTime {
    std::string why;
};

// What its trace says of it.
void judge_it(const sim::World& world, const script::Terms& terms, Outcome& outcome) {
    const trace::Trace& trace = world.trace();
    if (trace.size() > 0)
        outcome.virtual_ns = (trace.at(static_cast<EventId>(trace.size())).at - trace.begins()).ns;
    const auto in_time = [&] {
        if (terms.guard != nullptr && terms.guard->expired() != nullptr)
            throw OutOfTime{terms.guard->expired()};
    };
    const std::vector<judge::MailVerdict> verdicts =
        judge::verdicts_of(trace, judge::Watchers::named, in_time);
    for (const judge::Broken& broken : judge::broken_invariants(trace, verdicts))
        outcome.bugs.push_back(told(broken, trace, outcome.entry.id(), outcome.seed));
    outcome.mails = only(Mails::submitted, verdicts);
    outcome.notices = only(Mails::others, verdicts);
}

// Plays and judges it, within its time.
script::Performance played(const script::ScenarioEntry& entry, const script::Setting& setting,
                           Kept& kept, Outcome& outcome) {
    const script::Guarded guarded(setting.terms.guard, entry.file);
    script::Performance performance = kept.play(entry, setting);
    performance.finish();
    outcome = as_ended(entry, setting.seed, performance);
    if (!performance.stage->playing()) return performance;
    try {
        judge_it(performance.stage->world(), setting.terms, outcome);
    } catch (const OutOfTime& late) {
        outcome.status = Status::broken;
        outcome.failures.push_back({entry.file, entry.line, late.why});
    }
    return performance;
}

}  // namespace

Outcome once(const script::ScenarioEntry& entry, const How& how, Kept& kept,
             const AtTheEnd& at_the_end) {
    script::Setting setting{how.seed_of(entry), how.terms, {how.flaws, {}}, &kept.keys, {}};
    Outcome outcome;
    const script::Performance performance = played(entry, setting, kept, outcome);
    if (!performance.stage->playing()) return outcome;
    const sim::World& world = performance.stage->world();
    setting.keys = nullptr;  // the second play makes all of it anew
    if (how.check_determinism)
        outcome.deterministic = plays_the_same_again(entry, setting, world.trace());
    if (at_the_end) at_the_end(world, outcome);
    return outcome;
}

}  // namespace play
