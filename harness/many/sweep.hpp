#pragma once
// A product of options: every combination of values is a cell, a world of its own.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/many/cell_order.hpp"
#include "harness/suite/suite.hpp"
#include "harness/suite/tally.hpp"

namespace many {

struct SweepPlan {
    script::SweepEntry entry;
    std::size_t which = 0;  ///< Of the sweep in its file, from 0.
    std::string source;     ///< The file's text: every cell is played from the same.
    std::optional<std::uint64_t> sample;
    std::uint64_t seed = play::default_seed;
    script::Terms terms;
    suite::Crew crew;
    CellOrder order() const;  ///< Its names must give a product (CellOrder::product).
};

/// One cell, as it was played or as its line of the results says it.
struct CellOutcome {
    std::uint64_t number = 0;  ///< Of the cell, from 0.
    play::Status status = play::Status::passed;
    std::optional<script::Mistake> failure;
    std::vector<judge::MailVerdict>
        mails;        ///< Read from a line: how each crossed, and its fate, alone.
    std::string bug;  ///< An invariant that does not hold; empty: all do.
};
/// The sweep's file, read for all of its cells. `keys` must live as long.
script::Script script_of(const SweepPlan& plan, tls::KeyCache& keys);
/// Plays one. `show` sees what was played.
CellOutcome play_cell(const SweepPlan& plan, const CellOrder& order, std::uint64_t number,
                      script::Script& script,
                      const std::function<void(const script::Performance&)>& show = {});
/// "attacker=none, level=may".
std::string named(const script::SweepEntry& entry, const CellAt& at);

/// Plays the cells from that turn on; `done` sees each in order, with its line of the results, and
/// says whether to go on.
void play_sweep(const SweepPlan& plan, const CellOrder& order, std::uint64_t from,
                const std::function<bool(const CellOutcome&, const std::string&)>& done);

/// What came of many cells, counted. Its size does not grow with their number.
struct SweepTotals {
    /// By the way a mail crossed and its fate. A cell is counted by its first mail.
    using Counts = std::map<std::string, std::size_t>;
    suite::Tally tally;
    std::map<std::string, Counts> outcomes;  ///< Crossing, then fate.
    struct OfValue {
        std::size_t cells = 0, failed = 0;
        Counts crossed;
    };
    std::vector<std::vector<OfValue>> values;  ///< By name, then value.
    explicit SweepTotals(const script::SweepEntry& entry);
    void add(const CellAt& at, const CellOutcome& cell);
};

/// The first line of results (mailtls.sweep/1): it says what is swept. Then comes one for each
/// cell.
std::string sweep_head(const SweepPlan& plan, const CellOrder& order);

/// Results that are there already, of a sweep that was ended early.
struct Resumed {
    std::uint64_t cells = 0;  ///< So many are whole.
    std::uint64_t bytes = 0;  ///< So much of the file; what is behind was being written.
    std::string wrong;        ///< Why it cannot be gone on with, or empty.
};
/// Reads them line by line; `seen` sees each cell.
Resumed resume(const std::string& path, const SweepPlan& plan, const CellOrder& order,
               const std::function<void(const CellOutcome&)>& seen);

}  // namespace many
