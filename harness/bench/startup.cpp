// A whole process that plays one clear-text scenario.
#include <fstream>

#include "harness/bench/measure.hpp"
#include "harness/bench/process.hpp"
#include "harness/bench/temporary.hpp"

namespace bench {
namespace {

constexpr const char* startup_file = R"(scenario("startup", function()
  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
end)
)";

}  // namespace

std::vector<Measure> measure_startup(Effort effort, const std::string& program) {
    const Temporary folder;
    const std::string file = folder.file("startup.lua");
    std::ofstream(file) << startup_file;
    const Pair pair = by_turns(
        effort == Effort::quick ? 5 : 15,
        [&] {
            ENSURE(run_program(program, {"run", "--config", "none", file}).code == 0);
        },
        [&] { ENSURE(run_program(program, {"version"}).code == 0); });
    return {{"startup", pair.ours * 1000, "ms",
             Measure::Reference{"`mailtls version`, the same process without a play",
                                pair.theirs * 1000},
             pair.ours / pair.theirs, "one clear-text scenario, whole process"}};
}

}  // namespace bench
