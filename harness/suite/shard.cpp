#include "harness/suite/shard.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/digest.hpp"

namespace suite {

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

Part part_of(const Shard& shard, const std::vector<std::string>& ids) {
    Part out{shard, {}, {}};
    std::uint64_t suite = core::fnv1a("");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        suite = core::fnv1a(ids[i] + "\n", suite);
        if (plays(shard, ids[i])) out.positions.push_back(i);
    }
    out.suite = fmt::format("{} scenarios, {:016x}", ids.size(), suite);
    return out;
}

}  // namespace suite
