#include "sim/core/json.hpp"

#include <fmt/core.h>

namespace core {
namespace {

// Length of the UTF-8 sequence at the front, or 0 when it is none (RFC 3629 section 4).
std::size_t utf8_length(std::string_view s) {
    const auto byte = [&](std::size_t i) {
        return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned a = byte(0);
    if (a < 0x80) return 1;
    if (a >= 0xC2 && a < 0xE0) return tail(1) ? 2 : 0;
    if (a >= 0xE0 && a < 0xF0) {
        const bool overlong = a == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = a == 0xED && byte(1) > 0x9F;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (a >= 0xF0 && a < 0xF5) {
        const bool out_of_range = (a == 0xF0 && byte(1) < 0x90) || (a == 0xF4 && byte(1) > 0x8F);
        return tail(1) && tail(2) && tail(3) && !out_of_range ? 4 : 0;
    }
    return 0;
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
                out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
            else
                out += c;
    }
}

}  // namespace

bool is_utf8(std::string_view s) {
    while (!s.empty()) {
        const std::size_t n = utf8_length(s);
        if (n == 0) return false;
        s.remove_prefix(n);
    }
    return true;
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t n = utf8_length(text);
        if (n == 0) out += "\\ufffd";
        if (n == 1) append_escaped(out, text.front());
        if (n > 1) out += text.substr(0, n);
        text.remove_prefix(n == 0 ? 1 : n);
    }
    out += '"';
}

}  // namespace core
