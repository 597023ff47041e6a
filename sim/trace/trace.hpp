#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/event.hpp"

namespace trace {

/// Keeps text and bytes alive as long as the trace; events hold views into it.
class Arena {
  public:
    std::string_view keep(std::string_view bytes);
    std::size_t size() const { return size_; }
    /// Bytes taken from the allocator: `size`, and what lies idle at the end of blocks.
    std::size_t held() const { return held_; }

  private:
    static constexpr std::size_t block_size = 64 * 1024;
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* free_ = nullptr;
    std::size_t room_ = 0;
    std::size_t size_ = 0;
    std::size_t held_ = 0;
};

/// One append-only list. A run is its trace: verdicts, diagrams and captures are read from it.
class Trace {
  public:
    explicit Trace(Loop& loop) : loop_(loop) {}
    Trace(const Trace&) = delete;

    /// When the clock of what is told here began. What is for people shows the time since.
    Instant begins() const { return loop_.begins(); }
    std::string_view keep(std::string_view bytes) { return arena_.keep(bytes); }

    /// Records what happened at `host` now. Views in `body` must come from `keep`, or from a
    /// literal.
    template <class T>
    EventId add(HostId host, T body) {
        Event& event = append();
        event.host = host;
        event.body = body;
        return event.id;
    }

    std::size_t size() const { return size_; }
    /// `id` is from 1 to size().
    const Event& at(EventId id) const {
        return chunks_[(id - 1) / chunk_size][(id - 1) % chunk_size];
    }

    /// Calls `f(event)` for each event in order.
    template <class F>
    void each(F&& f) const {
        for (const auto& chunk : chunks_)
            for (const Event& event : chunk) f(event);
    }
    /// Calls `f(event, body)` for each event of one kind in order.
    template <class T, class F>
    void each_of(F&& f) const {
        each([&](const Event& e) {
            if (const T* body = e.as<T>()) f(e, *body);
        });
    }
    std::size_t bytes() const { return arena_.size() + size_ * sizeof(Event); }
    /// Bytes taken from the allocator, with the room that is still free.
    std::size_t held() const { return arena_.held() + chunks_.size() * chunk_size * sizeof(Event); }

  private:
    static constexpr std::size_t chunk_size = 1024;
    Event& append();
    Loop& loop_;
    Arena arena_;
    std::vector<std::vector<Event>> chunks_;
    EventId size_ = 0;
};

}  // namespace trace
