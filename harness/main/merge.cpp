#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/files/whole.hpp"
#include "harness/main/command.hpp"
#include "harness/suite/results_json.hpp"

namespace program {
namespace {

struct MergeOptions {
    std::vector<std::string> files;
    std::string target;
};

int merge(const MergeOptions& o) {
    std::vector<std::string> texts;
    for (const std::string& file : o.files) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(file, error)) {
            complain(file +
                     ": expected results of one part (run --shard i/n --report-json FILE), "
                     "and there is no such file");
            return environment;
        }
        texts.push_back(files::read_file(file));
    }
    const suite::Merged whole = suite::merged(texts, o.files);
    if (!whole.wrong.empty()) {
        complain(whole.wrong);
        return usage;
    }
    if (o.target.empty() || o.target == "-") {
        std::fputs(whole.text.c_str(), stdout);
    } else {
        const std::string wrong = files::write_file(o.target, whole.text);
        if (!wrong.empty()) complain(wrong);
        if (!wrong.empty()) return environment;
    }
    std::fprintf(stderr, "%s\n", suite::closing_line(whole.tally).c_str());
    return exit_code(whole.tally);
}

const Registered merge_row{
    120, [](Commands& all) {
        Command command = all.add(
            "merge",
            "Puts the results of all parts of a run together, as one run would have written "
            "them.\n\n"
            "  mailtls run --shard 1/2 --report-json 1.json; mailtls run --shard 2/2 --report-json "
            "2.json\n"
            "  mailtls merge 1.json 2.json -o results.json");
        auto o = std::make_shared<MergeOptions>();
        command.option("results", o->files, "The parts' results (mailtls.results/1)").required();
        command.option("-o", o->target, "File to write; default: stdout");
        command.runs([o] { return merge(*o); });
    }};

}  // namespace

}  // namespace program
