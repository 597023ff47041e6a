#include "visualize/records.hpp"

#include <fmt/core.h>

namespace visualize {
namespace {

std::string_view handshake_name(unsigned type) {
    switch (type) {  // RFC 8446 section 4, RFC 5246 section 7.4
        case 1: return "ClientHello";
        case 2: return "ServerHello";
        case 4: return "NewSessionTicket";
        case 11: return "Certificate";
        case 12: return "ServerKeyExchange";
        case 13: return "CertificateRequest";
        case 14: return "ServerHelloDone";
        case 16: return "ClientKeyExchange";
        case 20: return "Finished";
        default: return "";
    }
}

unsigned byte(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

// A handshake record in clear text: the messages in it, or nothing when it does not parse
// (TLS 1.2's Finished).
std::string handshake_messages(std::string_view body) {
    std::string out;
    while (body.size() >= 4) {
        const std::string_view name = handshake_name(byte(body, 0));
        const std::size_t size = 4 + (byte(body, 1) << 16 | byte(body, 2) << 8 | byte(body, 3));
        if (name.empty() || size > body.size()) return {};
        out += (out.empty() ? "" : ", ") + std::string(name);
        body.remove_prefix(size);
    }
    return body.empty() ? out : std::string();
}

bool is_record(std::string_view bytes) {
    return bytes.size() >= 5 && byte(bytes, 0) >= 20 && byte(bytes, 0) <= 23 && byte(bytes, 1) == 3;
}

struct Summary {
    std::string open;
    int sealed = 0;
};

Summary summarize(std::string_view bytes) {
    Summary out;
    const auto add = [&](std::string_view word) {
        out.open += (out.open.empty() ? "" : ", ") + std::string(word);
    };
    while (is_record(bytes)) {
        const std::size_t size = byte(bytes, 3) << 8 | byte(bytes, 4);
        const std::string_view body = bytes.substr(5, size);
        const std::string messages =
            byte(bytes, 0) == 22 ? handshake_messages(body) : std::string();
        if (!messages.empty())
            add(messages);
        else if (byte(bytes, 0) == 21 && body.size() == 2)
            add(fmt::format("alert {}", byte(body, 1)));
        else if (byte(bytes, 0) != 20)
            ++out.sealed;  // a ChangeCipherSpec says nothing in TLS 1.3
        bytes.remove_prefix(std::min(bytes.size(), 5 + size));
    }
    return out;
}

}  // namespace

// A hello of SSL 2.0 (RFC 6101 appendix E), the client's or the server's; its size, or 0.
std::size_t ssl2_hello_size(std::string_view bytes) {
    if (bytes.size() < 7 || byte(bytes, 0) < 0x80) return 0;
    const bool by_client = byte(bytes, 2) == 1 && byte(bytes, 4) <= 3 &&
                           (byte(bytes, 3) == 3 || (byte(bytes, 3) == 0 && byte(bytes, 4) == 2));
    const bool by_server = byte(bytes, 2) == 4 && byte(bytes, 5) == 0 && byte(bytes, 6) == 2;
    return by_client || by_server ? 2 + ((byte(bytes, 0) & 0x7F) << 8 | byte(bytes, 1)) : 0;
}

std::string describe_records(std::string_view bytes) {
    if (ssl2_hello_size(bytes) > 0)
        return byte(bytes, 2) == 1 ? "ClientHello of SSL 2.0" : "ServerHello of SSL 2.0";
    if (!is_record(bytes)) return {};
    const Summary s = summarize(bytes);
    std::string out = s.open;
    if (s.sealed > 0)
        out += fmt::format("{}{{{} sealed record{}}}", out.empty() ? "" : "  ", s.sealed,
                           s.sealed == 1 ? "" : "s");
    return out.empty() ? "ChangeCipherSpec" : out;
}

std::size_t readable_front(std::string_view bytes) {
    if (!is_record(bytes) || byte(bytes, 0) != 22) return 0;
    std::size_t at = 5 + (byte(bytes, 3) << 8 | byte(bytes, 4));
    if (!handshake_messages(bytes.substr(5, at - 5)).starts_with("ServerHello")) return 0;
    while (at < bytes.size() && is_record(bytes.substr(at)) && byte(bytes, at) == 20)
        at += 5 + (byte(bytes, at + 3) << 8 | byte(bytes, at + 4));
    return at < bytes.size() && is_record(bytes.substr(at)) && byte(bytes, at) == 23 ? at : 0;
}

bool sealed(std::string_view bytes) {
    return is_record(bytes) && summarize(bytes).open.empty() && summarize(bytes).sealed > 0;
}

}  // namespace visualize
