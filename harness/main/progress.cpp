#include "harness/main/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include <fmt/core.h>

namespace program {

using Clock = std::chrono::steady_clock;

Progress::Progress(std::size_t total, std::string what, const std::string& wish, std::size_t begun)
    : total_(total),
      begun_(begun),
      done_(begun),
      what_(std::move(what)),
      on_(wish == "always" || (wish == "auto" && isatty(STDERR_FILENO) == 1)),
      since_(Clock::now()),
      last_(since_) {}

void Progress::clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
}

Progress::~Progress() {
    if (drawn_) std::fputc('\n', stderr);
}

void Progress::reach(std::size_t done) {
    done_ = done;
    if (!on_) return;
    // Drawing costs more than a small piece of work.
    const Clock::time_point now = Clock::now();
    if (drawn_ && done_ != total_ && now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    draw();
}

void Progress::draw() {
    std::string line = fmt::format("{} of {} {}", done_, total_, what_);
    const std::chrono::duration<double> took = last_ - since_;
    if (took.count() > 2 && done_ < total_) {
        const double rate = static_cast<double>(done_ - begun_) / took.count();
        const auto left = static_cast<long>(static_cast<double>(total_ - done_) / rate);
        line += fmt::format(", {:.{}f}/s, {}:{:02} left", rate, rate < 10 ? 1 : 0, left / 60,
                            left % 60);
    }
    // What stood there may have been longer.
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    drawn_ = true;
}

}  // namespace program
