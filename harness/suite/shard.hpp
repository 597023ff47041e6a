#pragma once
// A suite in parts, each played by another machine, and put together again.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suite {

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

/// What a part's results say of it.
struct Part {
    Shard shard;
    std::string suite;                   ///< Of which suite: as many ids, and their digest.
    std::vector<std::size_t> positions;  ///< Its scenarios' places in the whole suite.
};
/// `ids` are those of the whole suite in order.
Part part_of(const Shard& shard, const std::vector<std::string>& ids);

}  // namespace suite
