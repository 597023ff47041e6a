// Addresses as text: RFC 4291 section 2.2, RFC 5952 section 4.
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "sim/dns/zone_file.hpp"

namespace dns {
namespace {

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string> ipv4_bytes(std::string_view text) {
    std::string out;
    for (int i = 0; i < 4; ++i) {
        const std::size_t dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return std::nullopt;
        const auto part = number<unsigned>(text.substr(0, dot));
        if (!part || *part > 255 || dot > 3) return std::nullopt;
        out += static_cast<char>(*part);
        text.remove_prefix(std::min(text.size(), dot + 1));
    }
    return text.empty() ? std::optional(out) : std::nullopt;
}

// Groups parted by colons; the last may be an IPv4 address (RFC 4291 section 2.2).
std::optional<std::string> ipv6_groups(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
            const auto tail = ipv4_bytes(group);
            return tail ? std::optional(out + *tail) : std::nullopt;
        }
        unsigned value = 0;
        const auto r = std::from_chars(group.data(), group.data() + group.size(), value, 16);
        if (group.empty() || group.size() > 4 || r.ec != std::errc{} ||
            r.ptr != group.data() + group.size())
            return std::nullopt;
        out += static_cast<char>(value >> 8);
        out += static_cast<char>(value);
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
        if (text.empty()) return std::nullopt;
    }
    return out;
}

std::optional<std::string> ipv6_bytes(std::string_view text) {
    const std::size_t gap = text.find("::");
    const auto front = ipv6_groups(text.substr(0, gap));
    if (!front) return std::nullopt;
    if (gap == std::string_view::npos) return front->size() == 16 ? front : std::nullopt;
    if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
    const auto back = ipv6_groups(text.substr(gap + 2));
    if (!back || front->size() + back->size() > 14) return std::nullopt;
    return *front + std::string(16 - front->size() - back->size(), '\0') + *back;
}

// RFC 5952 section 4: the longest run of two or more zero groups becomes "::".
std::string ipv6_text(std::string_view bytes) {
    std::array<unsigned, 8> group{};
    for (std::size_t i = 0; i < 8; ++i)
        group[i] = static_cast<unsigned>(static_cast<unsigned char>(bytes[2 * i])) << 8 |
                   static_cast<unsigned char>(bytes[2 * i + 1]);
    std::size_t best = 8, best_size = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t size = 0;
        while (i + size < 8 && group[i + size] == 0) ++size;
        if (size > best_size) {
            best = i;
            best_size = size;
        }
    }
    std::string out;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == best) {
            out += i == 0 ? "::" : ":";
            i += best_size - 1;
            continue;
        }
        out += fmt::format("{:x}", group[i]);
        if (i < 7) out += ':';
    }
    return out;
}

}  // namespace

std::optional<std::string> address_bytes(std::string_view text) {
    return text.find(':') == std::string_view::npos ? ipv4_bytes(text) : ipv6_bytes(text);
}

std::string address_text(std::string_view bytes) {
    if (bytes.size() == 16) return ipv6_text(bytes);
    std::string out;
    for (const char c : bytes)
        out += (out.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
    return out;
}

}  // namespace dns
