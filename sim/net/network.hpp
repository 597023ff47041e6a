#pragma once
// Hosts, the paths between them, and what travels there.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/net/rule.hpp"
#include "sim/net/stream.hpp"

namespace net {

class Connection;
class Network;

/// One end of a simulated TCP connection. Letting go of it closes it.
class Socket final : public Stream {
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
    /// The other end's address, as text.
    std::string_view peer_address() const;
    HostId peer() const;

  private:
    std::shared_ptr<Connection> connection_;
    Way writes_;
};

/// Takes connections on a port.
class Listener {
  public:
    virtual void accept(std::unique_ptr<Socket> socket) = 0;

  protected:
    ~Listener() = default;
};

/// Takes datagrams on a port.
class DatagramHandler {
  public:
    virtual void receive(HostId from, std::uint16_t from_port, std::string_view bytes) = 0;

  protected:
    ~DatagramHandler() = default;
};

/// What a host does with those who knock where nothing listens.
enum class Manner : std::uint8_t { refuses, ignores };

struct Host {
    std::string name;
    std::string address;
    Manner manner = Manner::refuses;
    std::map<std::uint16_t, Listener*> listeners;
    std::map<std::uint16_t, DatagramHandler*> datagrams;
};

/// Between two hosts: how long a byte travels, how many pass in a second, and who sits there.
struct Path {
    HostId one, other;
    Duration latency = milliseconds(10);
    std::uint64_t bytes_per_second = 0;        ///< 0 is no limit.
    std::vector<std::shared_ptr<Rule>> rules;  ///< In order from `one` to `other`.
    Instant free_at[2] = {};  ///< When the line is free again, from `one` and from `other`.
};

class Network {
  public:
    Network(Loop& loop, trace::Trace& trace);
    Network(const Network&) = delete;
    ~Network();

    Loop& loop() { return loop_; }
    trace::Trace& trace() { return trace_; }

    /// Adds a lane. A host gets the next free documentation address (RFC 5737, then RFC 2544).
    HostId join(std::string name, trace::Role role);
    Host& host(HostId id) { return hosts_[static_cast<std::size_t>(id)]; }
    /// One more address of a host. False: somebody has it already.
    bool add_address(HostId id, std::string address);
    std::optional<HostId> find(std::string_view address) const;
    Path& path(HostId a, HostId b);
    /// Puts `rule` on the path, next to `other`. Connections opened before do not see it.
    void add_rule(HostId a, HostId other, std::shared_ptr<Rule> rule);

    /// A connection, or Failure connection-refused, or timeout after `limit` of silence.
    Task<std::unique_ptr<Socket>> connect(HostId from, std::string address, std::uint16_t port,
                                          Duration limit);
    /// Datagrams to nowhere vanish.
    void send(HostId from, std::uint16_t from_port, HostId to, std::uint16_t port,
              std::string_view bytes);

    /// A connection lives while a segment of it is on its way, whoever lets go of it.
    void hold(Connection& connection);
    void release(Connection& connection);

  private:
    struct Parcel;
    void forward(Parcel& parcel);
    void deliver(Parcel& parcel);
    bool silent(HostId id, std::uint16_t port);
    std::string next_address();

    Loop& loop_;
    trace::Trace& trace_;
    std::vector<Host> hosts_;
    std::map<std::string, HostId, std::less<>> by_address_;
    std::map<std::pair<HostId, HostId>, std::unique_ptr<Path>> paths_;
    std::vector<std::unique_ptr<Parcel>> parcels_;
    std::vector<std::shared_ptr<Connection>> held_;
    std::uint32_t connections_ = 0;
    std::uint32_t addresses_ = 0;
};

}  // namespace net
