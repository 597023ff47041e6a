#pragma once
// What each gateway believes, moment by moment: its queue, what DNS and policy told it, its
// sessions and their TLS, the mails it took. Nobody else's knowledge is mixed in.
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace report {

enum class Topic : std::uint8_t { queue, dns, policy, session, tls, mailbox };
std::string_view word(Topic topic);

/// From `event` on, `host` believes that `subject` is `value`. An empty value: it believes nothing
/// of it any more.
struct Belief {
    trace::EventId event = 0;
    trace::HostId host = trace::HostId::nobody;
    Topic topic = Topic::queue;
    std::string subject, value;
    enum class Tone : std::uint8_t { neutral, good, bad } tone = Tone::neutral;
};

/// In the order of their events.
std::vector<Belief> beliefs_of(const trace::Trace& trace);

}  // namespace report
