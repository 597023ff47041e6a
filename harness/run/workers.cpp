// Scenarios over several processes: each sends its outcomes home as lines of JSON.
#include <fmt/format.h>

#include "harness/run/processes.hpp"
#include "harness/run/suite.hpp"

namespace run {

using json = nlohmann::ordered_json;

json to_json(const Outcome& o) {
    json failures = json::array();
    for (const script::Mistake& m : o.failures)
        failures.push_back({{"file", m.file}, {"line", m.line}, {"message", m.message}});
    json entry = {{"file", o.entry.file},
                  {"title", o.entry.title},
                  {"line", o.entry.line},
                  {"tags", o.entry.tags},
                  {"cites", o.entry.cites}};
    if (o.entry.seed) entry["seed"] = *o.entry.seed;
    return {{"entry", entry},
            {"status", static_cast<int>(o.status)},
            {"seed", o.seed},
            {"failures", failures},
            {"deterministic", o.deterministic},
            {"bugs", o.bugs},
            {"wrote_files", o.wrote_files},
            {"cites", o.cites},
            {"printed", o.printed},
            {"virtual_ns", o.virtual_ns},
            {"took_ns", o.took_ns},
            {"asked", o.asked},
            {"mails", o.mails},
            {"notices", o.notices},
            {"page", o.page}};
}

Outcome outcome_from_json(json&& j) {
    Outcome o;
    const json& entry = j["entry"];
    o.entry.file = entry["file"].get<std::string>();
    o.entry.title = entry["title"].get<std::string>();
    o.entry.line = entry["line"].get<int>();
    o.entry.tags = entry["tags"].get<std::vector<std::string>>();
    o.entry.cites = entry["cites"].get<std::string>();
    if (entry.contains("seed")) o.entry.seed = entry["seed"].get<std::uint64_t>();
    o.status = static_cast<Status>(j["status"].get<int>());
    o.seed = j["seed"].get<std::uint64_t>();
    for (const json& f : j["failures"])
        o.failures.push_back(
            {f["file"].get<std::string>(), f["line"].get<int>(), f["message"].get<std::string>()});
    o.deterministic = j["deterministic"].get<bool>();
    o.bugs = j["bugs"].get<std::vector<std::string>>();
    o.wrote_files = j["wrote_files"].get<bool>();
    o.cites = j["cites"].get<std::string>();
    o.printed = j["printed"].get<std::string>();
    o.virtual_ns = j["virtual_ns"].get<std::int64_t>();
    o.mails = std::move(j["mails"]);
    o.notices = std::move(j["notices"]);
    o.took_ns = j["took_ns"].get<std::int64_t>();
    o.page = std::move(j["page"].get_ref<std::string&>());
    o.asked = j["asked"].get<std::set<std::string>>();
    return o;
}

namespace {

std::string line_of(const Outcome& outcome) {
    return to_json(outcome).dump(-1, ' ', false, json::error_handler_t::replace);
}

Outcome outcome_of(const Returned& returned, const script::ScenarioEntry& entry, const Plan& plan) {
    json parsed = json::parse(returned.line, nullptr, false);
    if (parsed.is_object()) return outcome_from_json(std::move(parsed));
    Outcome lost;
    lost.entry = entry;
    lost.seed = plan.seed.value_or(entry.seed.value_or(default_seed));
    lost.status = Status::broken;
    if (returned.late) {
        lost.failures.push_back({entry.file, entry.line,
                                 fmt::format("it took more than {} s and was stopped (--timeout)",
                                             plan.crew.limit->count())});
        return lost;
    }
    lost.bugs.push_back("a bug in mailtls: the worker that played " + entry.id() +
                        " ended too early");
    lost.failures.push_back(
        {entry.file, entry.line, "the worker that played it ended too early: a bug in mailtls"});
    return lost;
}

}  // namespace

std::vector<Outcome> play_all(const Plan& plan, const std::function<bool(Outcome&)>& done) {
    std::vector<Outcome> outcomes;
    in_processes(
        plan.scenarios.size(), plan.crew,
        [&](std::size_t i) { return line_of(play(plan.scenarios[i], plan)); },
        [&](std::size_t i, const Returned& returned) {
            outcomes.push_back(outcome_of(returned, plan.scenarios[i], plan));
            outcomes.back().asked_with = plan.asked_with;
            return done(outcomes.back());
        });
    return outcomes;
}

}  // namespace run
