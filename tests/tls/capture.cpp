#include "tests/tls/capture.hpp"

#include <map>

namespace {

using namespace core;

std::string big(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFF);
    return out;
}
std::string little(std::uint64_t value, int bytes) {
    const std::string out = big(value, bytes);
    return {out.rbegin(), out.rend()};
}

constexpr std::uint64_t port = 465;
constexpr std::uint64_t ack = 0x10, fin = 0x01, reset = 0x04;
constexpr std::uint64_t client_address = 0xC0000201, server_address = 0xC0000202;

struct Sides {
    std::uint64_t sent[2] = {};  // by way
};

// RFC 9293 section 3.1 in RFC 791 section 3.1. Checksums are zero: nobody is asked to look.
std::string packet(const trace::SegmentSent& segment, const Sides& sides) {
    const bool up = segment.way == trace::Way::to_server;
    const std::uint64_t own_port = 40'000 + static_cast<std::uint64_t>(segment.connection);
    std::uint64_t flags = ack;
    if (segment.mark == trace::Mark::fin) flags |= fin;
    if (segment.mark == trace::Mark::reset) flags |= reset;
    const std::string tcp = big(up ? own_port : port, 2) + big(up ? port : own_port, 2) +
                            big(1 + segment.offset, 4) + big(1 + sides.sent[up ? 1 : 0], 4) +
                            big(0x50, 1) + big(flags, 1) + big(0xFFFF, 2) + big(0, 4);
    const std::string ip = big(0x4500, 2) + big(40 + segment.bytes.size(), 2) + big(0, 4) +
                           big(64, 1) + big(6, 1) + big(0, 2) +
                           big(up ? client_address : server_address, 4) +
                           big(up ? server_address : client_address, 4);
    return ip + tcp + std::string(segment.bytes);
}

}  // namespace

// draft-ietf-opsawg-pcap; link type 101 is an IP packet and nothing around it.
std::string capture_of(const trace::Trace& trace) {
    std::string out = little(0xA1B2C3D4, 4) + little(2, 2) + little(4, 2) + little(0, 8) +
                      little(0x40000, 4) + little(101, 4);
    std::map<trace::ConnectionId, Sides> connections;
    trace.each_of<trace::SegmentSent>([&](const trace::Event& e, const trace::SegmentSent& s) {
        Sides& sides = connections[s.connection];
        const std::string bytes = packet(s, sides);
        sides.sent[s.way == trace::Way::to_server ? 0 : 1] = s.offset + s.bytes.size();
        const auto micros = static_cast<std::uint64_t>(e.at.ns / 1000);
        out += little(micros / 1'000'000, 4) + little(micros % 1'000'000, 4) +
               little(bytes.size(), 4) + little(bytes.size(), 4) + bytes;
    });
    return out;
}

std::string key_log_of(const trace::Trace& trace) {
    std::string out;
    trace.each_of<trace::SecretMade>([&](const trace::Event&, const trace::SecretMade& s) {
        out += std::string(s.label) + " " + std::string(s.client_random) + " " +
               std::string(s.secret) + "\n";
    });
    return out;
}
