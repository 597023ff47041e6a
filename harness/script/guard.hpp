#pragma once
// Whoever runs the scripts of strangers can end one at any moment.

namespace script {

class Guard {
  public:
    virtual ~Guard() = default;
    /// Calls `body(what)`. False: it was cut off in its middle. No destructor ran then: what it worked
    /// on must not be used any more, but may be dropped whole.
    virtual bool run(void (*body)(void*), void* what) = 0;
    /// Between these, which may be nested, nothing is cut off.
    virtual void hold() noexcept = 0;
    virtual void release() noexcept = 0;
    /// Why the script has to end, in a sentence; null: it need not. Whoever works for long between
    /// `hold` and `release` asks now and then.
    virtual const char* expired() const noexcept = 0;
};

/// Holds a guard, if there is one, until the end of a block.
class Held {
  public:
    explicit Held(Guard* guard) : guard_(guard) {
        if (guard_ != nullptr) guard_->hold();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
        if (guard_ != nullptr) guard_->release();
    }

  private:
    Guard* guard_;
};

}  // namespace script
