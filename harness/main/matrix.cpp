#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/files/whole.hpp"
#include "harness/main/command.hpp"
#include "harness/main/matrix_compare.hpp"
#include "harness/main/progress.hpp"
#include "harness/play/play.hpp"
#include "harness/report/grid.hpp"
#include "harness/report/html.hpp"
#include "harness/suite/difference.hpp"
#include "sim/core/text.hpp"
#include "visualize/graphviz.hpp"

namespace program {
namespace {

struct MatrixOptions {
    std::string file, csv, against, known, snapshot, svg, markdown, html, shard, filter;
    std::vector<std::string> compared, pairs, targets;
    bool update = false, quiet = false;
    std::uint64_t seed = play::default_seed;
    Definitions given;
    int jobs = 1;
};

struct Played {
    std::vector<script::MatrixEntry> entries;
    std::vector<core::CsvTable> tables;
    core::CsvTable joined;
    std::size_t broken = 0;  ///< Cells, or rows of cells.
    std::vector<std::string> bugs;
};

// What the first cell of each asks for, all are taken to ask for.
void tell_unasked(const MatrixOptions& o, const script::MatrixListing& listing) {
    script::Cells cells(o.file, o.seed, o.given.terms());
    for (std::size_t i = 0; i < listing.matrices.size(); ++i) {
        const script::MatrixEntry& entry = listing.matrices[i];
        cells.play(i, std::vector<std::size_t>(entry.rows.size() + entry.columns.size()));
    }
    o.given.tell_unasked(cells.asked());
}

int play_all(const MatrixOptions& o, Played& out) {
    const script::MatrixListing listing = script::list_matrices(o.file, o.seed, o.given.terms());
    if (listing.mistake) {
        complain(listing.mistake->text());
        return does_not_load;
    }
    if (listing.matrices.empty()) {
        complain(o.file + ": there is no matrix in this file; play scenarios by `mailtls run`");
        return nothing_selected;
    }
    if (!o.given.texts.empty()) tell_unasked(o, listing);
    many::MatrixPlan plan;
    if (!o.shard.empty()) {
        const auto shard = suite::parse_shard(o.shard);
        if (!shard)
            complain(fmt::format("--shard: expected a part such as 1/4, got '{}'", o.shard));
        if (!shard) return usage;
        plan.shard = *shard;
    }
    if (!o.filter.empty()) {
        plan.wanted = matches(o.filter);
        if (!plan.wanted) return usage;
    }
    plan.seed = o.seed;
    plan.terms = o.given.terms();
    plan.jobs = o.jobs;
    for (const script::MatrixEntry& entry : listing.matrices) {
        plan.entry = entry;
        plan.number = out.entries.size();
        std::optional<Progress> progress;
        many::Matrix played = many::play_matrix(plan, [&](std::size_t done, std::size_t all) {
            if (!progress) progress.emplace(all, "cells of " + entry.title, "auto");
            progress->reach(done);
        });
        progress.reset();
        for (const script::Mistake& mistake : played.mistakes) complain(mistake.text());
        out.broken += played.mistakes.size();
        std::move(played.bugs.begin(), played.bugs.end(), std::back_inserter(out.bugs));
        if (!out.entries.empty() && played.table.keys != out.joined.keys) {
            complain(
                fmt::format("{}:{}: the matrices of a file must have the same names, so that "
                            "they make one table",
                            entry.file, entry.line));
            return does_not_load;
        }
        out.entries.push_back(entry);
        if (out.entries.size() == 1)
            out.joined = played.table;
        else
            many::join(out.joined, played.table);
        out.tables.push_back(std::move(played.table));
    }
    return all_passed;
}

std::string named(const std::vector<std::string>& key) {
    std::string out;
    for (const std::string& word : key) out += (out.empty() ? "" : " ") + word;
    return out;
}

void print_missing(const std::vector<std::vector<std::string>>& keys, const std::string& where) {
    if (keys.empty()) return;
    std::string out = fmt::format("{} {} not in {}:", core::counted(keys.size(), "row"),
                                  keys.size() == 1 ? "is" : "are", where);
    for (const auto& key : keys) out += fmt::format(" [{}]", named(key));
    std::fprintf(stderr, "mailtls: %s\n", out.c_str());
}

// The list beside the matrix file, unless another is given.
std::string known_file(const MatrixOptions& o) {
    if (!o.known.empty()) return o.known;
    const std::filesystem::path file(o.file);
    std::error_code error;
    for (const std::string& name :
         {file.stem().string() + "_known_differences.csv", std::string("known_differences.csv")}) {
        const std::filesystem::path beside = file.parent_path() / name;
        if (std::filesystem::exists(beside, error)) return beside.string();
    }
    return {};
}

// A table may have fewer columns: that they agree says nothing of the others.
void tell_columns(const MatrixOptions& o, const std::vector<std::string>& all,
                  const std::vector<std::string>& judged) {
    std::vector<std::string> missing;
    for (const std::string& name : all)
        if (std::find(judged.begin(), judged.end(), name) == judged.end()) missing.push_back(name);
    if (!missing.empty())
        complain(
            fmt::format("{} has no {}: compared by {}", o.against, named(missing), named(judged)));
}

int compare(const MatrixOptions& o, const core::CsvTable& here) {
    const many::Loaded there = many::read_table(o.against, here.keys);
    many::Loaded known;
    if (const std::string file = known_file(o); !file.empty())
        known = many::read_table(file, here.keys);
    for (const std::string& wrong : {there.wrong, known.wrong}) {
        if (wrong.empty()) continue;
        complain(wrong);
        return usage;
    }
    const many::Comparison c = many::compare(here, there.table, known.table);
    if (c.judged.empty()) {
        complain(o.against + ": none of its columns is a result of this matrix, which has " +
                 named(here.results));
        return usage;
    }
    tell_columns(o, here.results, c.judged);
    std::size_t unknown = 0;
    for (const many::Difference& d : c.differences) {
        std::string line = named(d.key) + ":";
        for (const auto& column : d.columns)
            line += fmt::format(" {} is '{}', there '{}';", column.name, column.here, column.there);
        line.pop_back();
        if (!d.reason.empty()) line += " (known: " + d.reason + ")";
        if (d.reason.empty()) ++unknown;
        std::printf("%s\n", line.c_str());
    }
    for (const auto& key : c.stale)
        std::printf("%s: listed as a known difference, and is none\n", named(key).c_str());
    print_missing(c.only_here, o.against);
    const bool whole = o.shard.empty() && o.filter.empty();
    if (whole) print_missing(c.only_there, o.file);
    if (c.differences.size() > unknown)
        std::printf("%zu known differences\n", c.differences.size() - unknown);
    std::printf("%zu of %zu cells agree\n", c.agree, c.cells);
    const bool lacking = (c.cells == 0 && !here.rows.empty()) || (whole && !c.only_there.empty());
    return unknown > 0 || !c.stale.empty() || lacking ? differs : all_passed;
}

// A line that changed is shown as it was and as it is.
int check_snapshot(const MatrixOptions& o, const std::string& now) {
    std::error_code error;
    if (std::filesystem::is_directory(o.snapshot, error)) {
        complain(o.snapshot + ": expected a file of text, got a directory");
        return environment;
    }
    if (o.update || !std::filesystem::exists(o.snapshot, error)) {
        const std::string wrong = files::write_file(o.snapshot, now);
        if (!wrong.empty()) complain(wrong);
        return wrong.empty() ? all_passed : environment;
    }
    if (!files::is_plain(o.snapshot)) {
        complain(o.snapshot + ": expected a file of text, got a device or a pipe");
        return environment;
    }
    const std::vector<std::string> difference =
        suite::changed_lines(files::read_file(o.snapshot), now);
    for (const std::string& line : difference) std::printf("%s\n", line.c_str());
    if (difference.empty()) return all_passed;
    complain(o.snapshot + ": the matrix has changed; --update takes the change over");
    return differs;
}

int write_pictures(const MatrixOptions& o, const std::vector<report::Grid>& grids) {
    std::string markdown, wrong;
    for (const report::Grid& grid : grids)
        markdown += (markdown.empty() ? "" : "\n") + report::as_markdown(grid);
    if (!o.markdown.empty()) wrong = files::write_file(o.markdown, markdown);
    if (wrong.empty() && !o.svg.empty())
        wrong = files::write_file(o.svg, visualize::render(report::as_dot(grids.front()), "svg",
                                                           visualize::Layout::found));
    if (wrong.empty() && !o.html.empty()) {
        report::HtmlReport html(o.html);
        wrong = html.open();
        for (const report::Grid& grid : grids) html.add(grid);
        if (wrong.empty()) wrong = html.finish();
    }
    if (!wrong.empty()) complain(wrong);
    return wrong.empty() ? all_passed : environment;
}

// -o FILE: by its ending. Empty: well; else what was expected.
std::string take_target(MatrixOptions& o, const std::string& target) {
    const std::size_t dot = target.rfind('.');
    const std::string ending = dot == std::string::npos ? std::string() : target.substr(dot);
    std::string* const into = ending == ".csv"    ? &o.csv
                              : ending == ".md"   ? &o.markdown
                              : ending == ".svg"  ? &o.svg
                              : ending == ".html" ? &o.html
                                                  : nullptr;
    if (into == nullptr)
        return fmt::format("-o {}: expected a name ending in .csv, .md, .svg or .html", target);
    if (!into->empty()) return fmt::format("-o {}: {} is written already", target, *into);
    *into = target;
    return {};
}

// Tables that are there are compared: nothing is played.
int compare_two(const MatrixOptions& o) {
    const std::pair<const char*, bool> others[] = {
        {"a matrix to play", !o.file.empty()}, {"--csv", !o.csv.empty()},
        {"--against", !o.against.empty()},     {"--known", !o.known.empty()},
        {"--snapshot", !o.snapshot.empty()},   {"--update", o.update},
        {"--report-html", !o.html.empty()},    {"--shard", !o.shard.empty()},
    };
    for (const auto& [name, given] : others) {
        if (!given) continue;
        complain(fmt::format("--compare takes two tables (CSV) and plays nothing: leave out {}",
                             o.file.empty() ? name : o.file));
        return usage;
    }
    TablesCompared wish{o.compared, o.pairs, o.markdown, o.svg, {}, o.quiet};
    if (!o.filter.empty()) {
        wish.wanted = matches(o.filter);
        if (!wish.wanted) return usage;
    }
    return compare_tables(wish);
}

int matrix_command(MatrixOptions o) {
    for (const std::string& target : o.targets) {
        const std::string wrong = take_target(o, target);
        if (wrong.empty()) continue;
        complain(wrong);
        return usage;
    }
    if (!o.compared.empty()) return compare_two(o);
    if (!o.known.empty() && o.against.empty()) {
        complain(
            "--known says which differences from a table are known: name the table by --against");
        return usage;
    }
    if (!o.pairs.empty() || o.file.empty()) {
        complain(o.pairs.empty() ? "matrix: expected FILE, or --compare A.csv B.csv; see `mailtls "
                                   "matrix --help`"
                                 : "--pair: expected --compare A.csv B.csv beside it");
        return usage;
    }
    Played played;
    int code = play_all(o, played);
    if (code != all_passed) return code;
    std::vector<report::Grid> grids;
    std::string text;
    const report::Look plain;
    for (std::size_t i = 0; i < played.entries.size(); ++i) {
        grids.push_back(report::grid_of(played.tables[i], played.entries[i]));
        text += (text.empty() ? "" : "\n") + grids.back().title + "\n" +
                report::as_text(grids.back(), plain);
    }
    const bool on_terminal = isatty(STDOUT_FILENO) == 1;
    const bool asked_otherwise = !o.against.empty() || !o.snapshot.empty() || !o.csv.empty();
    if (!o.quiet && (on_terminal || !asked_otherwise))
        for (const report::Grid& grid : grids)
            std::printf("%s\n%s\n", grid.title.c_str(),
                        report::as_text(grid, report::look_of(STDOUT_FILENO)).c_str());
    if (!o.csv.empty()) {
        const std::string wrong = files::write_file(o.csv, core::to_csv(played.joined));
        if (!wrong.empty()) complain(wrong);
        if (!wrong.empty()) return environment;
    }
    code = write_pictures(o, grids);
    if (code == all_passed && !o.snapshot.empty()) code = check_snapshot(o, text);
    if (code == all_passed && !o.against.empty()) code = compare(o, played.joined);
    return unless_bugs(played.bugs, played.broken > 0 && code != environment ? broke : code);
}

const Registered matrix_row{
    80, [](Commands& all) {
        Command command = all.add(
            "matrix",
            "Plays a matrix: every row against every column, each cell in a world of its own.\n\n"
            "  mailtls matrix scenarios/matrix/postfix.lua -j 2\n"
            "  mailtls matrix mine.lua --csv out.csv --against measured.csv\n"
            "  mailtls matrix --compare exim.csv postfix.csv --pair default=may -o differ.md");
        auto o = std::make_shared<MatrixOptions>();
        command.option("file", o->file, "A scenario file with a matrix");
        command.option("--csv", o->csv, "Write the table to this file");
        command.option("--against", o->against, "Compare with this table (CSV), cell by cell");
        command.option("--known", o->known,
                       "Differences that are known, with a reason each (CSV); default: "
                       "known_differences.csv beside the file");
        const Option snapshot =
            command.option("--snapshot", o->snapshot,
                           "Keep the table as text in this file; a change is shown, and exits 6");
        command.flag("--update", o->update, "Take a change over into the snapshot");
        command.option("--compare", o->compared,
                       "Compare two tables (CSV), say of two MTAs, and play nothing: A.csv B.csv");
        command
            .option("--pair", o->pairs,
                    "With --compare: these columns alone, as default=may; may be repeated")
            .one_at_a_time();
        command
            .option("-o,--output", o->targets,
                    "Write to this file, by its ending: .csv, .md, .svg, .html; may be repeated")
            .one_at_a_time();
        command.option("--svg", o->svg, "Draw the table as a heat map");
        command.option("--report-html", o->html,
                       "Write the table as a heat map on a page, to be opened from disk");
        command.option("--markdown", o->markdown, "Write the table as Markdown");
        command.option("--shard", o->shard, "Only a part of the rows, as 1/4");
        command
            .option("-k,--filter", o->filter,
                    "Only rows whose words match this regular expression (RE2)")
            .excludes(snapshot);
        add_jobs(command, o->jobs);
        add_seed(command, o->seed, "every world");
        add_definitions(command, o->given);
        command.flag("-q,--quiet", o->quiet, "Do not print the table");
        command.runs([o] { return matrix_command(*o); });
    }};

}  // namespace

}  // namespace program
