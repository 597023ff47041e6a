#pragma once
// A run as packets, for Wireshark: each connection as its client's network card sees it, and where
// somebody on the path changed bytes also as its server's does.
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace visualize {

struct Packet {
    core::Instant at;
    std::size_t interface = 0;
    enum class Direction : std::uint8_t { in, out } direction = Direction::out;
    std::string bytes;                  ///< A whole IP packet.
    std::vector<std::string> comments;  ///< What policy decided here, who altered it.
};

struct Capture {
    struct Interface {
        std::string name;         ///< The host whose card it is.
        std::string description;  ///< What is seen there.
    };
    std::vector<Interface> interfaces;
    std::vector<Packet> packets;  ///< In the order of their times.
    std::string key_log;          ///< The secrets of all TLS sessions, as NSS writes them.
};

/// TCP is made up around the segments: handshake, acknowledgements, sequence numbers, ports. What
/// they carry, and when, is the trace's.
Capture capture_of(const trace::Trace& trace);

/// The format of draft-ietf-opsawg-pcapng, with nanoseconds and the secrets inside. `comment` is
/// about the whole.
std::string as_pcapng(const Capture& capture, std::string_view comment);

/// The format of tcpdump (draft-ietf-opsawg-pcap), with nanoseconds. It has no room for secrets,
/// comments and interfaces.
std::string as_pcap(const Capture& capture);

}  // namespace visualize
