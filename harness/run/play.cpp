#include <cctype>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "harness/run/invariants.hpp"
#include "harness/run/suite.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/capture.hpp"

namespace run {

using nlohmann::ordered_json;

std::string_view word(Status status) {
    switch (status) {
        case Status::passed: return "passed";
        case Status::failed: return "failed";
        case Status::broken: return "broken";
    }
    return "broken";
}

namespace {

ordered_json or_null(std::string_view text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(std::string(text));
}

ordered_json recipient_json(const RecipientVerdict& r) {
    ordered_json out;
    out["fate"] = word(r.fate);
    out["crossed"] = word(r.crossed);
    out["reason"] = r.reason == Reason::none ? ordered_json(nullptr) : ordered_json(word(r.reason));
    out["code"] = or_null(r.code);
    out["reached"] = or_null(r.reached);
    out["tls"] = nullptr;
    if (r.tls) {
        ordered_json& tls = out["tls"];
        tls["version"] = r.tls->version;
        tls["cipher"] = r.tls->cipher;
        tls["verified"] = r.tls->peer == trace::Peer::verified;
    }
    return out;
}

// Each hop of a mail that was relayed.
ordered_json hops_json(const RecipientVerdict& r) {
    ordered_json out = ordered_json::array();
    for (const Hop& h : r.hops)
        out.push_back({{"from", h.from},
                       {"to", or_null(h.to)},
                       {"fate", word(h.fate)},
                       {"crossed", word(h.crossed)},
                       {"tls", h.tls ? ordered_json(h.tls->version) : ordered_json(nullptr)}});
    return out;
}

ordered_json mail_json(const MailVerdict& v) {
    const ordered_json all = recipient_json(v.all);
    ordered_json out;
    out["id"] = static_cast<std::uint32_t>(v.mail);
    out["from"] = v.from;
    out["to"] = v.to;
    for (const char* const key : {"fate", "crossed", "reason", "code"}) out[key] = all[key];
    out["attempts"] = v.attempts;
    for (const char* const key : {"reached", "tls"}) out[key] = all[key];
    out["read_by"] = v.read_by;
    out["altered_by"] = v.altered_by;
    if (v.all.hops.size() > 1) out["hops"] = hops_json(v.all);
    if (v.recipients.size() < 2) return out;
    out["recipients"] = ordered_json::array();
    for (const RecipientVerdict& r : v.recipients) {
        ordered_json one;
        one["to"] = r.address;
        one.update(recipient_json(r));
        out["recipients"].push_back(std::move(one));
    }
    return out;
}

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
std::string write_tls_reports(const std::string& folder, const trace::Trace& trace) {
    std::string wrong;
    std::set<std::string> taken;
    trace.each_of<trace::TlsReportMade>(
        [&](const trace::Event&, const trace::TlsReportMade& report) {
            if (!wrong.empty()) return;
            const std::string name = report_file_name(report.file_name, taken);
            wrong = write_file(folder + "/" + name, report.content);
        });
    return wrong;
}

std::string write_artifacts(const Artifacts& artifacts, const std::string& id,
                            const sim::World& world) {
    const std::string name = file_name_of(id);
    std::string wrong;
    if (!artifacts.traces.empty())
        wrong = write_file(artifacts.traces + "/" + name + ".jsonl",
                           trace::json_lines(world.trace(), id, world.seed()));
    if (wrong.empty() && !artifacts.diagrams.empty())
        wrong =
            write_file(artifacts.diagrams + "/" + name + ".svg", artifacts.draw(world.trace(), id));
    if (wrong.empty() && !artifacts.captures.empty())
        wrong = write_file(artifacts.captures + "/" + name + ".pcapng",
                           visualize::as_pcapng(visualize::capture_of(world.trace()), id));
    if (wrong.empty() && !artifacts.tls_reports.empty())
        wrong = write_tls_reports(artifacts.tls_reports + "/" + name, world.trace());
    return wrong;
}

// A scenario of so many events is played again in a moment.
constexpr std::size_t cheap_events = 150;

// The same scenario where every sender has another level: [{ level, mails }].
ordered_json under_other_levels(const script::ScenarioEntry& entry, std::uint64_t seed,
                                const script::Terms& terms) {
    tls::KeyCache keys;
    ordered_json out = ordered_json::array();
    for (const char* const level : {"may", "secure"}) {
        const script::Performance other =
            script::play(entry.file, entry.title, seed, terms, {{}, level}, &keys);
        if (!other.stage->playing()) continue;
        out.push_back(
            {{"level", level},
             {"mails", mails_json(judge(other.stage->world().trace()), Mails::submitted)}});
    }
    return out;
}

}  // namespace

ordered_json mails_json(const std::vector<MailVerdict>& verdicts, Mails which) {
    ordered_json out = ordered_json::array();
    for (const MailVerdict& v : verdicts)
        if ((v.kind == MailVerdict::Kind::submitted) == (which == Mails::submitted))
            out.push_back(mail_json(v));
    return out;
}

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

Outcome play_untimed(const script::ScenarioEntry& entry, const Plan& plan) {
    Outcome outcome;
    outcome.entry = entry;
    outcome.seed = plan.seed.value_or(entry.seed.value_or(default_seed));
    script::Performance performance =
        script::play(entry.file, entry.title, outcome.seed, plan.terms, {plan.flaws, {}});
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
        outcome.virtual_ns = (trace.at(static_cast<EventId>(trace.size())).at - world_begins).ns;
    const std::vector<MailVerdict> verdicts = judge(trace);
    for (const Broken& broken : broken_invariants(trace, verdicts))
        outcome.bugs.push_back(told(broken, trace, entry.id(), outcome.seed));
    outcome.mails = mails_json(verdicts, Mails::submitted);
    outcome.notices = mails_json(verdicts, Mails::others);
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
            outcome.other_levels = under_other_levels(entry, outcome.seed, plan.terms);
        if (plan.artifacts.page) outcome.page = plan.artifacts.page(trace, outcome);
    } catch (const std::exception& error) {
        outcome.bugs.push_back(fmt::format("{}: {}", entry.id(), error.what()));
    }
    return outcome;
}

}  // namespace

Outcome play(const script::ScenarioEntry& entry, const Plan& plan) {
    const auto began = std::chrono::steady_clock::now();
    Outcome outcome = play_untimed(entry, plan);
    const auto took = std::chrono::steady_clock::now() - began;
    outcome.took_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
    return outcome;
}

}  // namespace run
