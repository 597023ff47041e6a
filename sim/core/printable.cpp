#include "sim/core/printable.hpp"

#include <cstdint>

#include <fmt/core.h>

namespace core {
namespace {

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 1;
    bool well = false;
};

// One character of UTF-8: RFC 3629 section 4.
Character character_at(std::string_view text) {
    const auto byte = [text](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    const std::uint32_t first = byte(0);
    if (first < 0x80) return {first, 1, true};
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) return {};
    std::uint32_t code = first & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3F);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least[size] || surrogate || code > 0x10FFFF) return {};
    return {code, size, true};
}

// Turns the order of what is read, or cannot be seen, as a byte order mark or a tag.
bool steers(std::uint32_t code) {
    return code == 0xFEFF || (code >= 0xE0000 && code <= 0xE007F) || code < 0x20 ||
           (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::string escaped(std::string_view text, std::string_view kept) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character c = character_at(text);
        if (!c.well)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        else if (!steers(c.code) || kept.find(text[0]) != std::string_view::npos)
            out += text.substr(0, c.bytes);
        else
            out +=
                c.code < 0x80 ? fmt::format("\\x{:02x}", c.code) : fmt::format("\\u{:04x}", c.code);
        text.remove_prefix(c.bytes);
    }
    return out;
}

}  // namespace

std::string printable(std::string_view text) { return escaped(text, "\n\t"); }
std::string printable_line(std::string_view text) { return escaped(text, ""); }

}  // namespace core
