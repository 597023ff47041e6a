#pragma once
// A fault, an eavesdropper, an attacker or a middlebox: whatever sits on a path is a rule with a
// place in its order.
#include <string>
#include <string_view>

#include "sim/trace/event.hpp"

namespace net {

using namespace core;
using trace::ConnectionId;
using trace::HostId;
using trace::Mark;
using trace::Way;

/// What passes a point of a path. `connection` is none for a datagram.
struct Passing {
    HostId from, to;
    ConnectionId connection = ConnectionId::none;
    Way way = Way::to_server;
    Mark mark = Mark::none;
    std::uint16_t port =
        0;  ///< Of the service: where the connection or the question was addressed to.
    std::string_view bytes;
};

/// What becomes of it.
struct Verdict {
    enum class Act : std::uint8_t { pass, delay, drop, alter, cut };
    Act act = Act::pass;
    Duration wait;         ///< For `delay`.
    std::string bytes;     ///< For `alter`; empty holds the segment back.
    std::string_view why;  ///< For `alter`: a literal that says what was done.

    static Verdict passes() { return {}; }
    static Verdict delays(Duration wait) { return {Act::delay, wait, {}, {}}; }
    static Verdict drops() { return {Act::drop, {}, {}, {}}; }
    static Verdict alters(std::string bytes, std::string_view why) {
        return {Act::alter, {}, std::move(bytes), why};
    }
    /// Resets the connection in both directions.
    static Verdict cuts() { return {Act::cut, {}, {}, {}}; }
};

class Rule {
  public:
    virtual ~Rule() = default;
    virtual Verdict judge(const Passing& passing) = 0;
    /// The lane of the watcher or attacker in the trace; nobody for plain network trouble.
    HostId host = HostId::nobody;
};

/// Lets everything pass and changes nothing.
class Watch final : public Rule {
  public:
    Verdict judge(const Passing&) override { return Verdict::passes(); }
};

}  // namespace net
