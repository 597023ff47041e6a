#include "harness/suite/watchdog.hpp"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include <fmt/core.h>

#include "sim/core/ensure.hpp"

namespace suite {
namespace {

// What the handler of a signal may touch. Only one thread of a process has a watchdog.
volatile sig_atomic_t held = 0, armed = 0, rung = 0;
sigjmp_buf way_out;
std::int64_t deadline_ns = 0, last_ns = 0;
char last_words[512];
std::size_t last_size = 0;
std::string sentence;
std::function<bool()> is_interrupted;
std::int64_t limit_ns = 0;

std::int64_t cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void look(int) {
    const std::int64_t now = cpu_ns();
    if (rung == 0 && now < deadline_ns && !is_interrupted()) return;
    rung = 1;
    if (armed != 0 && held == 0) {
        armed = 0;
        siglongjmp(way_out, 1);
    }
    if (now < last_ns) return;
    const ssize_t written = write(STDERR_FILENO, last_words, last_size);
    _exit(written < 0 ? 4 : 4);
}

}  // namespace

Watchdog::Watchdog(std::chrono::seconds limit, std::function<bool()> interrupted) {
    is_interrupted = std::move(interrupted);
    limit_ns = std::chrono::nanoseconds(limit).count();
    sentence = fmt::format("it took more than {} s of processor time and was stopped (--timeout)",
                           limit.count());
    struct sigaction action {};
    action.sa_handler = look;
    action.sa_flags = SA_RESTART;
    sigaction(SIGPROF, &action, nullptr);
}

Watchdog::~Watchdog() {
    const itimerval never{};
    setitimer(ITIMER_PROF, &never, nullptr);
    signal(SIGPROF, SIG_IGN);
}

void Watchdog::start(const std::string& name) {
    const itimerval often{{0, 50'000}, {0, 50'000}};
    rung = 0;
    deadline_ns = cpu_ns() + limit_ns;
    last_ns = deadline_ns + limit_ns;
    const std::string words = fmt::format("mailtls: {}: {}, with all of the program\n",
                                          name.substr(0, 300), sentence);
    last_size = std::min(words.size(), sizeof last_words);
    std::memcpy(last_words, words.data(), last_size);
    // A child of the process has no timer of its parent's.
    setitimer(ITIMER_PROF, &often, nullptr);
}

bool Watchdog::run(void (*body)(void*), void* what) {
    if (armed != 0) {  // inside of another one, which C++ of ours stands between
        body(what);
        return true;
    }
    if (sigsetjmp(way_out, 1) != 0) return false;
    armed = 1;
    body(what);
    armed = 0;
    return true;
}

void Watchdog::hold() noexcept { held = held + 1; }
void Watchdog::release() noexcept { held = held - 1; }
const char* Watchdog::expired() const noexcept { return rung != 0 ? sentence.c_str() : nullptr; }

}  // namespace suite
