#pragma once
// Hosts, the paths between them, and what travels there.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/chance.hpp"
#include "sim/net/fault.hpp"
#include "sim/net/ground.hpp"
#include "sim/net/rule.hpp"
#include "sim/net/stream.hpp"

namespace net {

class Connection;
class Network;

/// One end of a simulated TCP connection. Letting go of it closes it.
class Socket final : public Line {
  public:
    Socket(std::shared_ptr<Connection> connection, Way writes);
    Socket(const Socket&) = delete;
    ~Socket() override;
    std::string_view available() override;
    void take(std::size_t count) override;
    State state() override;
    void write(std::string_view bytes) override;
    void finish() override;
    void reset() override;
    void when_readable(Due& reader) override;
    void forget(Due& reader) override;
    ConnectionId connection() const override;
    std::string_view peer_address() const override;
    HostId peer() const override;

  private:
    std::shared_ptr<Connection> connection_;
    Way writes_;
};

/// What a host does with those who knock where nothing listens.
enum class Manner : std::uint8_t { refuses, ignores };

struct Host {
    std::string name;
    std::string address;
    Manner manner = Manner::refuses;
    std::map<std::uint16_t, Listener*> listeners;
    std::map<std::uint16_t, DatagramHandler*> datagrams;
    bool down = false;
    std::uint32_t life = 0;  ///< Counts how often it went down.
};

/// How a path carries.
struct Carriage {
    Duration latency = milliseconds(10);
    Duration jitter;                     ///< The most that a segment takes longer.
    std::uint64_t bytes_per_second = 0;  ///< 0 is no limit.
    /// Of 10,000 segments so many are lost, each time they are sent. TCP sends again, so that what
    /// is seen is a delay; datagrams are gone.
    std::uint32_t loss = 0;
    bool down_from_one = false, down_from_other = false;  ///< Nothing gets through.

    /// How long so many bytes, of one segment, are on their way onto the wire. Counted in 64 bits
    /// wherever it is built. Nothing without a limit.
    Duration takes(std::uint32_t bytes) const {
        if (bytes_per_second == 0) return {};
        const std::uint64_t nanos = std::uint64_t{bytes} * 1'000'000'000 / bytes_per_second;
        return nanoseconds(static_cast<std::int64_t>(nanos));
    }
    /// The share of the latency of one leg out of `count`, from 0. The last one has what division
    /// leaves.
    Duration leg(std::size_t index, std::size_t count) const {
        const auto legs = static_cast<std::int64_t>(count);
        const Duration share = latency / legs;
        return index + 1 == count ? latency - share * (legs - 1) : share;
    }
};

/// Between two hosts: how it carries, and who sits there.
struct Path : Carriage {
    HostId one, other;
    Chance chance{0};                          ///< For jitter and loss.
    std::vector<std::shared_ptr<Rule>> rules;  ///< In order from `one` to `other`.
    Instant free_at[2] = {};  ///< When the line is free again, from `one` and from `other`.
    /// Nothing that this end sends gets through.
    bool down_from(HostId end) const { return end == one ? down_from_one : down_from_other; }
    /// Draws whether one segment is lost.
    bool loses() { return loss > 0 && chance.below(10'000) < loss; }
};

class Network final : public Ground {
  public:
    Network(Loop& loop, trace::Trace& trace);
    Network(const Network&) = delete;
    ~Network() override;

    Loop& loop() override { return loop_; }
    trace::Trace& trace() override { return trace_; }

    /// Adds a lane. A host gets the next free documentation address (RFC 5737, then RFC 2544).
    HostId join(std::string name, trace::Role role) override {
        return join(std::move(name), role, {});
    }
    /// `company`: of whose house it is, or nothing.
    HostId join(std::string name, trace::Role role, std::string_view company);
    Host& host(HostId id) { return hosts_[static_cast<std::size_t>(id)]; }
    /// Watchers have no address until they need one.
    void give_address(HostId id);
    /// One more address of a host. False: somebody has it already.
    bool add_address(HostId id, std::string address);
    std::optional<HostId> find(std::string_view address) const override;
    const std::string& address_of(HostId id) const override {
        return hosts_[static_cast<std::size_t>(id)].address;
    }
    void listen(HostId host, std::uint16_t port, Listener* listener) override;
    void hear(HostId host, std::uint16_t port, DatagramHandler* handler) override;
    Path& path(HostId a, HostId b);
    /// Puts `rule` on the path, next to `other`. Connections opened before do not see it.
    void add_rule(HostId a, HostId other, std::shared_ptr<Rule> rule);

    /// How all paths carry that were not told otherwise, from now on.
    void set_carriage(const Carriage& carriage);
    /// How this path carries. What waits for it to come back leaves.
    void set_carriage(HostId a, HostId b, const Carriage& carriage);
    /// Where jitter and loss are drawn from.
    void draw_from(const Chance& chance) { chance_ = chance; }
    /// A host that is down neither hears nor says anything: its connections are forgotten, and
    /// whoever writes to them once it is back is told so (RFC 9293 section 3.5.1).
    void take_down(HostId id);
    void bring_back(HostId id);
    bool is_down(HostId id) const { return hosts_[static_cast<std::size_t>(id)].down; }

    Task<std::unique_ptr<Line>> connect(HostId from, std::string address, std::uint16_t port,
                                        Duration limit) override;
    void send(HostId from, std::uint16_t from_port, HostId to, std::uint16_t port,
              std::string_view bytes) override;

    /// For a sweep: asked at each segment that leaves its writer.
    void set_striker(Striker striker) { striker_ = std::move(striker); }
    /// Counts a segment that leaves its writer; the fault, where that one is struck.
    const Fault* count_segment() {
        ++segments_;
        return striker_ ? striker_(segments_) : nullptr;
    }

    /// A connection lives while a segment of it is on its way, whoever lets go of it.
    void hold(Connection& connection);
    void release(Connection& connection);

  private:
    struct Parcel;
    void forward(Parcel& parcel);
    void deliver(Parcel& parcel);
    Failure not_connected(HostId from, ConnectionId id, const std::string& address, Reason reason);
    std::string next_address();

    Loop& loop_;
    trace::Trace& trace_;
    std::vector<Host> hosts_;
    std::map<std::string, HostId, std::less<>> by_address_;
    std::map<std::pair<HostId, HostId>, std::unique_ptr<Path>> paths_;
    Carriage carriage_;
    std::set<std::pair<HostId, HostId>> told_;  ///< Paths with a carriage of their own.
    Chance chance_{0};
    std::vector<std::unique_ptr<Parcel>> parcels_;
    std::vector<std::shared_ptr<Connection>> held_;
    std::uint32_t connections_ = 0;
    std::uint32_t addresses_ = 0;
    Striker striker_;
    std::uint64_t segments_ = 0;
};

}  // namespace net
