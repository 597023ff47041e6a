#include "harness/run/shard.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "sim/core/digest.hpp"

namespace run {

using nlohmann::ordered_json;

namespace {

std::optional<unsigned> number(std::string_view text) {
    unsigned out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto index = number(text.substr(0, slash)), count = number(text.substr(slash + 1));
    if (!index || !count || *index < 1 || *index > *count) return std::nullopt;
    return Shard{*index, *count};
}

std::optional<Shard> shard_of(const Environment& environment, std::string& wrong) {
    if (const char* const own = environment("MAILTLS_SHARD")) {
        const auto shard = parse_shard(own);
        if (!shard)
            wrong = fmt::format("MAILTLS_SHARD: expected a part such as 1/4, got '{}'", own);
        return shard;
    }
    struct Place {
        const char *index, *count;
        unsigned first;  // what the first part is called
    };
    static constexpr Place places[] = {
        {"CI_NODE_INDEX", "CI_NODE_TOTAL", 1},                          // GitLab
        {"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},                  // CircleCI
        {"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},  // Buildkite
        {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", 0},           // Slurm, see below
    };
    for (const Place& place : places) {
        const char *const index = environment(place.index), *const count = environment(place.count);
        if (index == nullptr || count == nullptr) continue;
        // An array of Slurm begins where its user wants: SLURM_ARRAY_TASK_MIN.
        const char* const least = environment("SLURM_ARRAY_TASK_MIN");
        const bool slurm = std::string_view(place.index).starts_with("SLURM");
        const unsigned first = slurm && least != nullptr ? number(least).value_or(0) : place.first;
        const auto i = number(index), n = number(count);
        if (i && n && *i >= first && *i - first < *n) return Shard{*i - first + 1, *n};
        wrong = fmt::format("{}={} and {}={}: expected a part of a whole", place.index, index,
                            place.count, count);
        return std::nullopt;
    }
    return std::nullopt;
}

bool plays(const Shard& shard, std::string_view id) {
    return core::fnv1a(id) % shard.count == shard.index - 1;
}

ordered_json shard_json(const Shard& shard, const std::vector<std::string>& ids) {
    std::uint64_t suite = core::fnv1a("");
    ordered_json positions = ordered_json::array();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        suite = core::fnv1a(ids[i] + "\n", suite);
        if (plays(shard, ids[i])) positions.push_back(i);
    }
    return {{"index", shard.index},
            {"count", shard.count},
            {"suite", fmt::format("{} scenarios, {:016x}", ids.size(), suite)},
            {"positions", std::move(positions)}};
}

std::string results_text(const ordered_json& scenarios, std::uint64_t seed,
                         const ordered_json& shard) {
    ordered_json out;
    out["schema"] = "mailtls.results/1";
    out["version"] = MAILTLS_VERSION;
    out["seed"] = seed;
    if (!shard.is_null()) out["shard"] = shard;
    ordered_json totals = {{"passed", 0}, {"failed", 0}, {"skipped", 0}, {"broken", 0}};
    for (const ordered_json& s : scenarios) {
        const std::string status = s["status"].get<std::string>();
        totals[status] = totals[status].get<int>() + 1;
    }
    out["totals"] = std::move(totals);
    out["scenarios"] = scenarios;
    return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// ---- together again

namespace {

struct Part {
    std::string name;
    ordered_json results;
    const ordered_json& shard() const { return results["shard"]; }
};

// Empty: it is a part's results.
std::string trouble_of(const ordered_json& r) {
    if (!r.is_object() || !r.contains("schema")) return "expected results (mailtls.results/1)";
    if (r["schema"] != "mailtls.results/1")
        return fmt::format("expected mailtls.results/1, got {}", r["schema"].dump());
    if (r.value("version", "") != MAILTLS_VERSION)
        return fmt::format("expected results of mailtls {}, got those of {}", MAILTLS_VERSION,
                           r.value("version", "an unknown version"));
    if (!r.contains("shard"))
        return "expected one part of a run (--shard); these are results of a whole one";
    const auto number = [&](const ordered_json& o, const char* key) {
        return o.contains(key) && o[key].is_number_unsigned();
    };
    const ordered_json& s = r["shard"];
    const bool whole = s.is_object() && number(s, "index") && number(s, "count") &&
                       s.contains("suite") && s["suite"].is_string() && s.contains("positions") &&
                       s["positions"].is_array() && number(r, "seed") && r.contains("scenarios") &&
                       r["scenarios"].is_array() &&
                       s["positions"].size() == r["scenarios"].size() && s["count"] != 0;
    if (!whole) return "these results are damaged: their part and their scenarios do not fit";
    for (const ordered_json& scenario : r["scenarios"])
        if (!scenario.is_object() || !scenario.contains("status") ||
            !scenario["status"].is_string())
            return "these results are damaged: a scenario has no status";
    for (const ordered_json& position : s["positions"])
        if (!position.is_number_unsigned())
            return "these results are damaged: a position is no number";
    return {};
}

// Empty: all of one suite, each part once, and none missing.
std::string misfit(const std::vector<Part>& parts) {
    const Part& first = parts.front();
    std::map<unsigned, const Part*> by_index;
    for (const Part& part : parts) {
        const auto differs = [&](const char* what, const ordered_json& a, const ordered_json& b) {
            return fmt::format("{} and {} are parts of different runs: {} is {}, there {}",
                               first.name, part.name, what, a.dump(), b.dump());
        };
        for (const char* const what : {"count", "suite"})
            if (part.shard()[what] != first.shard()[what])
                return differs(what, first.shard()[what], part.shard()[what]);
        if (part.results["seed"] != first.results["seed"])
            return differs("seed", first.results["seed"], part.results["seed"]);
        const auto index = part.shard()["index"].get<unsigned>();
        const auto [known, fresh] = by_index.emplace(index, &part);
        if (!fresh)
            return fmt::format("{} and {} are the same part, {} of {}", known->second->name,
                               part.name, index, part.shard()["count"].dump());
    }
    const auto count = first.shard()["count"].get<unsigned>();
    for (unsigned i = 1; i <= count; ++i)
        if (!by_index.contains(i)) return fmt::format("part {} of {} is missing", i, count);
    return {};
}

}  // namespace

std::string merged(const std::vector<std::string>& texts, const std::vector<std::string>& names,
                   std::string& wrong) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        parts.push_back({names[i], ordered_json::parse(texts[i], nullptr, false)});
        wrong = trouble_of(parts.back().results);
        if (!wrong.empty()) wrong = names[i] + ": " + wrong;
        if (!wrong.empty()) return {};
    }
    wrong = parts.empty() ? "expected the results of all parts of a run" : misfit(parts);
    if (!wrong.empty()) return {};
    std::map<std::size_t, const ordered_json*> in_order;
    for (const Part& part : parts)
        for (std::size_t i = 0; i < part.results["scenarios"].size(); ++i)
            in_order.emplace(part.shard()["positions"][i].get<std::size_t>(),
                             &part.results["scenarios"][i]);
    ordered_json scenarios = ordered_json::array();
    for (const auto& [position, scenario] : in_order) scenarios.push_back(*scenario);
    return results_text(scenarios, parts.front().results["seed"].get<std::uint64_t>(), nullptr);
}

}  // namespace run
