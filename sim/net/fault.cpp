#include "sim/net/fault.hpp"

#include <algorithm>
#include <string>

#include "sim/net/connection.hpp"

namespace net {

using namespace trace;

std::string_view word(FaultKind kind) {
    switch (kind) {
        case FaultKind::cut: return "cut";
        case FaultKind::reset: return "reset";
        case FaultKind::delay: return "delay";
        case FaultKind::drop: return "drop";
        case FaultKind::flip: return "flip";
    }
    return "cut";
}

Striker striker_of(const Fault& fault) {
    return [fault](std::uint64_t segment) { return segment == fault.segment ? &fault : nullptr; };
}

// From the writer onto the path.
void Direction::depart(const Segment& segment) {
    const Fault* const fault = connection_.network.count_segment();
    if (lost_) return lose(segment);
    if (fault == nullptr) return enter(0, segment, {});
    suffer(*fault, segment);
}

void Direction::lose(const Segment& segment) {
    connection_.network.trace().add(HostId::nobody,
                                    SegmentDropped{connection_.id, way_, segment.bytes});
}

void Direction::suffer(const Fault& fault, Segment segment) {
    Trace& trace = connection_.network.trace();
    const auto alter = [&](std::string_view after, std::string_view act) {
        segment.cause = trace.add(HostId::nobody,
                                  SegmentAltered{connection_.id, way_, segment.bytes, after, act});
        segment.bytes = after;
    };
    if (fault.kind == FaultKind::delay) {
        alter(segment.bytes, "late");
        return enter(0, segment, minutes(6));
    }
    if (fault.kind == FaultKind::flip) {
        if (segment.bytes.empty()) return enter(0, segment, {});
        std::string after(segment.bytes);
        const std::size_t at = fault.byte.value_or(after.size() / 2);
        after[std::min(at, after.size() - 1)] ^= 1;
        alter(trace.keep(after), "one bit is another");
        return enter(0, segment, {});
    }
    const std::string_view passes = segment.bytes.substr(0, fault.byte.value_or(0));
    lost_ = true;
    if (!passes.empty()) enter(0, Segment{{}, Mark::none, segment.cause, passes}, {});
    segment.bytes.remove_prefix(passes.size());
    lose(segment);
    if (fault.kind == FaultKind::drop) return;
    const Mark mark = fault.kind == FaultKind::cut ? Mark::fin : Mark::reset;
    Direction& back = connection_.towards(opposite(way_));
    back.lost_ = true;
    end_for(mark);
    back.end_for(mark);
}

// What the reader sees in the place of all that would have come.
void Direction::end_for(Mark mark) {
    const EventId told = connection_.network.trace().add(
        HostId::nobody, SegmentInjected{connection_.id, way_, mark, {}, "the network's own"});
    enter(0, Segment{{}, mark, told, {}}, {});
}

}  // namespace net
