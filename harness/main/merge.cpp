#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/main/command.hpp"
#include "harness/run/shard.hpp"

namespace program {
namespace {

struct Options {
    std::vector<std::string> files;
    std::string target;
};

int merge(const Options& o) {
    std::vector<std::string> texts;
    for (const std::string& file : o.files) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(file, error)) {
            complain(file +
                     ": expected results of one part (run --shard i/n --report-json FILE), "
                     "and there is no such file");
            return environment;
        }
        texts.push_back(run::read_file(file));
    }
    std::string wrong;
    const std::string whole = run::merged(texts, o.files, wrong);
    if (!wrong.empty()) {
        complain(wrong);
        return usage;
    }
    const auto totals = nlohmann::json::parse(whole)["totals"];
    const int bad = totals["failed"].get<int>() + totals["broken"].get<int>();
    if (o.target.empty() || o.target == "-") {
        std::fputs(whole.c_str(), stdout);
    } else {
        wrong = run::write_file(o.target, whole);
        if (!wrong.empty()) complain(wrong);
        if (!wrong.empty()) return environment;
    }
    std::fprintf(stderr, "%d passed, %d failed\n", totals["passed"].get<int>(), bad);
    return totals["broken"] != 0 ? broke : bad > 0 ? unmet : all_passed;
}

}  // namespace

void add_merge(Commands& all) {
    Command command = all.add(
        "merge",
        "Puts the results of all parts of a run together, as one run would have written them.\n\n"
        "  mailtls run --shard 1/2 --report-json 1.json; mailtls run --shard 2/2 --report-json "
        "2.json\n"
        "  mailtls merge 1.json 2.json -o results.json");
    auto o = std::make_shared<Options>();
    command.option("results", o->files, "The parts' results (mailtls.results/1)").required();
    command.option("-o", o->target, "File to write; default: stdout");
    command.runs([o] { return merge(*o); });
}

}  // namespace program
