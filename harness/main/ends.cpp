#include "harness/main/ends.hpp"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/main/command.hpp"

namespace program {
namespace {

constexpr int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr long long same_wish_ms = 500;
volatile sig_atomic_t seen = 0;
timespec first_seen;

void handle(int signal, void (*handler)(int), int flags = 0) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, nullptr);
}

// As if nobody had caught it, but for what is half written.
void end_at_once(int signal) {
    files::drop_unfinished();
    handle(signal, SIG_DFL);
    raise(signal);
}

long long ms_since(const timespec& then) {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then.tv_sec) * 1000LL + (now.tv_nsec - then.tv_nsec) / 1'000'000;
}

// A second wish ends at once. timeout(1) and a shell say one wish twice: to us and to our group.
void note(int signal) {
    if (seen != 0 && seen != SIGPIPE) {
        if (ms_since(first_seen) >= same_wish_ms) end_at_once(signal);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &first_seen);
    seen = signal;
}

// Who ignores HUP, as below nohup, goes on to. SA_RESTART: poll hears of it all the same.
void on_ending_signals(void (*handler)(int)) {
    for (const int signal : ending_signals) {
        struct sigaction before {};
        sigaction(signal, nullptr, &before);
        if (signal != SIGHUP || before.sa_handler != SIG_IGN) handle(signal, handler, SA_RESTART);
    }
}

}  // namespace

void begin() {
    // A descriptor that cannot be used as it should fails when it is used.
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file)
        if (fcntl(file, F_GETFD) < 0) open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    handle(SIGXFSZ, SIG_IGN);
    handle(SIGPIPE, note, SA_RESTART);
    on_ending_signals(end_at_once);
}

int ended(int code) {
    errno = 0;
    const bool whole = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (seen == SIGPIPE) return 128 + SIGPIPE;
    if (whole || code == our_bug) return code;
    const std::string why =
        errno == 0 ? "is the disk full?" : std::generic_category().message(errno);
    complain(fmt::format("stdout: not all could be written: {}", why));
    return environment;
}

void catch_interrupt() { on_ending_signals(note); }

bool interrupted() { return seen != 0; }

int code_of_interrupt() { return 128 + seen; }

}  // namespace program
