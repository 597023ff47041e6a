// mailtls sweep: every cell of a product of options, or a sample of them.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

#include "harness/files/whole.hpp"
#include "harness/main/command.hpp"
#include "harness/main/progress.hpp"
#include "harness/many/sweep.hpp"
#include "harness/play/play.hpp"
#include "harness/report/console.hpp"
#include "harness/script/stage.hpp"
#include "sim/core/text.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"
#include "visualize/conversation.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

struct SweepOptions {
    std::string file, only, out, progress = "auto";
    std::optional<std::uint64_t> sample, at;
    std::uint64_t seed = play::default_seed;
    Definitions given;
    int jobs = 1;
    bool resume = false, stop = false;
};

// For this process alone: its workers have no part in it, and it ends with the process.
bool lock(int file) {
    struct flock all {};
    all.l_type = F_WRLCK;
    all.l_whence = SEEK_SET;
    return fcntl(file, F_SETLK, &all) == 0;
}

// The file of results, to which cells are added as they come.
class Results {
  public:
    ~Results() {
        if (file_ != nullptr) std::fclose(file_);
    }
    /// What is behind `keep` bytes goes. Empty: well.
    std::string open(const std::string& path, std::uint64_t keep) {
        path_ = path;
        const fs::path parent = fs::path(path).parent_path();
        std::string wrong = parent.empty() ? std::string() : prepare_folder(parent.string());
        if (wrong.empty()) file_ = std::fopen(path.c_str(), "ab");
        if (file_ != nullptr && !lock(fileno(file_))) return path + ": another sweep is writing it";
        if (file_ != nullptr && ftruncate(fileno(file_), static_cast<off_t>(keep)) != 0)
            return path + ": cannot be written";
        if (!wrong.empty() || file_ != nullptr) return wrong;
        return path + ": expected a file to write, but it cannot be written";
    }
    /// What was written stays, whatever becomes of this program.
    bool add(const std::string& line) {
        if (file_ == nullptr) return true;
        const bool well = std::fwrite(line.data(), 1, line.size(), file_) == line.size() &&
                          std::fputc('\n', file_) != EOF && std::fflush(file_) == 0;
        if (!well) complain(path_ + ": cannot be written; is the disk full?");
        return well;
    }

  private:
    std::string path_;
    std::FILE* file_ = nullptr;
};

// ---- what is told

std::string heading(const many::SweepPlan& plan, const many::CellOrder& order) {
    std::string out = plan.entry.title + ": ";
    if (!plan.sample) return out + core::counted(order.size(), "cell");
    out += "a sample of " + core::counted(order.size(), "cell");
    if (order.pairs() == 0 && plan.entry.over.size() > 2)
        out += ", by chance alone: there are too many pairs of values to show them first";
    if (order.pairs() > 0)
        out += fmt::format("; the first {} show {}", order.pairs(),
                           order.pairs() < order.size() ? "every pair of values"
                                                        : "as many pairs of values as they can");
    return out;
}

const std::vector<std::string> ways{"in clear text", "encrypted", "authenticated", "not at all",
                                    "no mail"};

void tell_outcomes(const many::SweepTotals& totals) {
    std::vector<std::string> fates{"delivered", "bounced", "deferred", "queued", "no mail"};
    std::erase_if(fates, [&](const std::string& fate) {
        return std::none_of(totals.outcomes.begin(), totals.outcomes.end(),
                            [&](const auto& of_way) { return of_way.second.contains(fate); });
    });
    std::string out = fmt::format("{:16}", "");
    for (const std::string& fate : fates) out += fmt::format("{:>12}", fate);
    for (const std::string& way : ways) {
        const auto found = totals.outcomes.find(way);
        if (found == totals.outcomes.end()) continue;
        out += fmt::format("\n{:16}", way);
        for (const std::string& fate : fates) {
            const auto count = found->second.find(fate);
            out += fmt::format("{:>12}", count == found->second.end() ? 0 : count->second);
        }
    }
    std::printf("%s\n", out.c_str());
}

// The rest is told by --at.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// How mail crossed, for each value of a name. Of many values only those that failed.
void tell_values(const script::Axis& axis, const std::vector<many::SweepTotals::OfValue>& values,
                 const std::vector<std::string>& seen_ways) {
    constexpr std::size_t many = 40;
    std::size_t width = axis.name.size();
    for (const std::string& key : axis.keys) width = std::max(width, key.size() + 2);
    width = std::min<std::size_t>(width, 40);
    std::string out = fmt::format("\n{:{}}{:>9}", axis.name, width, "cells");
    for (const std::string& way : seen_ways) out += fmt::format("{:>15}", way);
    out += fmt::format("{:>9}\n", "failed");
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const many::SweepTotals::OfValue& value = values[i];
        if (value.cells == 0) continue;
        left_out += values.size() > many && value.failed == 0 ? 1 : 0;
        if (values.size() > many && value.failed == 0) continue;
        out += fmt::format("  {:{}}{:>9}", axis.keys[i], width - 2, value.cells);
        for (const std::string& way : seen_ways) {
            const auto count = value.crossed.find(way);
            out += fmt::format("{:>15}", count == value.crossed.end() ? 0 : count->second);
        }
        out += fmt::format("{:>9}\n", value.failed);
    }
    if (left_out > 0) out += fmt::format("  {} more values, of which no cell failed\n", left_out);
    std::fputs(out.c_str(), stdout);
}

std::string repeat_command(const SweepOptions& o, std::uint64_t number) {
    std::string out = "mailtls sweep " + report::path_quoted(o.file);
    if (!o.only.empty()) out += " --only " + report::shell_quoted(o.only);
    return out + fmt::format(" --seed {}{} --at {}", o.seed, o.given.as_options(), number + 1);
}

// ---- what is done

// The sweep that is meant, or an exit code.
std::optional<int> find_sweep(const SweepOptions& o, many::SweepPlan& plan) {
    const script::SweepListing listing = script::list_sweeps(o.file, o.seed, plan.terms);
    if (listing.mistake) {
        complain(listing.mistake->text());
        return does_not_load;
    }
    std::vector<std::string> titles;
    std::size_t which = listing.sweeps.size();
    for (std::size_t i = 0; i < listing.sweeps.size(); ++i) {
        titles.push_back(listing.sweeps[i].title);
        if (titles.back() == o.only || (o.only.empty() && listing.sweeps.size() == 1)) which = i;
    }
    if (which == listing.sweeps.size()) {
        std::string said = o.file + ": there is no sweep in this file";
        const std::string near = nearest(o.only, titles, 3);
        if (!titles.empty() && o.only.empty())
            said = fmt::format("{}: there are {} sweeps; pick one by --only '{}'", o.file,
                               titles.size(), titles.front());
        else if (!titles.empty())
            said = fmt::format("{}: there is no sweep '{}'; did you mean '{}'?", o.file, o.only,
                               near.empty() ? titles.front() : near);
        complain(said);
        return nothing_selected;
    }
    plan.which = which;
    plan.source = files::read_file(o.file);
    plan.entry = listing.sweeps[which];
    std::vector<std::size_t> sizes;
    for (const script::Axis& axis : plan.entry.over) sizes.push_back(axis.keys.size());
    if (many::CellOrder::product(sizes)) return std::nullopt;
    complain(fmt::format("{}:{}: sweep '{}' has more than {} cells", plan.entry.file,
                         plan.entry.line, plan.entry.title, many::CellOrder::most));
    return does_not_load;
}

int play_one(const SweepOptions& o, const many::SweepPlan& plan) {
    const many::CellOrder order = plan.order();
    if (*o.at > order.size()) {
        complain(fmt::format("--at {}: there is no such cell; there are {}", *o.at, order.size()));
        return nothing_selected;
    }
    tls::KeyCache keys;
    script::Script script = many::script_of(plan, keys);
    std::printf("%s\n\n", many::named(plan.entry, order.at(*o.at - 1)).c_str());
    const auto show = [](const script::Performance& performance) {
        std::fputs(performance.stage->printed().c_str(), stdout);
        const trace::Trace& trace = performance.stage->world().trace();
        std::fputs(visualize::conversation(trace).c_str(), stdout);
    };
    const many::CellOutcome cell = many::play_cell(plan, order, *o.at - 1, script, show);
    std::fflush(stdout);
    if (cell.failure) complain(cell.failure->text());
    if (!cell.bug.empty()) return unless_bugs({cell.bug}, all_passed);
    return cell.status == play::Status::passed   ? all_passed
           : cell.status == play::Status::failed ? unmet
                                                 : broke;
}

// What is there already is counted. An exit code when it cannot be gone on with.
std::optional<int> take_up(const SweepOptions& o, const many::SweepPlan& plan,
                           const many::CellOrder& order, many::SweepTotals& totals,
                           many::Resumed& there) {
    std::error_code error;
    if (o.out.empty() || !fs::exists(o.out, error)) return std::nullopt;
    if (fs::is_directory(o.out, error)) {
        complain(o.out + ": expected a file to write, got a directory");
        return environment;
    }
    if (!files::is_plain(o.out)) {
        complain(o.out + ": expected a file to add to, got a device or a pipe");
        return environment;
    }
    if (!o.resume) {
        complain(o.out + ": is there already; --resume goes on with it, or remove it first");
        return usage;
    }
    there = many::resume(o.out, plan, order, [&](const many::CellOutcome& cell) {
        totals.add(order.at(cell.number), cell);
    });
    if (!there.wrong.empty()) complain(there.wrong);
    if (!there.wrong.empty()) return usage;
    if (there.cells > 0)
        complain(
            fmt::format("{}: {} of {} cells were played before", o.out, there.cells, order.size()));
    return std::nullopt;
}

// What the first cell asks for, all are taken to ask for.
void tell_unasked(const SweepOptions& o, const many::SweepPlan& plan,
                  const many::CellOrder& order) {
    tls::KeyCache keys;
    script::Script script = many::script_of(plan, keys);
    std::set<std::string> asked;
    many::play_cell(plan, order, order.number(0), script,
                    [&](const script::Performance& played) { asked = played.stage->asked(); });
    o.given.tell_unasked(asked);
}

int play_all(const SweepOptions& o, const many::SweepPlan& plan) {
    const many::CellOrder order = plan.order();
    many::SweepTotals totals(plan.entry);
    many::Resumed there;
    if (const auto code = take_up(o, plan, order, totals, there)) return *code;
    Results results;
    if (!o.out.empty()) {
        const std::string wrong = results.open(o.out, there.bytes);
        if (!wrong.empty()) complain(wrong);
        if (!wrong.empty()) return environment;
        if (there.bytes == 0 && !results.add(many::sweep_head(plan, order))) return environment;
    }
    if (!o.given.texts.empty()) tell_unasked(o, plan, order);
    std::printf("%s\n", heading(plan, order).c_str());
    std::fflush(stdout);
    catch_interrupt();
    std::string bug;
    bool wrote = true;
    std::size_t told = 0;
    std::uint64_t played = there.cells;
    std::optional<Progress> progress(std::in_place, order.size(), "cells", o.progress, there.cells);
    many::play_sweep(plan, order, there.cells,
                     [&](const many::CellOutcome& cell, const std::string& line) {
                         bug = cell.bug;
                         wrote = bug.empty() && results.add(line);
                         if (!wrote) return false;
                         ++played;
                         totals.add(order.at(cell.number), cell);
                         if (cell.failure && told < 10) progress->clear();
                         if (cell.failure && ++told <= 10)
                             std::printf("cell %llu (%s): %s\n  repeat: %s\n",
                                         static_cast<unsigned long long>(cell.number + 1),
                                         many::named(plan.entry, order.at(cell.number)).c_str(),
                                         first_line(cell.failure->text()).c_str(),
                                         repeat_command(o, cell.number).c_str());
                         progress->step();
                         return !(o.stop && cell.failure) && !interrupted();
                     });
    progress.reset();
    if (!bug.empty()) return unless_bugs({bug}, all_passed);
    if (!wrote) return environment;
    std::printf("\n");
    tell_outcomes(totals);
    std::vector<std::string> seen_ways = ways;
    std::erase_if(seen_ways, [&](const auto& way) { return !totals.outcomes.contains(way); });
    for (std::size_t i = 0; i < plan.entry.over.size(); ++i)
        tell_values(plan.entry.over[i], totals.values[i], seen_ways);
    tell_cut_off(played, order.size(), "cells", o.out.empty() ? "" : "; --resume goes on");
    std::printf("\n%s\n", suite::closing_line(totals.tally).c_str());
    return interrupted() ? code_of_interrupt() : exit_code(totals.tally);
}

int sweep_command(const SweepOptions& o) {
    if (o.resume && o.out.empty()) {
        complain("--resume: expected --out FILE, with what was played before");
        return usage;
    }
    many::SweepPlan plan;
    plan.sample = o.at ? std::nullopt : o.sample;
    plan.seed = o.seed;
    plan.terms = o.given.terms();
    plan.crew.jobs = o.jobs;
    plan.crew.stop = interrupted;
    plan.crew.limit = o.given.clock_limit();
    if (const auto code = find_sweep(o, plan)) return *code;
    return o.at ? play_one(o, plan) : play_all(o, plan);
}

const Registered sweep_row{
    130, [](Commands& all) {
        Command command = all.add("sweep",
                                  "Plays every cell of a product of options (`sweep` in a scenario "
                                  "file), or a sample.\n\n"
                                  "  mailtls sweep scenarios/sweep/levels.lua --sample 500 -j 2\n"
                                  "  mailtls sweep mine.lua --out cells.jsonl --resume");
        auto o = std::make_shared<SweepOptions>();
        constexpr std::uint64_t most = many::CellOrder::most;
        command.option("file", o->file, "A scenario file with a sweep").required();
        command.option("--only", o->only, "The sweep with this title; for files with several");
        const Option sample =
            command
                .option("--sample", o->sample,
                        "So many cells: first those that show every pair of values, then others by "
                        "chance")
                .check(whole(1, most));
        Option at = command.option("--at", o->at, "This cell alone, told as a conversation");
        at.check(whole(1, most));
        at.excludes(sample);
        at.excludes(command.option(
            "--out", o->out,
            "Add what came of each cell to this file (JSON lines, mailtls.sweep/1)"));
        at.excludes(command.flag("--resume", o->resume, "Go on where --out ended"));
        command.flag("-x,--exit-first", o->stop, "Stop at the first failure");
        add_jobs(command, o->jobs);
        add_seed(command, o->seed, "every world, and of the sample");
        add_definitions(command, o->given);
        command.option("--progress", o->progress, "A line of progress on stderr")
            .check(one_of({"auto", "always", "never"}))
            .shows_default();
        command.runs([o] { return sweep_command(*o); });
    }};

}  // namespace

}  // namespace program
