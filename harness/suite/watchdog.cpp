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

namespace suite {
namespace {

// What the handler of the signal reads.
Watchdog* watching = nullptr;
bool (*is_interrupted)() = nullptr;
sigjmp_buf* volatile way_out = nullptr;  ///< Of the innermost run.
volatile sig_atomic_t rung = 0;
std::int64_t deadline = 0, last = 0;  ///< Nanoseconds of processor time.
char last_words[512];
std::size_t last_size = 0;

// Milliseconds between two looks; who interrupts waits no longer.
constexpr int often = 50;

std::int64_t processor_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void set_timer(int milliseconds) {
    const timeval every{0, milliseconds * 1000};
    const itimerval timer{every, every};
    setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace

void Watchdog::look(int) {
    const int before = errno;
    const std::int64_t now = processor_time();
    if (rung != 0 || now >= deadline || is_interrupted()) {
        rung = 1;
        if (way_out != nullptr && watching->held_ == 0) siglongjmp(*way_out, 1);
        if (now >= last) {
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
      limit_(limit) {
    ENSURE(watching == nullptr);
    watching = this;
    is_interrupted = interrupted;
    struct sigaction action {};
    action.sa_handler = look;
    action.sa_flags = SA_RESTART;
    sigaction(SIGPROF, &action, nullptr);
}

Watchdog::~Watchdog() {
    set_timer(0);
    signal(SIGPROF, SIG_IGN);
    watching = nullptr;
}

void Watchdog::begin(const std::string& what) {
    if (nested_++ > 0) return;
    const std::string words = fmt::format("mailtls: {}: {}, and all of the program with it\n",
                                          what.substr(0, 300), late_);
    last_size = std::min(words.size(), sizeof last_words);
    std::memcpy(last_words, words.data(), last_size);
    renew();
}

void Watchdog::end() {
    if (--nested_ == 0) set_timer(0);
}

void Watchdog::renew() {
    rung = 0;
    deadline = processor_time() + limit_.count();
    last = deadline + limit_.count();
    set_timer(often);
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
    ENSURE(rung != 0 && held_ == 0 && way_out != nullptr);
    siglongjmp(*way_out, 1);
}

const char* Watchdog::expired() const noexcept {
    if (rung == 0) return nullptr;
    return is_interrupted() ? "interrupted" : late_.c_str();
}

}  // namespace suite
