#pragma once
// IP packets with TCP segments and UDP datagrams in them (RFC 791, RFC 8200, RFC 9293, RFC 768).
#include <cstdint>
#include <string>
#include <string_view>

namespace visualize {

/// Four or sixteen bytes.
using IpAddress = std::string;
/// Reads "192.0.2.1" or "2001:db8::1"; empty when it is neither.
IpAddress ip_address(std::string_view text);
/// The IPv6 address 2001:db8::a.b.c.d of a host that has an IPv4 address alone (RFC 3849).
IpAddress in_documentation_ipv6(const IpAddress& four);

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
};

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}

struct TcpSegment {
    std::uint32_t sequence = 0, acknowledged = 0;
    std::uint8_t flags = 0;
    std::string_view bytes;
};

/// A whole IP packet, of the version of its addresses, with checksums that are right. `number` is
/// the identification of IPv4.
std::string tcp_packet(const Endpoint& from, const Endpoint& to, std::uint16_t number,
                       const TcpSegment& segment);
std::string udp_packet(const Endpoint& from, const Endpoint& to, std::uint16_t number,
                       std::string_view bytes);

}  // namespace visualize
