#pragma once
// What an act makes of one connection: bytes come in on their way, and bytes go out.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/net/rule.hpp"

namespace attack {

using namespace core;
using net::HostId;
using net::Mark;
using net::Passing;
using net::Piece;
using net::Way;
using trace::Layer;

/// Which services an act is about, by the port that was asked for.
enum class Service : std::uint8_t { smtp, https, any };
bool serves(Service service, std::uint16_t port);

/// What a filter lets out, in order.
struct Out {
    std::vector<Piece> pieces;
    void send(Piece piece) { pieces.push_back(std::move(piece)); }
};

/// One act on one connection.
class Filter {
  public:
    virtual ~Filter() = default;
    /// What comes of a piece; nothing holds it back.
    virtual void pass(Piece piece, Out& out) = 0;
    /// The attacker leaves: bytes that were held back on this way go on.
    virtual std::string let_go(Way) { return {}; }
    /// Does it hold on to the connection when the attacker leaves?
    virtual bool lasts() const { return false; }
};

/// The filters of a connection in the order of the acts.
class Chain {
  public:
    void add(std::unique_ptr<Filter> filter) { filters_.push_back(std::move(filter)); }
    std::size_t size() const { return filters_.size(); }
    /// What goes out when `piece` comes in. What a filter sends back goes out at once.
    std::vector<Piece> pass(Piece piece, bool active);

  private:
    std::vector<std::unique_ptr<Filter>> filters_;  ///< nullptr: that act leaves it alone.
};

/// Which of the two ways of a connection is meant: the one towards `host`. On a connection that has
/// the attacker's other end alone, away from that one.
struct Towards {
    HostId host = HostId::nobody;  ///< nobody: both ways.
    HostId other_end = HostId::nobody;
    bool meant(HostId from, HostId to) const {
        if (host == HostId::nobody || to == host) return true;
        return to != other_end && from == other_end;
    }
};

/// One of the acts of an attacker: it makes a filter for each connection.
class Act {
  public:
    virtual ~Act() = default;
    /// For the connection of `first`, as it passes in clear text, or as it is read inside TLS.
    /// nullptr: none of its business.
    virtual std::unique_ptr<Filter> on(const Passing& first, Layer layer) = 0;
    /// An act on bytes lets every opening pass: it has none.
    virtual net::Gate opens(const net::Opening&) { return net::Gate::passes; }

    Service service = Service::smtp;
    Towards towards;
    std::optional<int> times;  ///< How often it is done at most; nothing: whenever it can be.
    int done = 0;              ///< How often it was done.
    std::string trouble;       ///< Why it could not be done on its occasion. Empty: it could.
    /// May it be done once more? Then it counts.
    bool once_more() {
        if (times && done >= *times) return false;
        ++done;
        return true;
    }
    bool spent() const { return times && done >= *times; }
};

}  // namespace attack
