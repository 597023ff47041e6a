#include "harness/suite/watchdog.hpp"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/core.h>

#include "sim/core/ensure.hpp"
#include "sim/core/printable.hpp"

namespace suite {
namespace {

// What the handler of the signal reads.
Watchdog* watching = nullptr;
bool (*is_interrupted)() = nullptr;
sigjmp_buf* volatile way_out = nullptr;  ///< Of the innermost run.
enum Rung : sig_atomic_t { in_time, by_processor, by_clock };
volatile sig_atomic_t rung = in_time;
// Nanoseconds: when there is a limit, and when the program ends where nobody keeps to it.
struct Limit {
    clockid_t clock;
    std::int64_t deadline = 0, last = 0;
    std::int64_t now() const {
        timespec at{};
        clock_gettime(clock, &at);
        return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
    }
    void begin(std::int64_t limit, std::int64_t grace) {
        deadline = now() + limit;
        last = deadline + grace;
    }
};
Limit processor{CLOCK_PROCESS_CPUTIME_ID, 0, 0}, real{CLOCK_MONOTONIC, 0, 0};
char last_words[512];
std::size_t last_size = 0;

// Milliseconds between two looks: while it computes, so that who interrupts waits no longer; and
// while it may be waiting for something.
constexpr int often = 50, seldom = 990;

void set_timer(int which, int milliseconds) {
    const timeval every{0, milliseconds * 1000};
    const itimerval timer{every, every};
    setitimer(which, &timer, nullptr);
}

void stop_timers() {
    set_timer(ITIMER_PROF, 0);
    set_timer(ITIMER_REAL, 0);
}

}  // namespace

void Watchdog::look(int) {
    const int before = errno;
    const std::int64_t spent = processor.now(), passed = real.now();
    if (rung == in_time && passed >= real.deadline) rung = by_clock;
    if (rung == in_time && (spent >= processor.deadline || is_interrupted())) rung = by_processor;
    if (rung != in_time) {
        if (way_out != nullptr && watching->held_ == 0) siglongjmp(*way_out, 1);
        if (spent >= processor.last || passed >= real.last) {
            // Nobody can be told if that cannot be written.
            [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, last_words, last_size);
            _exit(4);
        }
    }
    errno = before;
}

Watchdog::Watchdog(std::chrono::seconds limit, bool (*interrupted)())
    : late_(fmt::format("it took more than {} s of processor time and was stopped (--timeout)",
                        limit.count())),
      too_long_(fmt::format("it took more than {} s of the real clock and was stopped "
                            "(ten times --timeout)",
                            real_for_processor * limit.count())),
      limit_(limit) {
    ENSURE(watching == nullptr);
    watching = this;
    is_interrupted = interrupted;
    struct sigaction action {};
    action.sa_handler = look;
    action.sa_flags = SA_RESTART;
    // While one of them is looked at, the other waits.
    sigaddset(&action.sa_mask, SIGPROF);
    sigaddset(&action.sa_mask, SIGALRM);
    sigaction(SIGPROF, &action, nullptr);
    sigaction(SIGALRM, &action, nullptr);
}

Watchdog::~Watchdog() {
    stop_timers();
    signal(SIGPROF, SIG_IGN);
    signal(SIGALRM, SIG_IGN);
    watching = nullptr;
}

void Watchdog::begin(const std::string& what) {
    if (nested_++ > 0) return;
    const std::string words =
        fmt::format("mailtls: {}: it took too long (--timeout), and the program ends with it\n",
                    core::printable_line(what.substr(0, 300)));
    last_size = std::min(words.size(), sizeof last_words);
    std::memcpy(last_words, words.data(), last_size);
    renew();
}

void Watchdog::end() {
    if (--nested_ == 0) stop_timers();
}

void Watchdog::renew() {
    rung = in_time;
    processor.begin(limit_.count(), limit_.count());
    real.begin(real_for_processor * limit_.count(), limit_.count());
    set_timer(ITIMER_PROF, often);
    set_timer(ITIMER_REAL, seldom);
}

// The signal's mask is put back, too: the handler is left in its middle.
bool Watchdog::run(void (*body)(void*), void* what) {
    sigjmp_buf here;
    sigjmp_buf* const outer = way_out;
    const sig_atomic_t held = held_;
    if (sigsetjmp(here, 1) != 0) {
        held_ = held;
        way_out = outer;
        return false;
    }
    way_out = &here;
    held_ = 0;
    body(what);
    // In this order: between the two the outer run must not be left.
    held_ = held;
    way_out = outer;
    return true;
}

void Watchdog::cut() {
    ENSURE(rung != in_time && held_ == 0 && way_out != nullptr);
    siglongjmp(*way_out, 1);
}

const char* Watchdog::expired() const noexcept {
    if (rung == in_time) return nullptr;
    return is_interrupted() ? "interrupted" : rung == by_clock ? too_long_.c_str() : late_.c_str();
}

}  // namespace suite
