#pragma once
// A suite in parts, each played by another machine, and put together again.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace run {

/// Part `index` of `count`, from 1.
struct Shard {
    unsigned index = 1, count = 1;
};
/// "2/4". Nothing when it is no part of anything.
std::optional<Shard> parse_shard(std::string_view text);
/// What a job of continuous integration or of a cluster says of itself: MAILTLS_SHARD, or the
/// variables of GitLab, CircleCI, Buildkite, Slurm. Nothing where none says so. `wrong` is set when
/// one says what makes no sense.
using Environment = std::function<const char*(const char* name)>;
std::optional<Shard> shard_of(const Environment& environment, std::string& wrong);
/// Which part plays a scenario: decided by its id alone, so that a new one moves no other.
bool plays(const Shard& shard, std::string_view id);

/// Results of all parts (mailtls.results/1, texts in any order) as one run would have written them,
/// byte for byte. `wrong` says what does not fit: another suite or seed, a part twice, a part that
/// is missing, no part at all; `names` are what the texts are called then.
std::string merged(const std::vector<std::string>& texts, const std::vector<std::string>& names,
                   std::string& wrong);

/// What a part's results say of it: { index, count, suite, positions }. `ids` are those of the
/// whole suite in order.
nlohmann::ordered_json shard_json(const Shard& shard, const std::vector<std::string>& ids);

/// mailtls.results/1 as text, from its scenarios and `seed`.
std::string results_text(const nlohmann::ordered_json& scenarios, std::uint64_t seed,
                         const nlohmann::ordered_json& shard);

}  // namespace run
