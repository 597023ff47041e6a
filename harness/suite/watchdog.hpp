#pragma once
// The limit of processor time of a scenario or a cell, loading included.
#include <chrono>

#include "harness/script/guard.hpp"

namespace suite {

/// So much of the real clock may pass for each second of the processor's: who waits does not
/// compute.
inline constexpr int real_for_processor = 10;

/// Counts the processor time of this process, and ten times as much of the real clock for what
/// waits, and ends what takes too much of it: a script in its middle, also inside a function of
/// Lua's library. What cannot be left in its middle is asked, and after as much time again the
/// process ends with code 4. One of a process, and of the thread that plays in it.
class Watchdog : public script::Guard {
  public:
    /// `interrupted` ends what runs, too; it is asked by the handler of a signal.
    Watchdog(std::chrono::seconds limit, bool (*interrupted)());
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog() override;

    void begin(const std::string& what) override;
    void end() override;
    void renew() override;
    bool run(void (*body)(void*), void* what) override;
    [[noreturn]] void cut() override;
    const char* expired() const noexcept override;

  private:
    static void look(int signal);
    std::string late_, too_long_;
    std::chrono::nanoseconds limit_;
    int nested_ = 0;
};

}  // namespace suite
