#include "visualize/wiretap.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "visualize/records.hpp"

namespace visualize {
namespace {

// RFC 5246 section 6.2.3; a longer one is no record. A longer line is told in parts.
constexpr std::size_t longest_record = 16384 + 2048, longest_line = 4096;

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}
std::size_t two_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

enum class Begins : std::uint8_t { text, record, unclear };
Begins begins(std::string_view bytes) {
    if (byte_at(bytes, 0) < 20 || byte_at(bytes, 0) > 23) return Begins::text;
    if (bytes.size() > 1 && byte_at(bytes, 1) != 3) return Begins::text;
    if (bytes.size() < 5) return Begins::unclear;
    return two_at(bytes, 3) <= longest_record ? Begins::record : Begins::text;
}

// The name that a ClientHello is for: RFC 6066 section 3. Empty where it has none.
std::string_view server_name(std::string_view hello) {
    std::size_t at = 4 + 2 + 32;
    at += 1 + byte_at(hello, at);
    at += 2 + two_at(hello, at);
    at += 1 + byte_at(hello, at);
    const std::size_t end = std::min(hello.size(), at + 2 + two_at(hello, at));
    for (at += 2; at + 4 <= end; at += 4 + two_at(hello, at + 2)) {
        if (two_at(hello, at) != 0) continue;
        const std::size_t size = two_at(hello, at + 7);
        if (at + 9 + size > end) return {};
        return hello.substr(at + 9, size);
    }
    return {};
}

std::string_view record_name(unsigned type) {
    switch (type) {
        case 20: return "ChangeCipherSpec";
        case 21: return "Alert";
        case 22: return "Handshake";
        default: return "ApplicationData";
    }
}

}  // namespace

std::string Wiretap::record(std::string_view whole) {
    const unsigned type = byte_at(whole, 0);
    const std::string_view body = whole.substr(5);
    const std::string length = fmt::format("{} byte{}", body.size(), body.size() == 1 ? "" : "s");
    if (type == 20) keys_changed_ = true;
    const std::string known = describe_records(whole);
    if (type == 20 || (type == 21 && body.size() == 2)) return known;
    const bool in_clear = type == 22 && !known.starts_with("{");
    if (in_clear) {
        const std::string_view name =
            byte_at(body, 0) == 1 ? server_name(body) : std::string_view();
        return fmt::format("{}{}{}, {}", known, name.empty() ? "" : " for ", name, length);
    }
    if (type == 22 && !keys_changed_) return "a part of a Handshake message, " + length;
    return fmt::format("{{{}, {}}}", record_name(type), length);
}

bool Wiretap::take_one(std::vector<Heard>& out) {
    const std::string_view bytes = std::string_view(held_).substr(told_);
    if (bytes.empty()) return false;
    if (const std::size_t size = ssl2_hello_size(bytes); size > 0 && size <= bytes.size()) {
        const std::string known = describe_records(bytes);
        out.push_back({Heard::Form::record, fmt::format("{}, {} bytes", known, size - 2)});
        told_ += size;
        return true;
    }
    const Begins what = begins(bytes);
    if (what == Begins::unclear) return false;
    if (what == Begins::record) {
        const std::size_t size = 5 + two_at(bytes, 3);
        if (bytes.size() < size) return false;
        out.push_back({Heard::Form::record, record(bytes.substr(0, size))});
        told_ += size;
        return true;
    }
    // A bare LF ends no line (RFC 5321 section 2.3.8): who reads it otherwise must see it.
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos && bytes.size() < longest_line) return false;
    const std::size_t size = std::min(end, longest_line);
    out.push_back({Heard::Form::text, std::string(bytes.substr(0, size))});
    told_ += size + (size == end ? 2 : 0);
    return true;
}

std::vector<Wiretap::Heard> Wiretap::hear(std::string_view bytes) {
    held_ += bytes;
    std::vector<Heard> out;
    while (take_one(out)) {
    }
    held_.erase(0, told_);
    told_ = 0;
    return out;
}

std::vector<Wiretap::Heard> Wiretap::rest() {
    if (held_.empty()) return {};
    std::vector<Heard> out(1);
    if (begins(held_) == Begins::text)
        out[0].words = held_ + " (a line without its end)";
    else
        out[0] = {Heard::Form::record,
                  fmt::format("a part of a record, {} bytes of it", held_.size())};
    held_.clear();
    return out;
}

}  // namespace visualize
