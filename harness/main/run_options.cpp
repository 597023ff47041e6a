// The command line of `mailtls run`.
#include <fmt/core.h>

#include "harness/main/run.hpp"

namespace program {
namespace {

void add_selection(Command& command, RunOptions& o) {
    command.option("path", o.paths, "Scenario files or folders").shows_default();
    command.option("-k,--filter", o.filter, "Only ids that match this regular expression");
    command.option("-t,--tag", o.tags, "Only scenarios whose tags fit, as 'tls and not slow'");
    command.option("--only", o.only, "Only this id (file.lua::title); may be given more than once")
        .one_at_a_time();
    command.flag("--failed", o.failed, "Only those that failed when they were played last");
    command.flag("--failed-first", o.failed_first, "Those first, then all others");
    command.option("--shard", o.shard,
                   "Only a part, as 1/4; auto: the part that the CI job or the cluster names");
}

void add_execution(Command& command, RunOptions& o) {
    command.flag("-x,--exit-first", o.stop, "Stop at the first failure");
    command.option("--max-fail", o.most_failures, "Stop after so many failures")
        .check(whole(1, 1'000'000));
    add_jobs(command, o.jobs);
    add_seed(command, o.seed, "every world, over the scenarios' own (default 1)");
    add_definitions(command, o.given);
    command.option("--repeat", o.repeat, "Play each so often, every time with the next seed")
        .check(whole(1, 100'000));
    command.flag("--check-determinism", o.check_determinism,
                 "Play each twice and compare the traces");
    command
        .option("--max-events", o.most_turns,
                "A scenario whose world takes more turns than this is stopped")
        .check(whole(1, 1'000'000'000'000));
    command
        .option("--flaw", o.flaws,
                "Every gateway has this flaw (docs/language.md): which scenarios notice? May "
                "be given more than once")
        .one_at_a_time()
        .check(one_of(script::known_flaws()));
    command.flag("-w,--watch", o.watch, "Play again whenever a file changes, until Ctrl-C");
}

void add_output(Command& command, RunOptions& o) {
    command.option("-F,--format", o.format, "What stdout shows")
        .check(one_of({"pretty", "tap", "json", "github", "quiet"}))
        .shows_default();
    command
        .option("--color", o.colour,
                "Colours on stdout; auto: NO_COLOR, FORCE_COLOR, "
                "then whether it is a terminal")
        .check(one_of({"auto", "always", "never"}))
        .shows_default();
    command.flag("--ascii", o.ascii, "Nothing but ASCII on stdout");
    command.option("--progress", o.progress, "A line of progress on stderr")
        .check(one_of({"auto", "always", "never"}))
        .shows_default();
    command.option("--durations", o.durations, "Name so many of the slowest, on stderr")
        .check(whole(1, 1'000'000));
    command.option(
        "--baseline", o.baseline,
        "Compare the verdicts with those kept in this file; a change is told, and exits 6");
    command.flag("--update", o.update, "Take changes over into the baseline");
    for (const report::Format& format : report::formats())
        command.option(fmt::format("--report-{}", format.name).c_str(), o.reports[format.name],
                       std::string(format.help));
    command.option("--diagrams", o.diagrams,
                   "Write a diagram (SVG) of each scenario into this folder");
    command.option("--pcapng", o.captures,
                   "Write a capture (pcapng) of each scenario into this folder");
    command.option("--trace", o.traces,
                   "Write the trace (JSON lines) of each scenario into this folder");
    command.option("--tls-reports", o.tls_reports,
                   "Write the TLS reports (RFC 8460) of each scenario into this folder");
    command.option(
        "--out", o.out,
        "All of them: results.json, junit.xml, junit-plain.xml, results.tap, report.html, "
        "traces/, diagrams/, pcapng/, tls-reports/; with --shard also part.jsonl, for "
        "`mailtls merge`");
}

const Registered run_row{10, [](Commands& all) {
                             Command command = all.add("run",
                                                       "Plays scenarios and judges them.\n\n"
                                                       "  mailtls run scenarios/attacks -j 2\n"
                                                       "  mailtls run -k 'self-signed' --out out");
                             auto o = std::make_shared<RunOptions>();
                             add_selection(command, *o);
                             add_execution(command, *o);
                             add_output(command, *o);
                             command.runs([o] { return run_command(*o); });
                         }};

}  // namespace

}  // namespace program
