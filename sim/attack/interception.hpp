#pragma once
// An attacker ends TLS himself and begins it anew (A10 to A12): between the two sessions he reads
// and writes.
#include <functional>
#include <memory>

#include "sim/attack/filter.hpp"
#include "sim/core/task.hpp"
#include "sim/net/ground.hpp"
#include "sim/tls/channel.hpp"

namespace attack {

/// What an attacker has of the world.
struct Lab {
    Loop& loop;
    trace::Trace& trace;
    net::Ground& ground;
    tls::Library& library;
};

/// One of the two ends that he holds of a connection: bytes come from its peer, and go there.
class HeldEnd final : public net::Stream {
  public:
    HeldEnd(Loop& loop, std::shared_ptr<net::Point> point, Way writes)
        : loop_(loop), point_(std::move(point)), writes_(writes) {}
    /// From the peer.
    void arrive(std::string_view bytes, Mark mark);
    std::string_view available() override;
    void take(std::size_t count) override;
    State state() override { return state_; }
    void write(std::string_view bytes) override;
    void finish() override;
    void reset() override;
    void when_readable(Due& reader) override { reader_ = &reader; }
    void forget(Due& reader) override;
    trace::ConnectionId connection() const override { return point_->connection(); }
    net::FarEnd far_end() const override { return point_->far_end(writes_); }

  private:
    void send(std::string bytes, Mark mark);
    Loop& loop_;
    std::shared_ptr<net::Point> point_;
    Way writes_;
    std::string inbox_;
    State state_ = State::open;
    bool ended_ = false;
    Due* reader_ = nullptr;
};

/// A connection in his hands.
class Interception {
  public:
    Interception(const Lab& lab, HostId attacker, const std::shared_ptr<net::Point>& point,
                 std::string name, std::shared_ptr<const tls::SharedConfig> as_server,
                 std::shared_ptr<const tls::SharedConfig> as_client, Chain inside,
                 const bool& active);
    /// A segment of one of the ends.
    void arrive(const Piece& piece);
    void begin() { nursery_.start(run()); }

  private:
    Task<Unit> run();
    Task<Unit> pump(Way way);
    void hand_on(Way way, std::string_view bytes);
    tls::Channel& towards(Way way) { return way == Way::to_server ? to_server_ : to_client_; }
    tls::Channel& from(Way way) { return way == Way::to_server ? to_client_ : to_server_; }

    const Lab& lab_;
    HostId attacker_;
    HeldEnd client_, server_;
    tls::Channel to_client_, to_server_;
    Chain inside_;
    const bool& active_;  ///< Does he act on what he reads?
    Nursery nursery_;
};

/// Ends TLS in a host's place, on each connection to it.
class Impersonates final : public Act {
  public:
    /// Once TLS begins, the connection is in the hands of what `take` makes, at the point of what
    /// passed first.
    using Take = std::function<std::unique_ptr<Interception>(const Passing&)>;
    Impersonates(HostId host, Take take) : host_(host), take_(std::move(take)) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class ImpersonatesFilter;
    HostId host_;
    Take take_;
};

}  // namespace attack
