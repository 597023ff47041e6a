#include "harness/many/sweep.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/core.h>

#include "harness/judge/invariants.hpp"
#include "harness/many/sweep_json.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/processes.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"

namespace many {

namespace {

std::vector<std::size_t> sizes_of(const script::SweepEntry& entry) {
    std::vector<std::size_t> out;
    for (const script::Axis& axis : entry.over) out.push_back(axis.keys.size());
    return out;
}

}  // namespace

CellOrder SweepPlan::order() const { return CellOrder(sizes_of(entry), sample, seed); }

std::string named(const script::SweepEntry& entry, const CellAt& at) {
    std::string out;
    for (std::size_t i = 0; i < at.size(); ++i)
        out += fmt::format("{}{}={}", i > 0 ? ", " : "", entry.over[i].name,
                           entry.over[i].keys[at[i]]);
    return out;
}

script::Script script_of(const SweepPlan& plan, tls::KeyCache& keys) {
    return script::Script(plan.entry.file, plan.source, {plan.seed, plan.terms, {}, &keys, {}});
}

CellOutcome play_cell(const SweepPlan& plan, const CellOrder& order, std::uint64_t number,
                      script::Script& script,
                      const std::function<void(const script::Performance&)>& show) {
    CellOutcome out;
    out.number = number;
    const CellAt at = order.at(number);
    script::Performance performance = script.play_sweep(plan.which, at);
    performance.finish();
    if (performance.ending == script::Ending::failed) out.status = play::Status::failed;
    if (performance.ending == script::Ending::broken) out.status = play::Status::broken;
    out.failure = performance.mistake;
    if (!performance.stage->playing()) return out;
    const sim::World& world = performance.stage->world();
    if (show) show(performance);
    const std::vector<judge::MailVerdict> verdicts = judge::verdicts_of(world.trace());
    out.mails = play::only(play::Mails::submitted, verdicts);
    for (const judge::Broken& broken : judge::broken_invariants(world.trace(), verdicts)) {
        const std::string what =
            fmt::format("{}, cell {} ({})", plan.entry.file, number + 1, named(plan.entry, at));
        out.bug = judge::told(broken, world.trace(), what, plan.seed);
        break;
    }
    return out;
}

// ---- results that are there already

Resumed resume(const std::string& path, const SweepPlan& plan, const CellOrder& order,
               const std::function<void(const CellOutcome&)>& seen) {
    Resumed out;
    std::ifstream in(path, std::ios::binary);
    std::string line;
    const std::string head = sweep_head(plan, order);
    const bool whole = static_cast<bool>(std::getline(in, line)) && !in.eof();
    // Not even its head is whole: begin anew.
    if (!whole && !in.bad() && head.starts_with(line)) return out;
    if (line != head) {
        out.wrong = path +
                    ":1: these are results of another sweep, or of a file, a seed, a "
                    "sample, values or a version that have changed since";
        return out;
    }
    out.bytes = line.size() + 1;
    // A last line without its end was being written.
    for (int number = 2; std::getline(in, line) && !in.eof(); ++number) {
        const std::optional<CellOutcome> cell = cell_of_line(line);
        const bool expected =
            cell && out.cells < order.size() && cell->number == order.number(out.cells);
        if (!expected) {
            out.wrong = out.cells < order.size()
                            ? fmt::format("{}:{}: expected what came of cell {}", path, number,
                                          order.number(out.cells) + 1)
                            : fmt::format("{}:{}: expected no more cells", path, number);
            return out;
        }
        seen(*cell);
        ++out.cells;
        out.bytes += line.size() + 1;
    }
    return out;
}

// ---- playing

namespace {

// No line of JSON has it inside.
constexpr char between_lines = '\x1e';

// So many cells go home at once: each way home costs as much as a part of a cell. One by one where
// each has a limit of time.
std::uint64_t cells_at_once(const SweepPlan& plan, std::uint64_t cells) {
    if (plan.crew.limit) return 1;
    const auto jobs = static_cast<std::uint64_t>(std::max(plan.crew.jobs, 1));
    return std::clamp<std::uint64_t>(cells / (32 * jobs), 1, 16);
}

CellOutcome lost_cell(const SweepPlan& plan, std::uint64_t number,
                      const suite::Returned& returned) {
    CellOutcome lost;
    lost.number = number;
    lost.status = play::Status::broken;
    std::string why = fmt::format(
        "it took more than {} s of the real clock and was stopped "
        "(ten times --timeout)",
        plan.crew.limit.value_or(std::chrono::seconds(0)).count());
    if (!returned.late) {
        why = fmt::format("cell {} or one soon after it: {}", number + 1, returned.why_lost());
        if (returned.at_fault) lost.bug = why;
    }
    lost.failure = script::Mistake{plan.entry.file, plan.entry.line, why};
    return lost;
}

}  // namespace

void play_sweep(const SweepPlan& plan, const CellOrder& order, std::uint64_t from,
                const std::function<bool(const CellOutcome&, const std::string&)>& done) {
    tls::KeyCache keys;
    script::Script script = script_of(plan, keys);
    const std::uint64_t cells = order.size() - from, block = cells_at_once(plan, cells);
    const auto work = [&](std::size_t piece) {
        std::string out;
        for (std::uint64_t i = piece * block; i < std::min(cells, (piece + 1) * block); ++i) {
            const CellOutcome cell = play_cell(plan, order, order.number(from + i), script);
            if (!out.empty()) out += between_lines;
            out += line_of(plan, order, cell);
        }
        return out;
    };
    const auto take = [&](std::size_t piece, const suite::Returned& returned) {
        std::string_view rest = returned.line;
        for (std::uint64_t i = piece * block; i < std::min(cells, (piece + 1) * block); ++i) {
            const std::string line(rest.substr(0, rest.find(between_lines)));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            const std::optional<CellOutcome> cell = cell_of_line(line);
            if (cell && !done(*cell, line)) return false;
            if (cell) continue;
            const CellOutcome lost = lost_cell(plan, order.number(from + i), returned);
            if (!done(lost, line_of(plan, order, lost))) return false;
        }
        return true;
    };
    suite::in_processes((cells + block - 1) / block, plan.crew, work, take);
}

// ---- totals

SweepTotals::SweepTotals(const script::SweepEntry& entry) {
    for (const script::Axis& axis : entry.over) values.emplace_back(axis.keys.size());
}

void SweepTotals::add(const CellAt& at, const CellOutcome& cell) {
    ++(cell.status == play::Status::passed   ? tally.passed
       : cell.status == play::Status::failed ? tally.failed
                                             : tally.broken);
    const bool has_mail = !cell.mails.empty();
    const std::string crossed(has_mail ? word(cell.mails[0].all.crossed) : "no mail");
    const std::string fate(has_mail ? word(cell.mails[0].all.fate) : "no mail");
    ++outcomes[crossed][fate];
    for (std::size_t i = 0; i < at.size(); ++i) {
        OfValue& value = values[i][at[i]];
        ++value.cells;
        ++value.crossed[crossed];
        if (cell.status != play::Status::passed) ++value.failed;
    }
}

}  // namespace many
