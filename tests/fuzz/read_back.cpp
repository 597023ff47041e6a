// What the program has written, read back from anybody's file: traces, results, outcomes, verdicts
// that were kept. The last byte chooses. What is read is written again, and read as the same.
#include <cstdlib>
#include <sstream>

#include "harness/play/outcome_json.hpp"
#include "harness/suite/baseline.hpp"
#include "harness/suite/results_json.hpp"
#include "harness/suite/trace_file.hpp"
#include "sim/trace/encode.hpp"
#include "tests/fuzz/input.hpp"

// Where ENSURE ends in a program with the harness: a fuzzer must see it (-Wl,--wrap).
extern "C" [[noreturn]] void __wrap__Exit(int) { std::abort(); }

namespace {

void check_trace(std::string_view text) {
    std::istringstream in{std::string(text)};
    const suite::ReadTrace read = suite::read_trace(in, "a");
    ENSURE((read.file == nullptr) != read.wrong.empty());
    if (!read.file) {
        ENSURE(read.wrong.starts_with("a:"));
        return;
    }
    const auto written = [](const suite::TraceFile& file) {
        return trace::json_lines(file.events.trace(), file.title, file.seed);
    };
    const std::string again = written(*read.file);
    std::istringstream back{again};
    const suite::ReadTrace twice = suite::read_trace(back, "a");
    ENSURE(twice.file != nullptr && written(*twice.file) == again);
}

void check_results(std::string_view text) {
    const suite::Merged merged = suite::merged({std::string(text)}, {"a"});
    ENSURE(merged.text.empty() != merged.wrong.empty());
}

void check_baseline(std::string_view text) {
    std::string wrong;
    const suite::Baseline read = suite::parse_baseline(text, "a", wrong);
    if (!wrong.empty()) return;
    const std::string written = suite::baseline_text(read);
    const suite::Baseline again = suite::parse_baseline(written, "a", wrong);
    ENSURE(wrong.empty() && suite::baseline_text(again) == written);
}

void check_outcome(const std::string& line) {
    const std::optional<play::Outcome> read = play::outcome_of_line(line);
    if (!read) return;
    const std::string written = play::line_of(*read);
    const std::optional<play::Outcome> again = play::outcome_of_line(written);
    ENSURE(again && play::line_of(*again) == written);
    suite::results_json({*read}, 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    switch (input.byte() % 4) {
        case 0: check_trace(input.text()); break;
        case 1: check_results(input.text()); break;
        case 2: check_baseline(input.text()); break;
        default: check_outcome(std::string(input.text())); break;
    }
    return 0;
}
