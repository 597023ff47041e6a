#pragma once
// Two hosts, what lies between them, and a telling of all that happened there.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/net/network.hpp"

/// Takes whoever comes while it holds less than `most`; keeps the sockets and when they came.
class Door final : public net::Listener {
  public:
    explicit Door(core::Loop& loop) : loop_(loop) {}
    net::Answer answer(net::HostId) override {
        return taken.size() < most ? net::Answer::accepts : net::Answer::refuses;
    }
    std::size_t most = 1'000'000;
    void accept(std::unique_ptr<net::Line> socket) override;
    std::vector<std::unique_ptr<net::Line>> taken;
    std::vector<core::Duration> when;

  private:
    core::Loop& loop_;
};

/// A task at the top: keeps its outcome and when it came.
template <class T>
class Started final : public core::Waiter {
  public:
    Started(core::Loop& loop, core::Task<T> task) : loop_(loop), task_(std::move(task)) {
        task_.start(loop, *this);
    }
    Started(const Started&) = delete;
    std::optional<core::Result<T>> outcome;
    core::Duration at;

  private:
    void child_ended() override {
        at = loop_.now() - core::world_begins;
        outcome.emplace(std::move(task_.result()));
    }
    core::Loop& loop_;
    core::Task<T> task_;
};

/// alice, host 0, is `one` of the path; bob, host 1, is the `other` and listens on port 25.
struct Town {
    Town();
    /// alice connects to bob: both ends, at the moment when alice knows.
    struct Ends {
        std::unique_ptr<net::Line> client, server;
    };
    Ends open();
    void pass(core::Duration wait) { loop.run_until(loop.now() + wait); }
    void to_the_end();
    core::Duration now() const { return loop.now() - core::world_begins; }
    /// Events after the event `since`, one a line:
    /// "10ms bob: segment-arrived 'HELO' fin <- 4" happened in consequence of event 4.
    std::vector<std::string> told(core::EventId since = 0) const;

    core::Loop loop{core::world_begins};
    trace::Trace trace{loop};
    net::Network network{loop, trace};
    net::HostId alice, bob;
    net::Path& path;
    Door door{loop};
};

/// All that is there now, taken.
std::string take_all(net::Stream& stream);
/// "open", "finished", "broken".
std::string state_of(net::Stream& stream);
/// `count` bytes that no two places share for long, so that a wrong order shows.
std::string pattern(std::size_t count);
