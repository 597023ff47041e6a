#include "harness/main/run.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "harness/report/github.hpp"
#include "harness/report/html.hpp"
#include "harness/report/tap.hpp"
#include "harness/run/last_run.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

// Ctrl-C: what has come so far is still told and written.
volatile sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

// A progress line on stderr: on a terminal only, unless it is asked for.
class Progress {
  public:
    Progress(std::size_t total, const std::string& wish)
        : total_(total),
          on_(wish == "always" ||
              (wish == "auto" && isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1)) {}
    void step() {
        ++done_;
        if (on_)
            std::fprintf(stderr, "\r%zu of %zu scenarios%s", done_, total_,
                         done_ == total_ ? "\n" : "");
    }

  private:
    std::size_t total_, done_ = 0;
    bool on_;
};

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

// Tells of each scenario as it ends.
class Teller {
  public:
    Teller(const RunOptions& o, std::size_t total)
        : options_(o),
          look_(report::look_of(STDOUT_FILENO, colour_of(o.colour))),
          progress_(total, o.progress) {
        if (o.format == "tap") say(report::tap_head(total));
    }
    void tell(const run::Outcome& outcome) {
        ++number_;
        if (options_.format == "pretty" || options_.format == "github") {
            if (outcome.entry.file != file_)
                say((file_.empty() ? "" : "\n") + outcome.entry.file + "\n");
            file_ = outcome.entry.file;
            say(report::scenario_lines(outcome, look_));
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

int exit_code(const std::vector<run::Outcome>& outcomes, bool some_files_do_not_load) {
    const auto any = [&](auto test) { return std::any_of(outcomes.begin(), outcomes.end(), test); };
    if (any([](const run::Outcome& o) { return !o.bugs.empty(); })) return our_bug;
    if (any([](const run::Outcome& o) { return !o.wrote_files; })) return environment;
    if (some_files_do_not_load) return does_not_load;
    if (any([](const run::Outcome& o) { return o.status == run::Status::broken; })) return broke;
    if (any([](const run::Outcome& o) { return !o.deterministic; })) return differs;
    if (any([](const run::Outcome& o) { return o.status == run::Status::failed; })) return unmet;
    return all_passed;
}

// ---- which

std::optional<run::Selection> selection_of(const RunOptions& o) {
    run::Selection selection;
    selection.tags = o.tags;
    selection.only = o.only;
    if (o.filter.empty()) return selection;
    try {
        selection.filter = std::regex(o.filter, std::regex::ECMAScript);
    } catch (const std::regex_error&) {
        complain(fmt::format("-k '{}': expected a regular expression (ECMAScript)", o.filter));
        return std::nullopt;
    }
    return selection;
}

void take_failed(const RunOptions& o, std::vector<script::ScenarioEntry>& scenarios) {
    const std::set<std::string> failed = run::read_failed();
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
            scenarios.back().seed = o.seed.value_or(entry.seed.value_or(run::default_seed)) + i;
        }
}

// The plan's scenarios, or an exit code when there are none to play.
std::optional<int> choose(const RunOptions& o, const run::Found& found, run::Plan& plan,
                          nlohmann::ordered_json& part) {
    const std::optional<run::Selection> selection = selection_of(o);
    if (!selection) return usage;
    std::string wrong;
    plan.scenarios = run::choose(found, *selection, wrong);
    const std::optional<run::Shard> shard = wrong.empty() ? shard_of(o, wrong) : std::nullopt;
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
        part = run::shard_json(*shard, ids);
        std::erase_if(plan.scenarios, [&](const auto& s) { return !run::plays(*shard, s.id()); });
    }
    if (shard && (o.failed || o.failed_first || o.repeat > 1)) {
        complain("this is no whole part: `mailtls merge` will not take its results");
        part = nullptr;
    }
    if (o.failed || o.failed_first) take_failed(o, plan.scenarios);
    if (o.repeat > 1) repeat(o, plan.scenarios);
    if (!plan.scenarios.empty() || (shard && !nothing)) return std::nullopt;
    if (!nothing)
        complain("--failed: nothing failed when it was played last");
    else if (found.mistakes.empty())
        complain(
            "nothing is selected: no scenario matches; `mailtls list` prints what there is, and "
            "`mailtls matrix FILE` plays a matrix");
    return found.mistakes.empty() ? nothing_selected : does_not_load;
}

// ---- playing

std::vector<run::Outcome> play(const RunOptions& o, const run::Plan& plan,
                               report::HtmlReport* html) {
    Teller teller(o, plan.scenarios.size());
    const std::size_t limit = o.stop ? 1 : o.most_failures;
    std::size_t failures = 0;
    return run::play_all(plan, [&](run::Outcome& outcome) {
        if (html != nullptr) html->add(outcome);
        teller.tell(outcome);
        failures += report::is_bad(outcome) ? 1 : 0;
        return (limit == 0 || failures < limit) && interrupted == 0;
    });
}

void tell_durations(const RunOptions& o, std::vector<run::Outcome> outcomes) {
    std::stable_sort(outcomes.begin(), outcomes.end(),
                     [](const auto& a, const auto& b) { return a.took_ns > b.took_ns; });
    if (outcomes.size() > o.durations) outcomes.resize(o.durations);
    if (!outcomes.empty()) std::fprintf(stderr, "the slowest:\n");
    for (const run::Outcome& outcome : outcomes)
        std::fprintf(stderr, "%8.1f ms  %s\n", static_cast<double>(outcome.took_ns) / 1e6,
                     outcome.entry.id().c_str());
}

int play_and_report(const RunOptions& o, const run::Plan& plan, const nlohmann::ordered_json& part,
                    bool some_files_do_not_load) {
    report::HtmlReport html(o.html);
    std::string wrong = o.html.empty() ? std::string() : html.open();
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    const std::vector<run::Outcome> outcomes = play(o, plan, o.html.empty() ? nullptr : &html);
    int code = exit_code(outcomes, some_files_do_not_load);
    const bool partial = outcomes.size() < plan.scenarios.size();
    if (partial && !part.is_null())
        complain("the part is not whole: `mailtls merge` will not take its results");
    const std::string results =
        report::results_json(outcomes, o.seed_or_default(), partial ? nullptr : part);
    if (!write_reports(o, outcomes, results)) code = environment;
    wrong = o.html.empty() ? std::string() : html.finish();
    if (!wrong.empty()) complain(wrong);
    if (!wrong.empty()) code = environment;
    // A cache that cannot be written is told, and changes no verdict.
    const std::string unnoted =
        o.flaws.empty() ? run::note_failed(outcomes, report::is_bad) : std::string();
    if (!unnoted.empty()) complain(unnoted);
    if (o.durations > 0) tell_durations(o, outcomes);
    if (interrupted != 0)
        complain(fmt::format("interrupted: {} of {} scenarios were played", outcomes.size(),
                             plan.scenarios.size()));
    if (o.format == "json") std::fputs(results.c_str(), stdout);
    const bool apart = o.format == "json" || o.format == "tap";
    std::fprintf(apart ? stderr : stdout, "%s%s\n", apart ? "" : "\n",
                 report::closing_line(outcomes).c_str());
    return interrupted != 0 ? stopped : code;
}

int run_once(RunOptions o) {
    const run::Found found = run::discover(o.paths, o.seed_or_default());
    for (const script::Mistake& m : found.mistakes) complain(m.text());
    run::Plan plan;
    nlohmann::ordered_json part;
    if (const std::optional<int> code = choose(o, found, plan, part)) return *code;
    if (o.repeat == 1) plan.seed = o.seed;
    plan.flaws = o.flaws;
    plan.check_determinism = o.check_determinism;
    plan.jobs = o.jobs;
    plan.budget.turns = o.most_turns;
    const std::string wrong = prepare_files(o, plan);
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    return play_and_report(o, plan, part, !found.mistakes.empty());
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
    while (interrupted == 0) {
        const auto before = lua_files(o.paths);
        if (isatty(STDOUT_FILENO) == 1) std::fputs("\x1b[2J\x1b[H", stdout);
        run_once(o);
        std::fprintf(stderr, "watching %zu files; Ctrl-C ends\n", before.size());
        while (interrupted == 0 && lua_files(o.paths) == before)
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return stopped;
}

int run_command(const RunOptions& o) {
    struct sigaction action {};
    action.sa_handler = interrupt;
    // A second Ctrl-C ends at once.
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    return o.watch ? watch(o) : run_once(o);
}

// ---- the command line

void add_selection(CLI::App* command, RunOptions& o) {
    command->add_option("path", o.paths, "Scenario files or folders")->capture_default_str();
    command->add_option("-k,--filter", o.filter, "Only ids that match this regular expression");
    command->add_option("-t,--tag", o.tags, "Only scenarios whose tags fit, as 'tls and not slow'");
    command
        ->add_option("--only", o.only,
                     "Only this id (file.lua::title); may be given more than once")
        ->allow_extra_args(false);
    command->add_flag("--failed", o.failed, "Only those that failed when they were played last");
    command->add_flag("--failed-first", o.failed_first, "Those first, then all others");
    command->add_option("--shard", o.shard,
                        "Only a part, as 1/4; auto: the part that the CI job or the cluster names");
}

void add_execution(CLI::App* command, RunOptions& o) {
    command->add_flag("-x", o.stop, "Stop at the first failure");
    command->add_option("--max-fail", o.most_failures, "Stop after so many failures")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("-j", o.jobs, "Worker processes")
        ->check(CLI::Range(1, 256))
        ->envname("MAILTLS_JOBS")
        ->capture_default_str();
    command
        ->add_option("--seed", o.seed,
                     "The seed of every world, over the scenarios' own (default 1)")
        ->envname("MAILTLS_SEED")
        ->check(seed_numbers());
    command->add_option("--repeat", o.repeat, "Play each so often, every time with the next seed")
        ->check(CLI::Range(1, 100'000));
    command->add_flag("--check-determinism", o.check_determinism,
                      "Play each twice and compare the traces");
    command
        ->add_option("--max-events", o.most_turns,
                     "A scenario whose world takes more turns than this is stopped")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000'000}));
    command
        ->add_option("--flaw", o.flaws,
                     "Every gateway has this flaw (docs/language.md): which scenarios notice? May "
                     "be given more than once")
        ->allow_extra_args(false)
        ->check(CLI::IsMember(script::known_flaws()));
    command->add_flag("-w,--watch", o.watch, "Play again whenever a file changes, until Ctrl-C");
}

void add_output(CLI::App* command, RunOptions& o) {
    command->add_option("-F,--format", o.format, "What stdout shows")
        ->check(CLI::IsMember({"pretty", "tap", "json", "github", "quiet"}))
        ->envname("MAILTLS_FORMAT")
        ->capture_default_str();
    command
        ->add_option("--color", o.colour,
                     "Colours on stdout; auto: NO_COLOR, FORCE_COLOR, "
                     "then whether it is a terminal")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->envname("MAILTLS_COLOR")
        ->capture_default_str();
    command->add_flag("--ascii", o.ascii, "Nothing but ASCII on stdout");
    command->add_option("--progress", o.progress, "A line of progress on stderr")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    command->add_option("--durations", o.durations, "Name so many of the slowest, on stderr")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--report-html", o.html,
                        "Write the report: one file with a page for each scenario, to be opened "
                        "from disk");
    command->add_option("--report-junit", o.junit, "Write results as JUnit's XML to this file");
    command->add_option("--report-tap", o.tap, "Write results as TAP 14 to this file");
    command->add_option("--report-json", o.json,
                        "Write results (schema mailtls.results/1) to this file");
    command->add_option("--diagrams", o.diagrams,
                        "Write a diagram (SVG) of each scenario into this folder");
    command->add_option("--pcapng", o.captures,
                        "Write a capture (pcapng) of each scenario into this folder");
    command->add_option("--trace", o.traces,
                        "Write the trace (JSON lines) of each scenario into this folder");
    command->add_option("--tls-reports", o.tls_reports,
                        "Write the TLS reports (RFC 8460) of each scenario into this folder");
    command->add_option("--out", o.out,
                        "All of them: results.json, junit.xml, results.tap, report.html, traces/, "
                        "diagrams/, pcapng/, tls-reports/");
}

}  // namespace

void add_run(CLI::App& app, Choice& choice) {
    CLI::App* const command = app.add_subcommand("run",
                                                 "Plays scenarios and judges them.\n\n"
                                                 "  mailtls run scenarios/attacks -j 2\n"
                                                 "  mailtls run -k 'self-signed' --out out");
    auto o = std::make_shared<RunOptions>();
    add_selection(command, *o);
    add_execution(command, *o);
    add_output(command, *o);
    command->callback([o, &choice] { choice.action = [o] { return run_command(*o); }; });
}

}  // namespace program
