#pragma once
// The only clock, the only queue, the only place from which anything is resumed.
#include <cstdint>
#include <vector>

#include "sim/core/ensure.hpp"
#include "sim/core/units.hpp"

namespace core {

/// Index of an event in the trace, from 1; 0 is "no event".
using EventId = std::uint32_t;

class Loop;

/// Something that waits for its turn. It sits in the queue itself, so that waiting allocates
/// nothing; one that ends while it waits leaves the queue.
class Due {
  public:
    Due() = default;
    Due(const Due&) = delete;
    Due& operator=(const Due&) = delete;
    bool waiting() const { return loop_ != nullptr; }

  protected:
    ~Due();
    /// Called by the loop alone, when the turn has come. It may end the object.
    virtual void fire() = 0;

  private:
    friend class Loop;
    static constexpr std::size_t not_in_heap = static_cast<std::size_t>(-1);
    Loop* loop_ = nullptr;
    std::size_t heap_slot_ = not_in_heap;
    std::size_t ready_slot_ = 0;
    std::uint64_t sequence_ = 0;
    EventId cause_ = 0;
};

/// Order of turns: time, then the order of asking.
class Loop {
  public:
    /// The clock begins there.
    explicit Loop(Instant begins) : begins_(begins), now_(begins) {}
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    Instant begins() const { return begins_; }
    /// Of a clock that has not moved, and that nothing waits for: it begins elsewhere.
    void begin_at(Instant begins) {
        ENSURE(now_ == begins_ && idle());
        begins_ = now_ = begins;
    }
    Instant now() const { return now_; }
    /// Turns taken since the beginning.
    std::uint64_t steps() const { return steps_; }
    bool idle() const { return heap_.empty() && ready_count_ == 0; }

    /// `when` may not lie in the past.
    void at(Instant when, Due& due);
    void after(Duration wait, Due& due) { at(now_ + wait, due); }
    void soon(Due& due);
    void cancel(Due& due);

    /// When the next turn comes; the far future when none does.
    Instant next_turn() const;
    /// Takes the next turn, whenever it is. False when nothing waits.
    bool step();
    /// Takes every turn up to and including `end`, then sets the clock to `end`.
    void run_until(Instant end);

    /// The event that led to what happens now. Whoever records an event moves it on.
    EventId cause() const { return cause_; }
    void set_cause(EventId event) { cause_ = event; }

  private:
    struct Slot {
        Instant when;
        std::uint64_t sequence;
        Due* due;
        bool before(const Slot& o) const {
            return when != o.when ? when < o.when : sequence < o.sequence;
        }
    };
    void enlist(Due& due);
    void release(Due& due);
    void sift_up(std::size_t slot);
    void sift_down(std::size_t slot);
    void remove_from_heap(std::size_t slot);
    void place(std::size_t slot, Slot what);
    Due* take_ready();
    bool ready_goes_first() const;

    Instant begins_;
    Instant now_;
    std::uint64_t next_sequence_ = 0;
    std::uint64_t steps_ = 0;
    EventId cause_ = 0;
    std::vector<Slot> heap_;   // later turns: a heap of four children a node
    std::vector<Due*> ready_;  // turns of this very instant: a ring in order of asking
    std::size_t ready_head_ = 0;
    std::size_t ready_count_ = 0;  // live entries between head and the end
};

}  // namespace core
