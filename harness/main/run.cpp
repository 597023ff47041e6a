#include "harness/main/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <fmt/core.h>

#include "harness/files/disk.hpp"
#include "harness/files/output.hpp"
#include "harness/main/progress.hpp"
#include "harness/play/outcome_json.hpp"
#include "harness/play/play.hpp"
#include "harness/report/github.hpp"
#include "harness/report/html.hpp"
#include "harness/report/tap.hpp"
#include "harness/suite/last_run.hpp"
#include "harness/suite/results_json.hpp"
#include "harness/suite/suite.hpp"
#include "sim/core/printable.hpp"
#include "sim/core/text.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

// What is not ASCII is shown as near as may be.
std::string in_ascii(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto u = static_cast<unsigned char>(text[i]);
        if (u < 0x80)
            out += text[i];
        else if (text.compare(i, 3, "\u2026") == 0)
            out += "...";
        else if (u >= 0xC0)
            out += '?';
        if (text.compare(i, 3, "\u2026") == 0) i += 2;
    }
    return out;
}

report::Colour colour_of(const std::string& word) {
    return word == "always"  ? report::Colour::always
           : word == "never" ? report::Colour::never
                             : report::Colour::automatic;
}

// Where scenarios are told on the same terminal, a line of progress is in the way.
std::string progress_wish(const RunOptions& o) {
    return o.progress == "auto" && isatty(STDOUT_FILENO) == 1 ? "never" : o.progress;
}

// Tells of each scenario as it ends.
class Teller {
  public:
    Teller(const RunOptions& o, std::size_t total)
        : options_(o),
          look_(report::look_of(STDOUT_FILENO, colour_of(o.colour))),
          progress_(total, "scenarios", progress_wish(o)) {
        if (o.format == "tap") say(report::tap_head(total));
    }
    void tell(const play::Outcome& outcome) {
        ++number_;
        if (options_.format == "pretty" || options_.format == "github") {
            if (outcome.entry.file != file_)
                say((file_.empty() ? "" : "\n") + core::printable(outcome.entry.file) + "\n");
            file_ = outcome.entry.file;
            const std::string lines = report::scenario_lines(outcome, look_);
            say(options_.format == "github" ? report::without_commands(lines) : lines);
        }
        if (options_.format == "github") say(report::github_annotations(outcome));
        if (options_.format == "tap") say(report::tap_point(outcome, number_));
        for (const std::string& bug : outcome.bugs) complain(bug);
        progress_.step();
    }

  private:
    void say(const std::string& text) {
        std::fputs((options_.ascii ? in_ascii(text) : text).c_str(), stdout);
        std::fflush(stdout);
    }
    const RunOptions& options_;
    report::Look look_;
    Progress progress_;
    std::string file_;
    std::size_t number_ = 0;
};

// ---- which

std::optional<suite::Selection> selection_of(const RunOptions& o) {
    suite::Selection selection;
    selection.tags = o.tags;
    selection.only = o.only;
    if (o.filter.empty()) return selection;
    selection.filter = matches(o.filter);
    return selection.filter ? std::optional(std::move(selection)) : std::nullopt;
}

void take_failed(const RunOptions& o, std::vector<script::ScenarioEntry>& scenarios) {
    const std::set<std::string> failed = suite::read_failed();
    const auto is_failed = [&](const script::ScenarioEntry& s) { return failed.contains(s.id()); };
    if (o.failed) std::erase_if(scenarios, [&](const auto& s) { return !is_failed(s); });
    std::stable_partition(scenarios.begin(), scenarios.end(), is_failed);
}

// Each once more with the next seed.
void repeat(const RunOptions& o, std::vector<script::ScenarioEntry>& scenarios) {
    const std::vector<script::ScenarioEntry> once = std::move(scenarios);
    scenarios.clear();
    for (const script::ScenarioEntry& entry : once)
        for (std::size_t i = 0; i < o.repeat; ++i) {
            scenarios.push_back(entry);
            scenarios.back().seed = play::seed_of(entry, o.seed) + i;
        }
}

// The plan's scenarios, or an exit code when there are none to play.
std::optional<int> choose(const RunOptions& o, const suite::Found& found, suite::Plan& plan,
                          std::optional<suite::Part>& part) {
    const std::optional<suite::Selection> selection = selection_of(o);
    if (!selection) return usage;
    std::string wrong;
    plan.scenarios = suite::choose(found, *selection, wrong);
    const std::optional<suite::Shard> shard = wrong.empty() ? shard_of(o, wrong) : std::nullopt;
    if (!wrong.empty()) {
        complain(wrong);
        return usage;
    }
    if (o.shard == "auto" && !shard)
        complain("--shard auto: nothing in the environment says which part this is; all is played");
    const bool nothing = plan.scenarios.empty();
    if (shard) {
        std::vector<std::string> ids;
        for (const script::ScenarioEntry& s : plan.scenarios) ids.push_back(s.id());
        part = suite::part_of(*shard, ids);
        std::erase_if(plan.scenarios, [&](const auto& s) { return !suite::plays(*shard, s.id()); });
    }
    if (shard && (o.failed || o.failed_first || o.repeat > 1)) {
        complain("this is no whole part: `mailtls merge` will not take its results");
        part.reset();
    }
    if (o.failed || o.failed_first) take_failed(o, plan.scenarios);
    if (o.repeat > 1) repeat(o, plan.scenarios);
    if (!plan.scenarios.empty() || (shard && !nothing)) return std::nullopt;
    if (!nothing)
        complain("--failed: nothing failed when it was played last");
    else if (found.mistakes.empty())
        complain(
            "nothing is selected: no scenario matches; `mailtls list` prints what there is, and "
            "`mailtls matrix FILE` plays a matrix, `mailtls sweep FILE` a sweep");
    return found.nothing_there() || found.mistakes.empty() ? nothing_selected : does_not_load;
}

// ---- playing

// What gets outcomes as they come: files that are written while others play.
struct Takers {
    explicit Takers(const RunOptions& o, bool is_part) {
        if (!o.report("html").empty()) html.emplace(o.report("html"));
        if (is_part && !o.out.empty()) part.emplace(o.out + "/" + below_out::part);
    }
    std::string open() { return html ? html->open() : std::string(); }
    void take(play::Outcome& outcome) {
        if (part) part->add(play::line_of(outcome) + "\n");
        if (html) html->add(outcome);
    }
    // A part that is not whole has no file of its outcomes.
    std::vector<std::string> finish(bool whole) {
        std::vector<std::string> wrong;
        if (html) wrong.push_back(html->finish());
        if (part && whole) wrong.push_back(part->finish());
        std::erase(wrong, "");
        return wrong;
    }
    std::optional<report::HtmlReport> html;
    std::optional<files::Output> part;
};

std::vector<play::Outcome> play(const RunOptions& o, const suite::Plan& plan, Takers& takers) {
    Teller teller(o, plan.scenarios.size());
    const std::size_t limit = o.stop ? 1 : o.most_failures;
    std::size_t failures = 0;
    return suite::play_all(plan, [&](play::Outcome& outcome) {
        takers.take(outcome);
        teller.tell(outcome);
        failures += play::is_bad(outcome) ? 1 : 0;
        return (limit == 0 || failures < limit) && !interrupted();
    });
}

void tell_durations(const RunOptions& o, std::vector<play::Outcome> outcomes) {
    std::stable_sort(outcomes.begin(), outcomes.end(),
                     [](const auto& a, const auto& b) { return a.took_ns > b.took_ns; });
    if (outcomes.size() > o.durations) outcomes.resize(o.durations);
    if (!outcomes.empty()) std::fprintf(stderr, "the slowest:\n");
    for (const play::Outcome& outcome : outcomes)
        std::fprintf(stderr, "%8.1f ms  %s\n", static_cast<double>(outcome.took_ns) / 1e6,
                     outcome.entry.id().c_str());
}

int play_and_report(const RunOptions& o, const suite::Plan& plan,
                    const std::optional<suite::Part>& part, const suite::Found& found,
                    KeptVerdicts& kept) {
    Takers takers(o, part.has_value());
    if (const std::string wrong = takers.open(); !wrong.empty()) {
        complain(wrong);
        return environment;
    }
    const std::vector<play::Outcome> outcomes = play(o, plan, takers);
    const bool told_apart = o.format == "json" || o.format == "tap";
    const bool partial = outcomes.size() < plan.scenarios.size();
    const bool same = kept.judge(
        outcomes, found, partial ? KeptVerdicts::Extent::cut_off : KeptVerdicts::Extent::whole,
        told_apart ? stderr : stdout);
    const suite::Tally tally = suite::tally_of(outcomes);
    int code = exit_code(tally, {!found.mistakes.empty(), !same});
    if (partial && part)
        complain("the part is not whole: `mailtls merge` will not take its results");
    if (!kept.wrote()) code = environment;
    const std::optional<suite::Part> whole = partial ? std::nullopt : part;
    const report::Results results{outcomes, o.seed_or_default(), whole};
    const auto file_of = [&](std::string_view format) { return o.report(format); };
    if (!write_reports(file_of, results)) code = environment;
    if (o.format == "github" && !write_summary(outcomes)) code = environment;
    for (const std::string& wrong : takers.finish(!partial)) {
        complain(wrong);
        code = environment;
    }
    // A cache that cannot be written is told, and changes no verdict.
    const std::string unnoted =
        o.flaws.empty() ? suite::note_failed(outcomes, play::is_bad) : std::string();
    if (!unnoted.empty()) complain(unnoted);
    if (o.durations > 0) tell_durations(o, outcomes);
    std::set<std::string> asked = found.asked;
    for (const play::Outcome& outcome : outcomes)
        asked.insert(outcome.asked.begin(), outcome.asked.end());
    o.given.tell_unasked(asked);
    tell_cut_off(outcomes.size(), plan.scenarios.size(), "scenarios");
    if (o.format == "json")
        std::fputs(suite::results_json(outcomes, results.seed, whole).c_str(), stdout);
    std::fprintf(told_apart ? stderr : stdout, "%s%s\n", told_apart ? "" : "\n",
                 suite::closing_line(tally).c_str());
    return interrupted() ? code_of_interrupt() : code;
}

// What else than the seed makes worlds otherwise.
std::string asked_with(const RunOptions& o) {
    std::string out = o.given.as_options();
    for (const std::string& flaw : o.flaws) out += " --flaw " + report::shell_quoted(flaw);
    if (o.most_turns != RunOptions().most_turns)
        out += fmt::format(" --max-events {}", o.most_turns);
    return out;
}

int run_once(RunOptions o) {
    const script::Terms terms = o.given.terms();
    KeptVerdicts kept(o);
    if (!kept.wrong().empty()) {
        complain(kept.wrong());
        return usage;
    }
    const suite::Found found =
        suite::discover(files::scenarios_below(o.paths), o.seed_or_default(), terms);
    for (const script::Mistake& m : found.mistakes) complain(m.text());
    suite::Plan plan;
    std::optional<suite::Part> part;
    if (const std::optional<int> code = choose(o, found, plan, part)) return *code;
    if (o.repeat == 1) plan.how.seed = o.seed;
    plan.how.flaws = o.flaws;
    plan.how.check_determinism = o.check_determinism;
    plan.asked_with = asked_with(o);
    plan.crew.jobs = o.jobs;
    plan.crew.stop = interrupted;
    plan.crew.limit = o.given.clock_limit();
    plan.how.terms = terms;
    plan.how.terms.budget.turns = o.most_turns;
    const std::string wrong = prepare_files(o, plan);
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    return play_and_report(o, plan, part, found, kept);
}

// ---- again and again

// Every Lua file that matters to the paths, with the time of its last change.
std::map<std::string, fs::file_time_type> lua_files(const std::vector<std::string>& paths) {
    std::map<std::string, fs::file_time_type> out;
    std::error_code error;
    const auto look = [&](const fs::path& file) {
        if (file.extension() != ".lua") return;
        const auto time = fs::last_write_time(file, error);
        if (!error) out[file.string()] = time;
    };
    for (const std::string& path : paths) {
        // What a scenario requires stands below its folder.
        const fs::path root =
            fs::is_directory(path, error) ? fs::path(path) : fs::path(path).parent_path();
        fs::recursive_directory_iterator files(root.empty() ? "." : root, error), end;
        for (; !error && files != end; files.increment(error)) look(files->path());
    }
    return out;
}

int watch(const RunOptions& o) {
    while (!interrupted()) {
        const auto before = lua_files(o.paths);
        if (isatty(STDOUT_FILENO) == 1) std::fputs("\x1b[2J\x1b[H", stdout);
        // Nothing that is saved will change a wrong use.
        if (run_once(o) == usage) return usage;
        std::fflush(stdout);
        std::fprintf(stderr, "watching %s; Ctrl-C ends\n",
                     core::counted(before.size(), "file").c_str());
        while (!interrupted() && lua_files(o.paths) == before)
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return code_of_interrupt();
}

}  // namespace

int run_command(const RunOptions& o) {
    catch_interrupt();
    return o.watch ? watch(o) : run_once(o);
}

}  // namespace program
