// A whole process that plays one clear-text scenario.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "harness/bench/measure.hpp"
#include "harness/bench/temporary.hpp"

extern char** environ;

namespace bench {
namespace {

constexpr const char* scenario = R"(scenario("startup", function()
  local alice = sender   "mail.alice.example" { tls = "may" }
  local bob   = receiver "mx.bob.example"     { starttls = "absent" }
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
end)
)";

int run(const std::string& program, std::vector<std::string> arguments) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int wrong = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = -1;
    if (wrong != 0 || waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::vector<Measure> measure_startup(Effort effort, const std::string& program) {
    const Temporary folder;
    const std::string file = folder.file("startup.lua");
    std::ofstream(file) << scenario;
    const Pair pair = by_turns(
        effort == Effort::quick ? 5 : 15,
        [&] {
            ENSURE(run(program, {"run", file}) == 0);
        },
        [&] { ENSURE(run(program, {"version"}) == 0); });
    return {{"startup", pair.ours * 1000, "ms",
             Measure::Reference{"`mailtls version`, the same process without a play",
                                pair.theirs * 1000},
             pair.ours / pair.theirs, "one clear-text scenario, whole process"}};
}

}  // namespace bench
