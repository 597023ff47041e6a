// Scenarios over several processes. Mbed TLS's key store is one per process (docs/traps.md), so
// workers are processes, not threads; each sends its outcomes home as lines of JSON.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/run/suite.hpp"

namespace run {

using nlohmann::json;

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
    return {
        {"entry", entry},
        {"status", static_cast<int>(o.status)},
        {"seed", o.seed},
        {"failures", failures},
        {"deterministic", o.deterministic},
        {"wrote_files", o.wrote_files},
        {"cites", o.cites},
        {"printed", o.printed},
        {"virtual_ns", o.virtual_ns},
        {"mails", o.mails.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)}};
}

Outcome outcome_from_json(const json& j) {
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
    o.wrote_files = j["wrote_files"].get<bool>();
    o.cites = j["cites"].get<std::string>();
    o.printed = j["printed"].get<std::string>();
    o.virtual_ns = j["virtual_ns"].get<std::int64_t>();
    o.mails = nlohmann::ordered_json::parse(j["mails"].get<std::string>());
    return o;
}

namespace {

bool is_bad(const Outcome& o) {
    return o.status != Status::passed || !o.deterministic || !o.wrote_files;
}

std::vector<Outcome> one_after_the_other(const Plan& plan,
                                         const std::function<void(const Outcome&)>& done) {
    std::vector<Outcome> outcomes;
    for (const script::ScenarioEntry& entry : plan.scenarios) {
        outcomes.push_back(play(entry, plan));
        done(outcomes.back());
        if (plan.stop_at_first_failure && is_bad(outcomes.back())) break;
    }
    return outcomes;
}

// Every n-th scenario, in order.
[[noreturn]] void work(const Plan& plan, std::size_t first, std::size_t step, int out) {
    std::FILE* const pipe = fdopen(out, "w");
    for (std::size_t i = first; i < plan.scenarios.size(); i += step) {
        const std::string line = to_json(play(plan.scenarios[i], plan))
                                     .dump(-1, ' ', false, json::error_handler_t::replace) +
                                 "\n";
        std::fwrite(line.data(), 1, line.size(), pipe);
        std::fflush(pipe);
    }
    std::fclose(pipe);
    _exit(0);
}

struct Worker {
    pid_t process = -1;
    std::FILE* pipe = nullptr;
};

Worker start(const Plan& plan, std::size_t first, std::size_t step) {
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) return {};
    const pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        work(plan, first, step, ends[1]);
    }
    close(ends[1]);
    return {process, fdopen(ends[0], "r")};
}

std::string read_line(std::FILE* pipe) {
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c == '\n') return line;
        line += static_cast<char>(c);
    }
    return {};
}

}  // namespace

std::vector<Outcome> play_all(const Plan& plan, const std::function<void(const Outcome&)>& done) {
    const std::size_t jobs = std::min<std::size_t>(
        plan.jobs > 0 ? static_cast<std::size_t>(plan.jobs) : 1, plan.scenarios.size());
    if (jobs < 2) return one_after_the_other(plan, done);
    std::fflush(nullptr);
    std::vector<Worker> workers;
    for (std::size_t i = 0; i < jobs; ++i) workers.push_back(start(plan, i, jobs));
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < plan.scenarios.size(); ++i) {
        std::FILE* const pipe = workers[i % jobs].pipe;
        const json line =
            json::parse(pipe != nullptr ? read_line(pipe) : std::string(), nullptr, false);
        Outcome outcome;
        if (line.is_object()) {
            outcome = outcome_from_json(line);
        } else {
            outcome.entry = plan.scenarios[i];
            outcome.status = Status::broken;
            outcome.failures.push_back(
                {outcome.entry.file, outcome.entry.line,
                 "the worker that played it ended too early: a bug in mailtls"});
        }
        outcomes.push_back(std::move(outcome));
        done(outcomes.back());
        if (plan.stop_at_first_failure && is_bad(outcomes.back())) break;
    }
    for (const Worker& worker : workers) {
        if (worker.pipe != nullptr) std::fclose(worker.pipe);
        if (worker.process > 0) waitpid(worker.process, nullptr, 0);
    }
    return outcomes;
}

}  // namespace run
