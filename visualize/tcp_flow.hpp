#pragma once
// One connection at one network card: segments become packets with numbers and acknowledgements
// (RFC 9293 section 3.4).
#include <string>
#include <string_view>
#include <vector>

#include "visualize/capture.hpp"
#include "visualize/packets.hpp"

namespace visualize {

struct TcpFlow {
    struct Segment {
        core::Instant at;
        Packet::Direction direction = Packet::Direction::out;
        std::uint8_t flags = 0;
        std::string_view bytes;
        /// Of what comes in: how many of this side's bytes its writer had got when it left.
        std::uint64_t acknowledged = 0;
        std::vector<std::string> comments;
    };

    std::size_t interface = 0;
    Endpoint local, remote;
    std::uint32_t out_begins = 0, in_begins = 0;  ///< The initial sequence numbers.
    std::vector<Segment> segments;

    Segment& add(core::Instant at, Packet::Direction direction, std::uint8_t flags,
                 std::string_view bytes = {});
    /// The other end acknowledges so many bytes, and says nothing else.
    void hear(core::Instant at, std::uint64_t bytes);
    /// A comment on the last segment, or on the first one that will be.
    void say(std::string comment);

    /// Adds all of it to `packets`, numbered from `number` on.
    void write(std::vector<Packet>& packets, std::uint16_t& number);

  private:
    void acknowledge();
    std::vector<Segment> heard_;
    std::vector<std::string> waiting_;
};

}  // namespace visualize
