#include "sim/core/printable.hpp"
#include "visualize/capture.hpp"

namespace visualize {

namespace {

// All numbers of both formats are written low byte first: the magic number says so.
void put(std::string& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 255);
}
std::string filled(std::string_view text) {
    std::string out(text);
    out.resize((out.size() + 3) / 4 * 4);
    return out;
}

constexpr std::size_t raw_ip = 101;  // LINKTYPE_RAW

class PcapngFile {
  public:
    std::string take() { return std::move(out_); }
    void section(std::string_view comment) {
        std::string body;
        put(body, 0x1A2B3C4D, 4);
        put(body, 1, 2);
        put(body, 0, 2);
        put(body, ~std::uint64_t{0}, 8);
        option(body, 1, core::printable(comment));
        option(body, 4, "mailtls");
        block(0x0A0D0D0A, std::move(body));
    }
    void interface(const Capture::Interface& given) {
        std::string body;
        put(body, raw_ip, 2);
        put(body, 0, 2);
        put(body, 0, 4);
        option(body, 2, core::printable(given.name));
        option(body, 3, core::printable(given.description));
        option(body, 9, "\x09");  // nanoseconds
        block(1, std::move(body));
    }
    void secrets(std::string_view key_log) {
        std::string body;
        put(body, 0x544C534B, 4);  // a TLS key log
        put(body, key_log.size(), 4);
        body += filled(key_log);
        out_ += framed(10, body);
    }
    void packet(const Packet& packet) {
        std::string body;
        const auto at = static_cast<std::uint64_t>(packet.at.ns);
        put(body, packet.interface, 4);
        put(body, at >> 32, 4);
        put(body, at & 0xFFFFFFFF, 4);
        put(body, packet.bytes.size(), 4);
        put(body, packet.bytes.size(), 4);
        body += filled(packet.bytes);
        for (const std::string& comment : packet.comments)
            option(body, 1, core::printable(comment));
        std::string flags;
        put(flags, packet.direction == Packet::Direction::in ? 1 : 2, 4);
        option(body, 2, flags);
        block(6, std::move(body));
    }

  private:
    static void option(std::string& body, std::size_t code, std::string_view value) {
        value = value.substr(0, 0xFFFF);
        put(body, code, 2);
        put(body, value.size(), 2);
        body += filled(value);
    }
    static std::string framed(std::size_t type, const std::string& body) {
        std::string out;
        const std::size_t size = 12 + body.size();
        put(out, type, 4);
        put(out, size, 4);
        out += body;
        put(out, size, 4);
        return out;
    }
    void block(std::size_t type, std::string body) {
        put(body, 0, 4);  // the end of options
        out_ += framed(type, body);
    }
    std::string out_;
};

}  // namespace

std::string as_pcapng(const Capture& capture, std::string_view comment) {
    PcapngFile file;
    file.section(comment);
    for (const Capture::Interface& interface : capture.interfaces) file.interface(interface);
    if (!capture.key_log.empty()) file.secrets(capture.key_log);
    for (const Packet& packet : capture.packets) file.packet(packet);
    return file.take();
}

std::string as_pcap(const Capture& capture) {
    std::string out;
    put(out, 0xA1B23C4D, 4);  // with nanoseconds
    put(out, 2, 2);
    put(out, 4, 2);
    put(out, 0, 8);
    put(out, 262144, 4);
    put(out, raw_ip, 4);
    for (const Packet& packet : capture.packets) {
        put(out, static_cast<std::uint64_t>(packet.at.unix_seconds()), 4);
        put(out, static_cast<std::uint64_t>(packet.at.ns % 1'000'000'000), 4);
        put(out, packet.bytes.size(), 4);
        put(out, packet.bytes.size(), 4);
        out += packet.bytes;
    }
    return out;
}

}  // namespace visualize
