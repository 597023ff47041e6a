#pragma once
// What `mailtls run` is asked for, and the files it writes.
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/main/command.hpp"
#include "harness/report/console.hpp"
#include "harness/report/formats.hpp"
#include "harness/suite/baseline.hpp"
#include "harness/suite/shard.hpp"
#include "harness/suite/suite.hpp"

namespace program {

/// What `--out` makes: folders with files of each scenario, and where it is a part's, all of its
/// outcomes, for `mailtls merge`.
namespace below_out {
inline constexpr const char *traces = "traces", *diagrams = "diagrams", *captures = "pcapng",
                            *tls_reports = "tls-reports", *part = "part.jsonl";
inline constexpr std::array folders{traces, diagrams, captures, tls_reports};
}  // namespace below_out

struct RunOptions {
    std::vector<std::string> paths{"scenarios"};
    // which
    std::string filter, tags, shard;
    std::vector<std::string> only, flaws;
    Definitions given;
    bool failed = false, failed_first = false;
    // how
    std::optional<std::uint64_t> seed;
    int jobs = 1;
    std::size_t most_failures = 0, repeat = 1;
    std::uint64_t most_turns = script::Budget().turns;
    bool stop = false, check_determinism = false, watch = false;
    // what is told
    std::string format = "pretty", colour = "auto", progress = "auto";
    bool ascii = false;
    std::size_t durations = 0;
    // what is kept
    std::string baseline;
    bool update = false;
    // what is written
    std::map<std::string_view, std::string> reports;  ///< By the format's name: its file.
    std::string diagrams, captures, traces, tls_reports, out;

    /// The file that is asked for; empty: none.
    std::string report(std::string_view name) const {
        const auto found = reports.find(name);
        return found == reports.end() ? std::string() : found->second;
    }
    std::uint64_t seed_or_default() const { return seed.value_or(play::default_seed); }
};

/// The part that is asked for: --shard, or with "auto" what the environment says. `wrong` is set
/// when it makes no sense.
std::optional<suite::Shard> shard_of(const RunOptions& o, std::string& wrong);

/// Folders are there and can be written. `--out` stands for all that was not named. Empty: well.
std::string prepare_files(RunOptions& o, suite::Plan& plan);
/// The formats with a whole text, each where `file_of` says by its name (empty: it is not asked
/// for). False: something could not be written, and it was said.
bool write_reports(const std::function<std::string(std::string_view)>& file_of,
                   const report::Results& results);
/// What is added to the summary of a step on GitHub. False as above.
bool write_summary(const std::vector<play::Outcome>& outcomes);

/// Verdicts that were kept in a file (`--baseline`), and what becomes of it.
class KeptVerdicts {
  public:
    /// Reads the file, where one is asked for.
    explicit KeptVerdicts(const RunOptions& o);
    /// Why it cannot be compared with, or empty.
    const std::string& wrong() const { return wrong_; }
    /// Tells what changed, or takes it over (`--update`). False: something differs.
    enum class Extent { whole, cut_off };
    bool judge(const std::vector<play::Outcome>& outcomes, const suite::Found& found, Extent extent,
               std::FILE* out);
    /// False: it could not be written, and that was said.
    bool wrote() const { return wrote_; }

  private:
    std::vector<std::string> gone(const suite::Found& found) const;
    const RunOptions& options_;
    suite::Baseline before_;
    std::string wrong_;
    bool wrote_ = true;
};

int run_command(const RunOptions& o);

}  // namespace program
