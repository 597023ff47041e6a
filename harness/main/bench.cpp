#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

#include "harness/bench/measure.hpp"
#include "harness/main/command.hpp"

namespace program {
namespace {

struct BenchOptions {
    bool json = false, quick = false;
    std::vector<std::string> only;
};

struct Benchmark {
    const char* name;
    std::vector<bench::Measure> (*measure)(bench::Effort);
};

std::vector<bench::Measure> startup(bench::Effort effort) {
    return bench::measure_startup(effort, std::filesystem::read_symlink("/proc/self/exe"));
}

std::vector<bench::Measure> sweep(bench::Effort effort) {
    return bench::measure_sweep(effort, std::filesystem::read_symlink("/proc/self/exe"));
}

// Those that start processes come first, while this one is small.
constexpr Benchmark benchmarks[] = {
    {"sweep", sweep},
    {"suite", bench::measure_suite},
    {"scenario", bench::measure_scenario},
    {"exchange", bench::measure_exchange},
    {"clear", bench::measure_clear},
    {"roundtrips", bench::measure_roundtrips},
    {"startup", startup},
    {"matrix", bench::measure_matrix},
    {"virtual_days", bench::measure_virtual_days},
    {"memory", bench::measure_memory},
};

std::string readable(double value, const std::string& unit) {
    return value < 10    ? fmt::format("{:.3f} {}", value, unit)
           : value < 100 ? fmt::format("{:.1f} {}", value, unit)
                         : fmt::format("{:.0f} {}", value, unit);
}

std::string line(const bench::Measure& m) {
    std::string out = fmt::format("{:<26} {:>16}", m.name, readable(m.value, m.unit));
    if (m.reference)
        out += fmt::format("   {:.3f} times the reference's {} ({})", *m.ratio,
                           readable(m.reference->value, m.unit), m.reference->what);
    return out + fmt::format("\n{:<26} {}\n", "", m.what);
}

int bench_command(const BenchOptions& o) {
    std::vector<bench::Measure> measures;
    const bench::Effort effort = o.quick ? bench::Effort::quick : bench::Effort::thorough;
    for (const Benchmark& benchmark : benchmarks) {
        const bool wanted = o.only.empty() ||
                            std::find(o.only.begin(), o.only.end(), benchmark.name) != o.only.end();
        if (!wanted) continue;
        for (const bench::Measure& m : benchmark.measure(effort)) {
            measures.push_back(m);
            if (!o.json) std::fputs(line(m).c_str(), stdout);
            std::fflush(stdout);
        }
    }
    if (!o.json) return all_passed;
    std::fputs(report::figures_json(measures, MAILTLS_VERSION).c_str(), stdout);
    return all_passed;
}

const Registered bench_row{
    100, [](Commands& all) {
        Command command = all.add("bench",
                                  "Measures speed and memory, each figure beside its reference.\n\n"
                                  "  mailtls bench\n"
                                  "  mailtls bench exchange clear --json");
        auto o = std::make_shared<BenchOptions>();
        std::vector<std::string> names;
        for (const Benchmark& benchmark : benchmarks) names.emplace_back(benchmark.name);
        command.option("what", o->only, "Only these (default: all)").check(one_of(names));
        command.flag("--json", o->json, "Print JSON (schema mailtls.bench/1)");
        command.flag("--quick", o->quick, "A first impression in a few seconds");
        command.runs([o] { return bench_command(*o); });
    }};

}  // namespace

}  // namespace program
