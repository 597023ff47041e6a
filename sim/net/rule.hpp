#pragma once
// A fault, an eavesdropper, an attacker or a middlebox: whatever sits on a path is a rule with a
// place in its order.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/net/stream.hpp"

namespace net {

using namespace core;
using trace::ConnectionId;
using trace::HostId;
using trace::Mark;
using trace::Way;

struct Piece;

/// A rule's place on one connection. From there it sends what nobody sent. Whoever carries the
/// connection makes it; who keeps it may outlive the connection's ends, and sends then in vain.
class Point {
  public:
    virtual ~Point() = default;
    /// Towards one end, behind what has gone on from here.
    virtual void send(const Piece& piece) = 0;
    /// Resets the connection in both directions.
    virtual void cut() = 0;
    virtual ConnectionId connection() const = 0;
    /// Who plays the end that bytes go to on this way.
    virtual FarEnd far_end(Way) const { return FarEnd::ours; }
};

/// What passes a point of a path. `connection` is none for a datagram.
struct Passing {
    HostId from, to;
    ConnectionId connection = ConnectionId::none;
    Way way = Way::to_server;
    Mark mark = Mark::none;
    std::uint16_t port =
        0;  ///< Of the service: where the connection or the question was addressed to.
    std::string_view bytes;
    std::shared_ptr<Point> point = nullptr;  ///< Where the rule sits; nullptr for a datagram.
};

/// A connection that is asked for, or the answer to that: it has no bytes. (TCP: SYN; SYN with ACK,
/// or RST.)
struct Opening {
    HostId from, to;
    ConnectionId connection;
    std::uint16_t port;  ///< Of the service, on both ways.
    Way way = Way::to_server;
};

/// What becomes of an opening at a point.
enum class Gate : std::uint8_t {
    passes,
    drops,    ///< Nobody hears of it. Who asked asks again until he has waited too long.
    refuses,  ///< Who asked is told no, as from a host where nobody listens.
};

/// Bytes that leave a rule's place, and where they go.
struct Piece {
    Way way = Way::to_server;
    Mark mark = Mark::none;
    std::string bytes;
    std::string_view why;  ///< What was done to them; a literal. Empty: they are as they came.
    Duration wait;
};

/// What becomes of it.
struct Verdict {
    enum class Act : std::uint8_t { pass, delay, drop, alter, replace, cut };
    Act act = Act::pass;
    Duration wait;              ///< For `delay`.
    std::string bytes;          ///< For `alter`; empty holds the segment back.
    std::string_view why;       ///< For `alter`: a literal that says what was done.
    std::vector<Piece> pieces;  ///< For `replace`: what goes on in the segment's place, in order.

    static Verdict passes() { return {}; }
    static Verdict delays(Duration wait) { return {Act::delay, wait, {}, {}, {}}; }
    static Verdict drops() { return {Act::drop, {}, {}, {}, {}}; }
    static Verdict alters(std::string bytes, std::string_view why) {
        return {Act::alter, {}, std::move(bytes), why, {}};
    }
    /// The first piece on the segment's own way is the segment, altered; the rest is injected.
    static Verdict replaces(std::vector<Piece> pieces) {
        return {Act::replace, {}, {}, {}, std::move(pieces)};
    }
    /// Resets the connection in both directions.
    static Verdict cuts() { return {Act::cut, {}, {}, {}, {}}; }
};

class Rule {
  public:
    virtual ~Rule() = default;
    virtual Verdict judge(const Passing& passing) = 0;
    /// Asked when an opening reaches the rule's place, each time it does: a SYN that got no answer
    /// is sent again. Who drops all that passes drops this as well, and says so here.
    virtual Gate opens(const Opening& opening) = 0;
    /// What became of the last segment that it judged has been recorded.
    virtual void recorded() {}
    /// The lane of the watcher or attacker in the trace; nobody for plain network trouble.
    HostId host = HostId::nobody;
};

/// Lets everything pass and changes nothing.
class Watch final : public Rule {
  public:
    Verdict judge(const Passing&) override { return Verdict::passes(); }
    Gate opens(const Opening&) override { return Gate::passes; }
};

}  // namespace net
