#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/main/command.hpp"
#include "harness/report/console.hpp"
#include "harness/report/html.hpp"

namespace program {
namespace {

struct Options {
    std::vector<std::string> paths{"scenarios"};
    std::string filter, tags, format = "pretty", report_json, report_html, diagrams, captures,
                              traces, tls_reports, out;
    std::vector<std::string> only, flaws;
    std::optional<std::uint64_t> seed;
    int jobs = 1;
    bool stop = false, check_determinism = false;
};

// A progress line on stderr, on a terminal only.
class Progress {
  public:
    explicit Progress(std::size_t total)
        : total_(total), on_(isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1) {}
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

std::string prepare(Options& o, run::Plan& plan) {
    if (!o.out.empty()) {
        if (o.report_json.empty()) o.report_json = o.out + "/results.json";
        if (o.report_html.empty()) o.report_html = o.out + "/report.html";
        if (o.traces.empty()) o.traces = o.out + "/traces";
        if (o.diagrams.empty()) o.diagrams = o.out + "/diagrams";
        if (o.captures.empty()) o.captures = o.out + "/pcapng";
        if (o.tls_reports.empty()) o.tls_reports = o.out + "/tls-reports";
    }
    for (const std::string& folder : {o.out, o.traces, o.diagrams, o.captures, o.tls_reports}) {
        if (folder.empty()) continue;
        std::string wrong = prepare_folder(folder);
        if (!wrong.empty()) return wrong;
    }
    const std::filesystem::path parent = std::filesystem::path(o.report_json).parent_path();
    if (!parent.empty()) {
        std::string wrong = prepare_folder(parent.string());
        if (!wrong.empty()) return wrong;
    }
    if (!o.report_json.empty() && std::filesystem::is_directory(o.report_json))
        return o.report_json + ": expected a file to write, got a directory";
    plan.artifacts.traces = o.traces;
    plan.artifacts.diagrams = o.diagrams;
    plan.artifacts.captures = o.captures;
    plan.artifacts.tls_reports = o.tls_reports;
    plan.artifacts.draw = [](const trace::Trace& trace, const std::string& title) {
        return draw(trace, title, Picture());
    };
    if (!o.report_html.empty()) plan.artifacts.page = report::html_part;
    return {};
}

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

std::vector<run::Outcome> play(const run::Plan& plan, bool pretty, report::HtmlReport* html) {
    const report::Look look = report::look_of(STDOUT_FILENO);
    Progress progress(plan.scenarios.size());
    std::string file;
    return run::play_all(plan, [&](run::Outcome& outcome) {
        if (html != nullptr) html->add(outcome);
        if (pretty) {
            if (outcome.entry.file != file)
                std::printf("%s%s\n", file.empty() ? "" : "\n", outcome.entry.file.c_str());
            file = outcome.entry.file;
            std::fputs(report::scenario_lines(outcome, look).c_str(), stdout);
            std::fflush(stdout);
        }
        for (const std::string& bug : outcome.bugs) complain(bug);
        progress.step();
    });
}

int run_command(Options o) {
    run::Selection selection;
    selection.tags = o.tags;
    selection.only = o.only;
    if (!o.filter.empty()) {
        try {
            selection.filter = std::regex(o.filter, std::regex::ECMAScript);
        } catch (const std::regex_error&) {
            complain(fmt::format("-k '{}': expected a regular expression (ECMAScript)", o.filter));
            return usage;
        }
    }
    const run::Found found = run::discover(o.paths, o.seed.value_or(run::default_seed));
    for (const script::Mistake& m : found.mistakes) complain(m.text());
    std::string wrong;
    run::Plan plan;
    plan.scenarios = run::choose(found, selection, wrong);
    if (!wrong.empty()) {
        complain(wrong);
        return usage;
    }
    if (plan.scenarios.empty()) {
        if (found.mistakes.empty())
            complain(
                "nothing is selected: no scenario matches; `mailtls list` prints what there is, "
                "and `mailtls matrix FILE` plays a matrix");
        return found.mistakes.empty() ? nothing_selected : does_not_load;
    }
    plan.seed = o.seed;
    plan.flaws = o.flaws;
    plan.check_determinism = o.check_determinism;
    plan.stop_at_first_failure = o.stop;
    plan.jobs = o.jobs;
    wrong = prepare(o, plan);
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    report::HtmlReport html(o.report_html);
    const bool with_html = !o.report_html.empty();
    wrong = with_html ? html.open() : std::string();
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    const bool json = o.format == "json";
    const std::vector<run::Outcome> outcomes =
        play(plan, o.format == "pretty", with_html ? &html : nullptr);
    const std::string results = report::results_json(outcomes, o.seed.value_or(run::default_seed));
    int code = exit_code(outcomes, !found.mistakes.empty());
    for (const std::string& trouble :
         {o.report_json.empty() ? std::string() : run::write_file(o.report_json, results),
          with_html ? html.finish() : std::string()}) {
        if (trouble.empty()) continue;
        complain(trouble);
        code = environment;
    }
    if (json) std::fputs(results.c_str(), stdout);
    std::fprintf(json ? stderr : stdout, "%s%s\n", json ? "" : "\n",
                 report::closing_line(outcomes).c_str());
    return code;
}

}  // namespace

void add_run(CLI::App& app, Choice& choice) {
    CLI::App* const command = app.add_subcommand("run",
                                                 "Plays scenarios and judges them.\n\n"
                                                 "  mailtls run scenarios/attacks -j 2\n"
                                                 "  mailtls run -k 'self-signed' --out out");
    auto o = std::make_shared<Options>();
    command->add_option("path", o->paths, "Scenario files or folders")->capture_default_str();
    command->add_option("-k,--filter", o->filter, "Only ids that match this regular expression");
    command->add_option("-t,--tag", o->tags,
                        "Only scenarios whose tags fit, as 'tls and not slow'");
    command
        ->add_option("--only", o->only,
                     "Only this id (file.lua::title); may be given more than once")
        ->allow_extra_args(false);
    command->add_flag("-x", o->stop, "Stop at the first failure");
    command->add_option("-j", o->jobs, "Worker processes")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command
        ->add_option("--seed", o->seed,
                     "The seed of every world, over the scenarios' own (default 1)")
        ->check(seed_numbers());
    command->add_flag("--check-determinism", o->check_determinism,
                      "Play each twice and compare the traces");
    command
        ->add_option(
            "--flaw", o->flaws,
            "Every gateway has this flaw (docs/language.md): which scenarios notice? May be "
            "given more than once")
        ->allow_extra_args(false)
        ->check(CLI::IsMember(script::known_flaws()));
    command->add_option("-F,--format", o->format, "What stdout shows")
        ->check(CLI::IsMember({"pretty", "json", "quiet"}))
        ->capture_default_str();
    command->add_option("--report-json", o->report_json,
                        "Write results (schema mailtls.results/1) to this file");
    command->add_option("--report-html", o->report_html,
                        "Write the report: one file with a page for each scenario, to be opened "
                        "from disk");
    command->add_option("--diagrams", o->diagrams,
                        "Write a diagram (SVG) of each scenario into this folder");
    command->add_option("--pcapng", o->captures,
                        "Write a capture (pcapng) of each scenario into this folder");
    command->add_option("--trace", o->traces,
                        "Write the trace (JSON lines) of each scenario into this folder");
    command->add_option("--tls-reports", o->tls_reports,
                        "Write the TLS reports (RFC 8460) of each scenario into this folder");
    command->add_option("--out", o->out,
                        "All of them: results.json, report.html, traces/, diagrams/, pcapng/, "
                        "tls-reports/");
    command->callback([o, &choice] { choice.action = [o] { return run_command(*o); }; });
}

}  // namespace program
