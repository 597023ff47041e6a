#include "harness/suite/results_json.hpp"

#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/play/outcome_json.hpp"
#include "sim/core/field_reader.hpp"
#include "sim/tls/signing.hpp"

namespace suite {

using play::Json;

namespace {

Json totals_of(const Json& scenarios) {
    Json totals = {{"passed", 0}, {"failed", 0}, {"skipped", 0}, {"broken", 0}};
    for (const Json& s : scenarios) {
        const std::string status = s["status"].get<std::string>();
        totals[status] = totals[status].get<int>() + 1;
    }
    return totals;
}

// What was edited after it was played is not merged.
std::string digest_of(const Json& scenarios) {
    return core::hex_text(tls::sha256(play::one_line(scenarios)));
}

std::string text_of(const Json& scenarios, std::uint64_t seed, const std::optional<Part>& part) {
    Json out;
    out["schema"] = "mailtls.results/1";
    out["version"] = MAILTLS_VERSION;
    out["seed"] = seed;
    if (part)
        out["shard"] = {{"index", part->shard.index},
                        {"count", part->shard.count},
                        {"suite", part->suite},
                        {"positions", part->positions},
                        {"digest", digest_of(scenarios)}};
    out["totals"] = totals_of(scenarios);
    out["scenarios"] = scenarios;
    return play::indented(out);
}

Json scenario_json(const play::Outcome& o) {
    std::string status(word(o.status));
    if (o.status == play::Status::passed && play::is_bad(o)) status = "failed";
    Json s;
    s["id"] = o.entry.id();
    s["file"] = o.entry.file;
    s["title"] = o.entry.title;
    s["tags"] = o.entry.tags;
    s["cites"] = o.cites;
    s["status"] = status;
    s["seed"] = o.seed;
    s["failures"] = Json::array();
    for (const script::Mistake& m : o.failures) s["failures"].push_back(play::json_of(m));
    if (!o.deterministic)
        s["failures"].push_back(
            {{"file", o.entry.file},
             {"line", o.entry.line},
             {"message", "not deterministic: two plays with one seed differ in their traces"}});
    s["virtual_seconds"] = static_cast<double>(o.virtual_ns) / 1e9;
    s["mails"] = play::json_of(o.mails);
    if (!o.notices.empty()) s["notices"] = play::json_of(o.notices);
    return s;
}

}  // namespace

std::string results_json(const std::vector<play::Outcome>& outcomes, std::uint64_t seed,
                         const std::optional<Part>& part) {
    Json scenarios = Json::array();
    for (const play::Outcome& outcome : outcomes) scenarios.push_back(scenario_json(outcome));
    return text_of(scenarios, seed, part);
}

// ---- parts put together

namespace {

struct File {
    std::string name;
    Json results;
    const Json& shard() const { return results["shard"]; }
};

bool is_status(const Json& word) {
    for (const char* const known : {"passed", "failed", "skipped", "broken"})
        if (word == known) return true;
    return false;
}

// Empty: it is a part's results.
std::string trouble_of(const Json& r) {
    if (!r.is_object() || !r.contains("schema")) return "expected results (mailtls.results/1)";
    if (r["schema"] != "mailtls.results/1")
        return fmt::format("expected mailtls.results/1, got {}", play::one_line(r["schema"]));
    if (r.value("version", "") != MAILTLS_VERSION)
        return fmt::format("expected results of mailtls {}, got those of {}", MAILTLS_VERSION,
                           r.value("version", "an unknown version"));
    if (!r.contains("shard"))
        return "expected one part of a run (--shard); these are results of a whole one";
    const auto number = [&](const Json& o, const char* key) {
        return o.contains(key) && o[key].is_number_unsigned();
    };
    const Json& s = r["shard"];
    const bool whole = s.is_object() && number(s, "index") && number(s, "count") &&
                       s.contains("suite") && s["suite"].is_string() && s.contains("positions") &&
                       s["positions"].is_array() && number(r, "seed") && r.contains("scenarios") &&
                       r["scenarios"].is_array() &&
                       s["positions"].size() == r["scenarios"].size() && s["count"] != 0;
    if (!whole) return "these results are damaged: their part and their scenarios do not fit";
    if (s.value("digest", Json()) != digest_of(r["scenarios"]))
        return "these results are not as they were written: a part that was edited is not merged";
    for (const Json& scenario : r["scenarios"])
        if (!scenario.is_object() || !scenario.value("id", Json()).is_string() ||
            !is_status(scenario.value("status", Json())))
            return "these results are damaged: a scenario has no id or no status";
    for (const Json& position : s["positions"])
        if (!position.is_number_unsigned())
            return "these results are damaged: a position is no number";
    return {};
}

// Empty: all of one suite, each part once, and none missing.
std::string misfit(const std::vector<File>& parts) {
    const File& first = parts.front();
    std::map<std::uint64_t, const File*> by_index;
    for (const File& part : parts) {
        const auto differs = [&](const char* what, const Json& a, const Json& b) {
            return fmt::format("{} and {} are parts of different runs: {} is {}, there {}",
                               first.name, part.name, what, play::one_line(a), play::one_line(b));
        };
        for (const char* const what : {"count", "suite"})
            if (part.shard()[what] != first.shard()[what])
                return differs(what, first.shard()[what], part.shard()[what]);
        if (part.results["seed"] != first.results["seed"])
            return differs("seed", first.results["seed"], part.results["seed"]);
        const auto index = part.shard()["index"].get<std::uint64_t>();
        const auto [known, fresh] = by_index.emplace(index, &part);
        if (!fresh)
            return fmt::format("{} and {} are the same part, {} of {}", known->second->name,
                               part.name, index, play::one_line(part.shard()["count"]));
    }
    const auto count = first.shard()["count"].get<std::uint64_t>();
    for (std::uint64_t i = 1; i <= count; ++i)
        if (!by_index.contains(i)) return fmt::format("part {} of {} is missing", i, count);
    if (by_index.size() > count)
        return fmt::format("{}: there is no part {} of {}", by_index.rbegin()->second->name,
                           by_index.rbegin()->first, count);
    return {};
}

}  // namespace

Merged merged(const std::vector<std::string>& texts, const std::vector<std::string>& names) {
    Merged out;
    std::vector<File> parts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        parts.push_back({names[i], play::parsed(texts[i])});
        out.wrong = trouble_of(parts.back().results);
        if (!out.wrong.empty()) out.wrong = names[i] + ": " + out.wrong;
        if (!out.wrong.empty()) return out;
    }
    out.wrong = parts.empty() ? "expected the results of all parts of a run" : misfit(parts);
    if (!out.wrong.empty()) return out;
    std::map<std::uint64_t, Merged::Place> in_order;
    for (std::size_t text = 0; text < parts.size(); ++text)
        for (std::size_t row = 0; row < parts[text].results["scenarios"].size(); ++row)
            in_order.emplace(parts[text].shard()["positions"][row].get<std::uint64_t>(),
                             Merged::Place{text, row});
    Json scenarios = Json::array();
    std::vector<std::string> ids;
    for (const auto& [position, place] : in_order) {
        scenarios.push_back(parts[place.text].results["scenarios"][place.row]);
        ids.push_back(scenarios.back()["id"].get<std::string>());
        out.places.push_back(place);
    }
    if (part_of({}, ids).suite != parts.front().shard()["suite"].get<std::string>())
        out.wrong = "these parts are not all of their suite: their scenarios' ids or places differ";
    if (!out.wrong.empty()) return out;
    const Json totals = totals_of(scenarios);
    out.tally.passed = totals["passed"].get<std::size_t>();
    out.tally.failed = totals["failed"].get<std::size_t>();
    out.tally.broken = totals["broken"].get<std::size_t>();
    out.seed = parts.front().results["seed"].get<std::uint64_t>();
    out.text = text_of(scenarios, out.seed, {});
    return out;
}

std::string list_json(const std::vector<script::ScenarioEntry>& scenarios) {
    play::Json list = play::Json::array();
    for (const script::ScenarioEntry& s : scenarios)
        list.push_back({{"id", s.id()},
                        {"file", s.file},
                        {"line", s.line},
                        {"title", s.title},
                        {"tags", s.tags},
                        {"cites", s.cites}});
    return play::indented({{"schema", "mailtls.list/1"}, {"scenarios", list}});
}

}  // namespace suite
