#pragma once
// The limit of processor time of a scenario or a cell, loading included.
#include <chrono>
#include <functional>
#include <string>

#include "harness/script/guard.hpp"

namespace suite {

/// Counts the processor time of this process, and ends what takes too much of it: a script in its
/// middle, also inside a function of Lua's library; what cannot be left in its middle is asked, and
/// after as much time again the process ends. One of a process; a child of the process begins anew by
/// `start`.
class Watchdog : public script::Guard {
  public:
    /// `interrupted`, too, ends what runs.
    Watchdog(std::chrono::seconds limit, std::function<bool()> interrupted);
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog() override;
    /// From now on a scenario has its time; `name` is told if the process has to end.
    void start(const std::string& name);

    bool run(void (*body)(void*), void* what) override;
    void hold() noexcept override;
    void release() noexcept override;
    const char* expired() const noexcept override;
};

}  // namespace suite
