// What one scenario costs by itself, from its file to its verdict: the world, the Lua, the judges.
#include <fstream>

#include <fmt/core.h>

#include "harness/bench/measure.hpp"
#include "harness/bench/temporary.hpp"
#include "harness/bench/town.hpp"
#include "harness/files/disk.hpp"
#include "harness/suite/suite.hpp"

namespace bench {
namespace {

struct Kind {
    const char* name;
    const char* play;
    const char* what;
    Tls tls;  ///< Of the exchange that it is compared with.
};
constexpr Kind kinds[] = {
    {"scenario_empty", "", "a scenario in which nothing happens", Tls::absent},
    {"scenario_clear", R"(
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local mail  = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
)",
     "a scenario with one mail in clear text", Tls::absent},
    {"scenario_tls", R"(
  local alice = sender   "mail.alice.example" {}
  local bob   = receiver "mx.bob.example"     {}
  local mail  = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
)",
     "a scenario with one mail over TLS", Tls::offered},
};

Measure measure(const Kind& kind, Effort effort) {
    const Temporary folder;
    const std::string file = folder.file("one.lua");
    std::ofstream(file) << fmt::format("scenario(\"one\", function(){}end)\n", kind.play);
    const suite::Found found = suite::discover(files::scenarios_below({file}), 1, files::disk());
    ENSURE(found.scenarios.size() == 1);
    Town town(kind.tls, tls::Curves::fast);
    constexpr int times = 100;
    const Pair pair = by_turns(
        effort == Effort::quick ? 3 : 15,
        [&] {
            for (int i = 0; i < times; ++i)
                ENSURE(play::once(found.scenarios.front()).status == play::Status::passed);
        },
        [&] {
            for (int i = 0; i < times; ++i) {
                town.send_mail();
                town.deliver();
            }
        });
    const double milliseconds = 1000.0 / times;
    return {kind.name,
            pair.ours * milliseconds,
            "ms",
            Measure::Reference{"one exchange of its kind in a world that stands already",
                               pair.theirs * milliseconds},
            pair.ours / pair.theirs,
            kind.what};
}

}  // namespace

std::vector<Measure> measure_scenario(Effort effort) {
    std::vector<Measure> out;
    for (const Kind& kind : kinds) out.push_back(measure(kind, effort));
    return out;
}

}  // namespace bench
