#pragma once
// Two ends of a connection in memory: what one writes, the other can take at once.
#include <optional>
#include <string>

#include "sim/net/stream.hpp"

class End final : public net::Stream {
  public:
    explicit End(core::Loop& loop) : loop_(loop) {}
    std::string_view available() override { return inbox_; }
    void take(std::size_t count) override { inbox_.erase(0, count); }
    State state() override { return state_; }
    void write(std::string_view bytes) override;
    void finish() override;
    void reset() override;
    void when_readable(core::Due& reader) override { reader_ = &reader; }
    void forget(core::Due& reader) override {
        if (reader_ == &reader) reader_ = nullptr;
    }
    trace::ConnectionId connection() const override { return trace::ConnectionId{1}; }

  private:
    friend struct Pipe;
    void end(State how);
    void wake();
    core::Loop& loop_;
    End* peer_ = nullptr;
    std::string inbox_;
    State state_ = State::open;
    bool finished_ = false;  // This side has ended: what it writes goes nowhere.
    core::Due* reader_ = nullptr;
};

struct Pipe {
    explicit Pipe(core::Loop& loop) : client(loop), server(loop) {
        client.peer_ = &server;
        server.peer_ = &client;
    }
    Pipe(const Pipe&) = delete;
    End client, server;
};

/// A task at the top: keeps its outcome.
template <class T>
class Run final : public core::Waiter {
  public:
    Run(core::Loop& loop, core::Task<T> task) : task_(std::move(task)) { task_.start(loop, *this); }
    Run(const Run&) = delete;
    std::optional<core::Result<T>> outcome;

  private:
    void child_ended() override { outcome.emplace(std::move(task_.result())); }
    core::Task<T> task_;
};

/// Takes every turn of this very instant.
void settle(core::Loop& loop);
