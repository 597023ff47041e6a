// One of a suite: played, timed, and its artifacts written.
#include <cctype>
#include <chrono>
#include <set>

#include <fmt/core.h>

#include "harness/files/paths.hpp"
#include "harness/suite/suite.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"
#include "visualize/capture.hpp"

namespace suite {

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

void keep(const Plan& plan, play::Kept& kept, const sim::World& world, play::Outcome& outcome) {
    const script::ScenarioEntry& entry = outcome.entry;
    const trace::Trace& trace = world.trace();
    try {
        const std::string wrong = write_artifacts(plan.artifacts, entry.id(), world);
        if (!wrong.empty()) {
            outcome.wrote_files = false;
            outcome.failures.push_back({entry.file, entry.line, wrong});
        }
        if (!plan.artifacts.page) return;
        if (!outcome.mails.empty() && trace.size() <= cheap_events)
            outcome.other_levels =
                play::under_other_levels(entry, outcome.seed, plan.how.terms, kept.keys);
        outcome.page = plan.artifacts.page(trace, outcome);
    } catch (const std::exception& error) {
        outcome.bugs.push_back(fmt::format("{}: {}", entry.id(), error.what()));
    }
}

}  // namespace

play::Outcome play_one(const script::ScenarioEntry& entry, const Plan& plan, play::Kept& kept) {
    const auto began = std::chrono::steady_clock::now();
    play::Outcome outcome = play::once(
        entry, plan.how, kept,
        [&](const sim::World& world, play::Outcome& its) { keep(plan, kept, world, its); });
    const auto took = std::chrono::steady_clock::now() - began;
    outcome.took_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
    return outcome;
}

}  // namespace suite
