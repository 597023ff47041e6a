// Scenarios of a suite a second, from files to verdicts: by one process, and by two.
#include <fstream>

#include <fmt/core.h>

#include "harness/bench/measure.hpp"
#include "harness/bench/temporary.hpp"
#include "harness/bench/town.hpp"
#include "harness/files/disk.hpp"
#include "harness/suite/suite.hpp"

namespace bench {
namespace {

// As a file of a suite is: some mails in clear text, most in TLS, some that wait.
constexpr const char* suite_file = R"(
local receivers = {
  { },
  { starttls = "absent" },
  { certificate = self_signed },
  { starttls = "refused 454" },
  { certificate = signed_by "Unknown CA" },
}
for _, level in ipairs { "may", "encrypt", "verify", "secure" } do
  for i, options in ipairs(receivers) do
    scenario(level .. ", receiver " .. i, function()
      local alice = sender "mail.alice.example" { tls = level }
      local bob = receiver "mx.bob.example" (options)
      local eve = eavesdropper "eve" { between = { alice, bob } }
      local mail = alice:sends { to = "bob@bob.example" }
      after "10 minutes"
      if level ~= "may" then expect(eve).never_read(mail) end
    end)
  end
end
)";

std::size_t play(const suite::Found& found, int jobs) {
    suite::Plan plan;
    plan.scenarios = found.scenarios;
    plan.how.terms = files::disk();
    plan.crew.jobs = jobs;
    const auto outcomes = suite::play_all(plan, [](play::Outcome& outcome) {
        ENSURE(outcome.status == play::Status::passed);
        return true;
    });
    return outcomes.size();
}

}  // namespace

std::vector<Measure> measure_suite(Effort effort) {
    const Temporary folder;
    const int files = effort == Effort::quick ? 4 : 60;
    for (int i = 0; i < files; ++i)
        std::ofstream(folder.file(fmt::format("{}.lua", i))) << suite_file;
    const suite::Found found =
        suite::discover(files::scenarios_below({folder.file("")}), 1, files::disk());
    ENSURE(found.mistakes.empty());
    const int rounds = effort == Effort::quick ? 3 : 5;
    const auto count = static_cast<double>(found.scenarios.size());
    const auto by_one = [&] { play(found, 1); };
    // First, while this process is small: each worker begins as a copy of it.
    const Pair both = by_turns(
        rounds, [&] { play(found, 2); }, by_one);
    Town town(Tls::offered, tls::Curves::fast);
    constexpr int exchanges = 40;
    const Pair alone = by_turns(rounds, by_one, [&] {
        for (int i = 0; i < exchanges; ++i) {
            town.send_mail();
            town.deliver();
        }
    });
    const double exchange = alone.theirs / exchanges;
    return {
        {"suite", count / alone.ours, "1/s",
         Measure::Reference{"one whole mail exchange over TLS in a world that stands already",
                            1 / exchange},
         alone.ours / count / exchange,
         "scenarios of 20 in a file, two attempts each, from Lua to the verdict; one process"},
        {"suite_by_two", count / both.ours, "1/s",
         Measure::Reference{"the same by one process", count / both.theirs},
         both.ours / both.theirs,
         fmt::format("the same by two processes: {:.2f} times as fast", both.theirs / both.ours)}};
}

}  // namespace bench
