#include <cctype>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "harness/files/paths.hpp"
#include "harness/run/invariants.hpp"
#include "harness/run/suite.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/capture.hpp"

namespace run {

namespace {

// The name that a TLS report gives itself, with a unique id (RFC 8460 section 5.1) where two share
// it. A peer's words must not lead out of the folder.
std::string report_file_name(std::string_view own, std::set<std::string>& taken) {
    std::string stem(own.substr(0, own.rfind(".json")));
    for (char& c : stem)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '!' && c != '_')
            c = '-';
    std::string name = stem + ".json";
    for (int id = 2; !taken.insert(name).second; ++id) name = fmt::format("{}!{}.json", stem, id);
    return name;
}

// Empty: all went well.
std::string write_tls_reports(const Write& write, const std::string& folder,
                              const trace::Trace& trace) {
    std::string wrong;
    std::set<std::string> taken;
    trace.each_of<trace::TlsReportMade>(
        [&](const trace::Event&, const trace::TlsReportMade& report) {
            if (!wrong.empty()) return;
            const std::string name = report_file_name(report.file_name, taken);
            wrong = write(folder + "/" + name, report.content);
        });
    return wrong;
}

std::string write_artifacts(const Artifacts& artifacts, const std::string& id,
                            const sim::World& world) {
    const std::string name = files::file_name_of(id);
    std::string wrong;
    if (!artifacts.traces.empty())
        wrong = artifacts.write(artifacts.traces + "/" + name + ".jsonl",
                                trace::json_lines(world.trace(), id, world.seed()));
    if (wrong.empty() && !artifacts.diagrams.empty())
        wrong = artifacts.write(artifacts.diagrams + "/" + name + ".svg",
                                artifacts.draw(world.trace(), id));
    if (wrong.empty() && !artifacts.captures.empty())
        wrong = artifacts.write(artifacts.captures + "/" + name + ".pcapng",
                                visualize::as_pcapng(visualize::capture_of(world.trace()), id));
    if (wrong.empty() && !artifacts.tls_reports.empty())
        wrong =
            write_tls_reports(artifacts.write, artifacts.tls_reports + "/" + name, world.trace());
    return wrong;
}

// A scenario of so many events is played again in a moment.
constexpr std::size_t cheap_events = 150;

// The same scenario where every sender has another level.
std::vector<OtherLevel> under_other_levels(const script::ScenarioEntry& entry, std::uint64_t seed,
                                           const script::Terms& terms, tls::KeyCache& keys) {
    std::vector<OtherLevel> out;
    for (const char* const level : {"may", "secure"}) {
        const script::Performance other =
            script::play(entry.file, entry.title, seed, terms, {{}, level}, &keys);
        if (!other.stage->playing()) continue;
        out.push_back({level, only(Mails::submitted, judge(other.stage->world().trace()))});
    }
    return out;
}

}  // namespace

void finish_sessions(sim::World& world) {
    const Instant end = world.loop().now() + seconds(1);
    for (int turns = 0; turns < 1'000'000 && world.loop().next_turn() <= end; ++turns)
        world.loop().step();
}

std::vector<std::string> bugs_of(const script::Performance& performance, const std::string& id,
                                 std::uint64_t seed) {
    std::vector<std::string> out;
    if (!performance.stage->playing()) return out;
    const trace::Trace& trace = performance.stage->world().trace();
    for (const Broken& broken : broken_invariants(trace))
        out.push_back(told(broken, trace, id, seed));
    return out;
}

namespace {

Outcome play_untimed(const script::ScenarioEntry& entry, const Plan& plan, Kept& kept) {
    Outcome outcome;
    outcome.entry = entry;
    outcome.seed = plan.seed.value_or(entry.seed.value_or(default_seed));
    script::Performance performance =
        kept.play(entry, {outcome.seed, plan.terms, {plan.flaws, {}}, &kept.keys, {}});
    if (performance.ending == script::Ending::failed) outcome.status = Status::failed;
    if (performance.ending == script::Ending::broken) outcome.status = Status::broken;
    if (performance.mistake) outcome.failures.push_back(*performance.mistake);
    outcome.cites = entry.cites;
    for (const std::string& cited : performance.stage->cited())
        outcome.cites += (outcome.cites.empty() ? "" : ", ") + cited;
    outcome.printed = performance.stage->printed();
    outcome.asked = performance.stage->asked();
    if (!performance.stage->playing()) return outcome;
    sim::World& world = performance.stage->world();
    finish_sessions(world);
    const trace::Trace& trace = world.trace();
    if (trace.size() > 0)
        outcome.virtual_ns = (trace.at(static_cast<EventId>(trace.size())).at - trace.begins()).ns;
    const std::vector<MailVerdict> verdicts = judge(trace);
    for (const Broken& broken : broken_invariants(trace, verdicts))
        outcome.bugs.push_back(told(broken, trace, entry.id(), outcome.seed));
    outcome.mails = only(Mails::submitted, verdicts);
    outcome.notices = only(Mails::others, verdicts);
    if (plan.check_determinism) {
        script::Performance again =
            script::play(entry.file, entry.title, outcome.seed, plan.terms, {plan.flaws, {}});
        if (again.stage->playing()) finish_sessions(again.stage->world());
        outcome.deterministic =
            again.stage->playing() &&
            trace::json_lines(trace, entry.id(), outcome.seed) ==
                trace::json_lines(again.stage->world().trace(), entry.id(), outcome.seed);
    }
    try {
        const std::string wrong = write_artifacts(plan.artifacts, entry.id(), world);
        if (!wrong.empty()) {
            outcome.wrote_files = false;
            outcome.failures.push_back({entry.file, entry.line, wrong});
        }
        if (plan.artifacts.page && !outcome.mails.empty() && trace.size() <= cheap_events)
            outcome.other_levels = under_other_levels(entry, outcome.seed, plan.terms, kept.keys);
        if (plan.artifacts.page) outcome.page = plan.artifacts.page(trace, outcome);
    } catch (const std::exception& error) {
        outcome.bugs.push_back(fmt::format("{}: {}", entry.id(), error.what()));
    }
    return outcome;
}

}  // namespace

script::Performance Kept::play(const script::ScenarioEntry& entry, const script::Setting& setting) {
    const Result<std::string> text = setting.terms.library->read(entry.file);
    if (!text.ok()) return script::play(entry.file, entry.title, setting);  // it says why
    if (!script_ || !script_->is_of(entry.file, text.value(), setting.seed))
        script_.emplace(entry.file, text.value(), setting);
    return script_->play(entry.title);
}

Outcome play(const script::ScenarioEntry& entry, const Plan& plan, Kept& kept) {
    const auto began = std::chrono::steady_clock::now();
    Outcome outcome = play_untimed(entry, plan, kept);
    const auto took = std::chrono::steady_clock::now() - began;
    outcome.took_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
    return outcome;
}

Outcome play(const script::ScenarioEntry& entry, const Plan& plan) {
    Kept kept;
    return play(entry, plan, kept);
}

}  // namespace run
