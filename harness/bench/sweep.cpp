// Cells of a sweep a second, and what memory a sweep takes: no more for more cells.
#include <fstream>

#include <fmt/core.h>

#include "harness/bench/measure.hpp"
#include "harness/bench/process.hpp"
#include "harness/bench/temporary.hpp"
#include "harness/bench/town.hpp"

namespace bench {
namespace {

constexpr const char* sweep_file = R"(
local function numbers(n)
  local out = {}
  for i = 1, n do out[i] = tostring(i) end
  return out
end
sweep("bench", {
  over = { a = numbers(10), b = numbers(100), thousand = numbers(tonumber(given "thousands")) },
  play = function()
    local alice = sender "mail.alice.example" {}
    receiver "mx.bob.example" { starttls = "absent" }
    local mail = alice:sends { to = "bob@bob.example" }
    expect(mail).finally "delivered"
  end,
})
)";

// `sample`: of so many cells; 0: all.
Ended play(const std::string& program, const std::string& file, int thousands, int sample) {
    std::vector<std::string> arguments{"sweep",    file,
                                       "--config", "none",
                                       "-j",       "2",
                                       "-D",       fmt::format("thousands={}", thousands),
                                       "--out",    file + ".jsonl"};
    if (sample > 0) arguments.insert(arguments.end(), {"--sample", std::to_string(sample)});
    const Ended ended = run_program(program, arguments);
    ENSURE(ended.code == 0);
    std::filesystem::remove(file + ".jsonl");
    return ended;
}

}  // namespace

std::vector<Measure> measure_sweep(Effort effort, const std::string& program) {
    const Temporary folder;
    const std::string file = folder.file("sweep.lua");
    std::ofstream(file) << sweep_file;
    const int thousands = effort == Effort::quick ? 5 : 100;
    const int cells = thousands * 1000;
    // First, while this process is small: what it starts counts its memory as its own, too.
    const Ended small = play(program, file, thousands, 1000);
    Ended large;
    const double took = seconds_of([&] { large = play(program, file, thousands, 0); });
    Town town(Tls::absent, tls::Curves::fast);
    constexpr int exchanges = 1000;
    const Pair pair = by_turns(
        effort == Effort::quick ? 1 : 5, [&] { play(program, file, thousands, 1000); },
        [&] {
            for (int i = 0; i < exchanges; ++i) {
                town.send_mail();
                town.deliver();
            }
        });
    const double cell = pair.ours / 1000, exchange = pair.theirs / exchanges;
    return {{"sweep", 1 / cell, "1/s",
             Measure::Reference{"one exchange in clear text in a world that stands already",
                                1 / exchange},
             cell / exchange,
             "cells of a sample of 1,000: a Lua and a world of its own each; two processes"},
            {fmt::format("sweep_of_{}", cells), cells / took, "1/s",
             Measure::Reference{"a sample of 1,000 of the same", 1 / cell}, took / cells / cell,
             "cells of the whole product"},
            {fmt::format("sweep_peak_of_{}", cells), large.peak_bytes, "bytes",
             Measure::Reference{"a sample of 1,000 of the same", small.peak_bytes},
             large.peak_bytes / small.peak_bytes, "peak memory of its largest process"}};
}

}  // namespace bench
