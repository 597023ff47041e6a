#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/files/paths.hpp"
#include "harness/files/whole.hpp"
#include "harness/main/run.hpp"
#include "harness/play/outcome_json.hpp"
#include "harness/report/html.hpp"
#include "harness/suite/results_json.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

struct MergeOptions {
    std::vector<std::string> parts;
    std::string target, out;
};

// Why nothing comes of it.
struct Wrong {
    std::string sentence;
    int code = usage;
};

// A part's results: a file of them, or the folder that `run --out` made.
std::string results_of(const std::string& part) {
    return files::is_directory(part) ? part + "/results.json" : part;
}

suite::Merged read_and_merge(const std::vector<std::string>& parts) {
    std::vector<std::string> texts, names;
    for (const std::string& part : parts) {
        const std::string& name = names.emplace_back(results_of(part));
        std::error_code error;
        if (!fs::is_regular_file(name, error))
            throw Wrong{name +
                            ": expected results of one part (run --shard i/n, with --report-json "
                            "FILE or --out FOLDER), and there is no such file",
                        environment};
        texts.push_back(files::read_file(name));
    }
    suite::Merged whole = suite::merged(texts, names);
    if (!whole.wrong.empty()) throw Wrong{whole.wrong};
    return whole;
}

// ---- folders

void ensure_written(const std::string& wrong) {
    if (!wrong.empty()) throw Wrong{wrong, environment};
}

void copy_whole(const fs::path& from, const fs::path& to) {
    std::ifstream in(from, std::ios::binary);
    files::Output out(to.string());
    std::string bytes(1u << 16, '\0');
    while (in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || in.gcount() > 0)
        out.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(in.gcount())));
    if (in.bad() || !in.eof())
        throw Wrong{from.string() + ": it cannot be read to its end", environment};
    ensure_written(out.finish());
}

// Files of each scenario; their names are made of its id, and no two parts have one in common.
void copy_files(const MergeOptions& o, const char* folder) {
    ensure_written(prepare_folder(o.out + "/" + folder));
    std::set<fs::path> known;
    for (const std::string& part : o.parts) {
        std::error_code error;
        std::set<fs::path> there;
        for (const fs::directory_entry& entry : fs::directory_iterator(part + "/" + folder, error))
            if (entry.is_regular_file()) there.insert(entry.path());
        if (error)
            throw Wrong{fmt::format("{}/{}: expected a folder, as run --out makes it: {}", part,
                                    folder, error.message()),
                        environment};
        for (const fs::path& file : there) {
            if (!known.insert(file.filename()).second)
                throw Wrong{file.string() + ": another part has a file of this name, too"};
            copy_whole(file, fs::path(o.out) / folder / file.filename());
        }
    }
}

std::vector<play::Outcome> outcomes_of(const std::string& part) {
    const std::string name = part + "/" + below_out::part;
    std::ifstream in(name, std::ios::binary);
    if (!in || !files::is_plain(name))
        throw Wrong{name +
                        ": expected what run --shard i/n --out FOLDER wrote, and there is no "
                        "such file",
                    environment};
    std::vector<play::Outcome> all;
    for (std::string line; std::getline(in, line);) {
        std::optional<play::Outcome> one = play::outcome_of_line(line);
        if (!one)
            throw Wrong{fmt::format("{}:{}: expected an outcome of mailtls {}", name,
                                    all.size() + 1, MAILTLS_VERSION)};
        all.push_back(std::move(*one));
    }
    return all;
}

void write_folder(const MergeOptions& o, const suite::Merged& whole) {
    std::vector<std::vector<play::Outcome>> by_part;
    for (const std::string& part : o.parts) by_part.push_back(outcomes_of(part));
    std::vector<play::Outcome> outcomes;
    for (const suite::Merged::Place& place : whole.places) {
        std::vector<play::Outcome>& of_part = by_part[place.text];
        if (place.row >= of_part.size()) break;
        outcomes.push_back(std::move(of_part[place.row]));
    }
    const report::Results results{outcomes, whole.seed, {}};
    if (suite::results_json(outcomes, whole.seed) != whole.text)
        throw Wrong{fmt::format("{} and results.json of a part do not say the same: one was edited",
                                below_out::part)};
    ensure_written(prepare_folder(o.out));
    for (const char* const folder : below_out::folders) copy_files(o, folder);
    report::HtmlReport html(o.out + "/report.html");
    ensure_written(html.open());
    for (play::Outcome& outcome : outcomes) html.add(outcome);
    ensure_written(html.finish());
    const auto file_of = [&](std::string_view name) {
        for (const report::Format& format : report::formats())
            if (format.name == name) return fmt::format("{}/{}", o.out, format.file);
        return std::string();
    };
    if (!write_reports(file_of, results)) throw Wrong{{}, environment};
}

// ----

void write(const MergeOptions& o, const suite::Merged& whole) {
    if (!o.out.empty()) {
        for (const std::string& part : o.parts)
            if (!files::is_directory(part))
                throw Wrong{part +
                            ": --out puts folders together, and this is none; -o FILE "
                            "takes files"};
        write_folder(o, whole);
    }
    if (o.out.empty() && (o.target.empty() || o.target == "-"))
        std::fputs(whole.text.c_str(), stdout);
    else if (!o.target.empty())
        ensure_written(files::write_file(o.target, whole.text));
}

int merge(const MergeOptions& o) {
    try {
        const suite::Merged whole = read_and_merge(o.parts);
        write(o, whole);
        std::fprintf(stderr, "%s\n", suite::closing_line(whole.tally).c_str());
        return exit_code(whole.tally);
    } catch (const Wrong& wrong) {
        if (!wrong.sentence.empty()) complain(wrong.sentence);
        return wrong.code;
    }
}

const Registered merge_row{
    120, [](Commands& all) {
        Command command = all.add(
            "merge",
            "Puts the results of all parts of a run together, as one run would have written "
            "them.\n\n"
            "  mailtls run --shard 1/2 --report-json 1.json; mailtls run --shard 2/2 --report-json "
            "2.json\n"
            "  mailtls merge 1.json 2.json -o results.json\n"
            "  mailtls run --shard 1/2 --out 1; mailtls run --shard 2/2 --out 2\n"
            "  mailtls merge 1 2 --out out");
        auto o = std::make_shared<MergeOptions>();
        command
            .option("results", o->parts,
                    "The parts' results (mailtls.results/1), or the folders that --out made")
            .required();
        command.option("-o", o->target, "File of results to write; default: stdout");
        command.option("--out", o->out,
                       "Folder to write, with all that run --out writes; then parts are folders");
        command.runs([o] { return merge(*o); });
    }};

}  // namespace

}  // namespace program
