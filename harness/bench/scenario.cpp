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
    // Two files by turns: each play reads its own.
    for (const char* const name : {"one.lua", "two.lua"})
        std::ofstream(folder.file(name))
            << fmt::format("scenario(\"one\", function(){}end)\n", kind.play);
    const suite::Found found =
        suite::discover(files::scenarios_below({folder.file("")}), 1, files::disk());
    ENSURE(found.scenarios.size() == 2);
    play::How how;
    how.terms = files::disk();
    play::Kept kept;
    Town town(kind.tls, tls::Curves::fast);
    const int times = effort == Effort::quick ? 20 : 100;
    const Pair pair = by_turns(
        effort == Effort::quick ? 3 : 15,
        [&] {
            for (int i = 0; i < times; ++i)
                ENSURE(play::once(found.scenarios[i % 2 == 0 ? 0 : 1], how, kept).status ==
                       play::Status::passed);
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
