#pragma once
// Whoever runs the scripts of strangers can end one at any moment.
#include <atomic>
#include <csignal>
#include <string>

namespace script {

/// Watches over one script at a time.
class Guard {
  public:
    virtual ~Guard() = default;
    /// From now until `end` there is a limit; `what` is told if the program has to end with it.
    virtual void begin(const std::string& what) = 0;
    virtual void end() = 0;
    /// In a copy of the process that began: the limit begins anew.
    virtual void renew() = 0;
    /// Calls `body(what)`; may be nested. False: it was cut off in its middle. No destructor ran
    /// then: what it worked on must not be used any more, but may be dropped whole.
    virtual bool run(void (*body)(void*), void* what) = 0;
    /// Cuts off what `run` calls. Only where `expired`, and nothing is held.
    [[noreturn]] virtual void cut() = 0;
    /// Why the script has to end, in a sentence; null: it need not. Whoever works for long while it
    /// is held asks now and then.
    virtual const char* expired() const noexcept = 0;

  protected:
    friend class Held;
    volatile std::sig_atomic_t held_ = 0;  ///< More than 0: nothing is cut off.
};

/// Until the end of a block nothing is cut off, if there is a guard. It may be nested.
class Held {
  public:
    explicit Held(Guard* guard) : guard_(guard) {
        if (guard_ == nullptr) return;
        guard_->held_ = guard_->held_ + 1;
        std::atomic_signal_fence(std::memory_order_seq_cst);
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
        if (guard_ == nullptr) return;
        std::atomic_signal_fence(std::memory_order_seq_cst);
        guard_->held_ = guard_->held_ - 1;
    }

  private:
    Guard* guard_;
};

/// The time of a block, if there is a guard.
class Guarded {
  public:
    Guarded(Guard* guard, const std::string& what) : guard_(guard) {
        if (guard_ != nullptr) guard_->begin(what);
    }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;
    ~Guarded() {
        if (guard_ != nullptr) guard_->end();
    }

  private:
    Guard* guard_;
};

}  // namespace script
