#include "harness/bench/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace bench {

Ended run_program(const std::string& program, std::vector<std::string> arguments) {
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
    rusage used{};
    if (wrong != 0 || wait4(child, &status, 0, &used) != child) return {};
    // ru_maxrss is in KiB, and knows the children that were waited for.
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            static_cast<double>(used.ru_maxrss) * 1024};
}

}  // namespace bench
