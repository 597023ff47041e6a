#include <cstdio>

#include <fmt/core.h>

#include "harness/main/command.hpp"
#include "harness/report/coverage.hpp"
#include "harness/script/sources.hpp"

namespace program {
namespace {

struct CoverageOptions {
    std::string root = ".", format = "pretty";
    bool missing = false;
};

std::string joined(const std::vector<std::string>& files) {
    std::string out;
    for (const std::string& file : files) out += (out.empty() ? "" : ", ") + file;
    return out;
}

void print_pretty(const std::vector<report::Covered>& all, bool missing_only) {
    std::string section;
    for (const report::Covered& c : all) {
        if (missing_only && c.exercised()) continue;
        if (c.section != section) std::printf("\n%s\n", c.section.c_str());
        section = c.section;
        std::printf("  %-8s %s\n", c.id.c_str(), c.text.c_str());
        const std::pair<const char*, const std::vector<std::string>*> lists[] = {
            {"scenarios", &c.scenarios}, {"tests", &c.tests}, {"code", &c.code}};
        for (const auto& [name, files] : lists)
            if (!files->empty()) std::printf("           %s: %s\n", name, joined(*files).c_str());
        if (!c.out_of_scope.empty())
            std::printf("           out of scope: %s\n", c.out_of_scope.c_str());
        else if (!c.exercised())
            std::printf("           missing\n");
    }
}

int coverage_command(const CoverageOptions& o) {
    std::string wrong;
    const std::vector<report::Covered> all =
        report::coverage(o.root, script::sources::out_of_scope, wrong);
    if (!wrong.empty()) {
        complain(wrong);
        return usage;
    }
    if (o.format == "json") {
        std::fputs(report::coverage_json(all).c_str(), stdout);
        return all_passed;
    }
    print_pretty(all, o.missing);
    const auto count = std::count_if(all.begin(), all.end(),
                                     [](const report::Covered& c) { return c.exercised(); });
    const auto outside = std::count_if(
        all.begin(), all.end(), [](const report::Covered& c) { return !c.out_of_scope.empty(); });
    std::printf("\n%td of %zu ids are exercised by a scenario or a test, %td are out of scope\n",
                count, all.size(), outside);
    return all_passed;
}

const Registered coverage_row{
    90, [](Commands& all) {
        Command command = all.add("coverage",
                                  "Prints each behaviour of the standards list with the scenarios, "
                                  "tests and code that name "
                                  "its id.\n\n"
                                  "  mailtls coverage\n"
                                  "  mailtls coverage --missing");
        auto o = std::make_shared<CoverageOptions>();
        command.option("root", o->root, "The root of the project").shows_default();
        command.flag("--missing", o->missing, "Only what no scenario and no test exercises");
        command.option("-F,--format", o->format, "What stdout shows")
            .check(one_of({"pretty", "json"}))
            .shows_default();
        command.runs([o] { return coverage_command(*o); });
    }};

}  // namespace

}  // namespace program
