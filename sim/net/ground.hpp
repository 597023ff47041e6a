#pragma once
// What hosts stand on: who speaks and listens knows this, and not what carries the bytes. The
// simulated network is one ground; real sockets can be another.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/net/stream.hpp"

namespace net {

using trace::HostId;

/// A stream over a connection: its other end has a place. Letting go of it closes it.
class Line : public Stream {
  public:
    /// The other end's host; nobody where that is none that the ground knows.
    virtual HostId peer() const = 0;
    /// The other end's address, as text.
    virtual std::string_view peer_address() const = 0;
};

/// What is said to who asks for a connection.
enum class Answer : std::uint8_t {
    accepts,
    refuses,  ///< As where nobody listens (TCP: RST).
};

/// Takes connections on a port.
class Listener {
  public:
    /// Asked before each `accept`, which does not follow where it refuses.
    virtual Answer answer(HostId) { return Answer::accepts; }
    virtual void accept(std::unique_ptr<Line> line) = 0;

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

class Ground {
  public:
    virtual ~Ground() = default;
    virtual Loop& loop() = 0;
    virtual trace::Trace& trace() = 0;

    /// One more host.
    virtual HostId join(std::string name, trace::Role role) = 0;
    /// Its first address, as text; empty for one that has none.
    virtual const std::string& address_of(HostId host) const = 0;
    /// Whose address it is; nothing: nobody's.
    virtual std::optional<HostId> find(std::string_view address) const = 0;

    /// A connection; or Failure connection-refused: the host, its listener or somebody on the way
    /// says no; or Failure timeout: nobody has said anything for `limit`.
    virtual Task<std::unique_ptr<Line>> connect(HostId from, std::string address,
                                                std::uint16_t port, Duration limit) = 0;
    /// Who takes connections to this port from now on; nullptr: nobody. It outlives that.
    virtual void listen(HostId host, std::uint16_t port, Listener* listener) = 0;

    /// Datagrams to nowhere vanish.
    virtual void send(HostId from, std::uint16_t from_port, HostId to, std::uint16_t port,
                      std::string_view bytes) = 0;
    /// Who takes datagrams at this port from now on; nullptr: nobody. It outlives that.
    virtual void hear(HostId host, std::uint16_t port, DatagramHandler* handler) = 0;
};

}  // namespace net
