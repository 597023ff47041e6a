#pragma once
// What `mailtls run` is asked for, and the files it writes.
#include <cstdio>
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
/// The formats with a whole text, and GitHub's summary. False: something could not be written, and
/// it was said.
bool write_reports(const RunOptions& o, const report::Results& results);

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
