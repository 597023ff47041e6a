#include "visualize/packets.hpp"

#include <arpa/inet.h>

#include <array>

namespace visualize {
namespace {

constexpr char tcp = 6, udp = 17;  // protocol numbers of IANA
constexpr std::size_t ipv4_size = 4;

void put16(std::string& out, std::size_t number) {
    out += static_cast<char>(number >> 8 & 255);
    out += static_cast<char>(number & 255);
}
void put32(std::string& out, std::uint32_t number) {
    put16(out, number >> 16);
    put16(out, number & 0xFFFF);
}

// RFC 1071.
std::uint16_t checksum(std::string_view bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint32_t octet = static_cast<unsigned char>(bytes[i]);
        sum += i % 2 == 0 ? octet << 8 : octet;
    }
    while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

void set16(std::string& out, std::size_t at, std::uint16_t number) {
    out[at] = static_cast<char>(number >> 8);
    out[at + 1] = static_cast<char>(number & 255);
}

// RFC 9293 section 3.1, RFC 8200 section 8.1.
std::string pseudo_header(const IpAddress& from, const IpAddress& to, char protocol,
                          std::size_t size) {
    std::string out = from + to;
    if (from.size() == ipv4_size) {
        out += '\0';
        out += protocol;
        put16(out, size);
    } else {
        put32(out, static_cast<std::uint32_t>(size));
        out += std::string(3, '\0') + protocol;
    }
    return out;
}

std::string in_ip(const IpAddress& from, const IpAddress& to, std::uint16_t number, char protocol,
                  const std::string& payload) {
    std::string out;
    if (from.size() == ipv4_size) {
        out += "\x45";
        out += '\0';
        put16(out, 20 + payload.size());
        put16(out, number);
        put16(out, 0x4000);  // not to be fragmented
        out += '\x40';
        out += protocol;
        put16(out, 0);
        out += from + to;
        set16(out, 10, checksum(out));
    } else {
        put32(out, 0x60000000);
        put16(out, payload.size());
        out += protocol;
        out += '\x40';
        out += from + to;
    }
    return out + payload;
}

}  // namespace

IpAddress ip_address(std::string_view text) {
    const std::string kept(text);
    std::array<char, 16> bytes{};
    for (const int family : {AF_INET, AF_INET6})
        if (inet_pton(family, kept.c_str(), bytes.data()) == 1)
            return {bytes.data(), family == AF_INET ? ipv4_size : bytes.size()};
    return {};
}

IpAddress in_documentation_ipv6(const IpAddress& four) {
    return std::string("\x20\x01\x0d\xb8", 4) + std::string(8, '\0') + four;
}

std::string tcp_packet(const Endpoint& from, const Endpoint& to, std::uint16_t number,
                       const TcpSegment& segment) {
    const bool syn = (segment.flags & tcp_flag::syn) != 0;
    std::string out;
    put16(out, from.port);
    put16(out, to.port);
    put32(out, segment.sequence);
    put32(out, segment.acknowledged);
    out += syn ? '\x60' : '\x50';
    out += static_cast<char>(segment.flags);
    put16(out, 0xFFFF);
    put32(out, 0);
    if (syn) put32(out, 0x020405B4);  // the largest segment: 1460 bytes
    out += segment.bytes;
    set16(out, 16, checksum(pseudo_header(from.address, to.address, tcp, out.size()) + out));
    return in_ip(from.address, to.address, number, tcp, out);
}

std::string udp_packet(const Endpoint& from, const Endpoint& to, std::uint16_t number,
                       std::string_view bytes) {
    std::string out;
    put16(out, from.port);
    put16(out, to.port);
    put16(out, 8 + bytes.size());
    put16(out, 0);
    out += bytes;
    const std::uint16_t sum =
        checksum(pseudo_header(from.address, to.address, udp, out.size()) + out);
    set16(out, 6, sum == 0 ? 0xFFFF : sum);  // RFC 768: zero means none
    return in_ip(from.address, to.address, number, udp, out);
}

}  // namespace visualize
