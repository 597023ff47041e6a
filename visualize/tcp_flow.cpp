#include "visualize/tcp_flow.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace visualize {
namespace {

using Segment = TcpFlow::Segment;

bool has(const Segment& segment, std::uint8_t flags) { return (segment.flags & flags) != 0; }

// In sequence numbers: SYN and FIN have one each.
std::uint32_t length(const Segment& segment) {
    const bool counts = has(segment, tcp_flag::syn | tcp_flag::fin);
    return static_cast<std::uint32_t>(segment.bytes.size()) + (counts ? 1 : 0);
}

}  // namespace

Segment& TcpFlow::add(core::Instant at, Packet::Direction direction, std::uint8_t flags,
                      std::string_view bytes) {
    Segment& segment = segments.emplace_back();
    segment.at = at;
    segment.direction = direction;
    segment.flags = flags;
    segment.bytes = bytes;
    segment.comments = std::exchange(waiting_, {});
    return segment;
}

void TcpFlow::hear(core::Instant at, std::uint64_t bytes) {
    Segment& segment = heard_.emplace_back();
    segment.at = at;
    segment.direction = Packet::Direction::in;
    segment.flags = tcp_flag::ack;
    segment.acknowledged = bytes;
}

void TcpFlow::say(std::string comment) {
    (segments.empty() ? waiting_ : segments.back().comments).push_back(std::move(comment));
}

// The kernel acknowledges what came, unless the host speaks at that moment anyway.
void TcpFlow::acknowledge() {
    std::vector<Segment> all;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const core::Instant at = segments[i].at;
        const bool came = segments[i].direction == Packet::Direction::in &&
                          length(segments[i]) > 0 &&
                          !has(segments[i], tcp_flag::syn | tcp_flag::rst);
        all.push_back(std::move(segments[i]));
        bool later = false;
        for (std::size_t k = i + 1; k < segments.size() && segments[k].at == at; ++k)
            later = later || length(segments[k]) > 0 || has(segments[k], tcp_flag::rst);
        if (!came || later) continue;
        Segment& answer = all.emplace_back();
        answer.at = at;
        answer.flags = tcp_flag::ack;
    }
    segments = std::move(all);
}

void TcpFlow::write(std::vector<Packet>& packets, std::uint16_t& number) {
    std::move(heard_.begin(), heard_.end(), std::back_inserter(segments));
    std::stable_sort(segments.begin(), segments.end(),
                     [](const Segment& a, const Segment& b) { return a.at < b.at; });
    acknowledge();
    std::uint32_t out = out_begins, in = in_begins;
    std::uint32_t heard = 0;  // of what went out, acknowledged so far
    bool is_over = false;
    for (Segment& segment : segments) {
        const bool leaves = segment.direction == Packet::Direction::out;
        const bool is_reset = has(segment, tcp_flag::rst);
        const bool only_hears = length(segment) == 0 && segment.flags == tcp_flag::ack && !leaves;
        const auto got =
            std::min(out - out_begins, static_cast<std::uint32_t>(segment.acknowledged) + 1);
        if (only_hears && got <= heard) continue;                    // nothing new
        if (is_over && length(segment) == 0 && !is_reset) continue;  // a reset has no answer
        // A SYN that is sent again has the number it had.
        if (has(segment, tcp_flag::syn)) (leaves ? out : in) = leaves ? out_begins : in_begins;
        TcpSegment written{leaves ? out : in, 0, segment.flags, segment.bytes};
        if (has(segment, tcp_flag::ack)) {
            if (!leaves) heard = std::max(heard, got);
            written.acknowledged = leaves ? in : out_begins + heard;
        }
        (leaves ? out : in) += length(segment);
        is_over = is_over || is_reset;
        packets.push_back(
            {segment.at, interface, segment.direction,
             tcp_packet(leaves ? local : remote, leaves ? remote : local, number++, written),
             std::move(segment.comments)});
    }
}

}  // namespace visualize
