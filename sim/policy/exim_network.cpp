// Addresses of hosts, and lists as such.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "sim/policy/exim_eval.hpp"
#include "sim/policy/exim_lines.hpp"

namespace policy::exim {
namespace {

struct Bits {
    std::array<std::uint8_t, 16> bytes{};
    unsigned count = 0;  ///< 32 or 128.
};

std::optional<unsigned> number_in(std::string_view text, int base, unsigned most) {
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto [at, wrong] = std::from_chars(text.data(), end, value, base);
    if (text.empty() || wrong != std::errc{} || at != end || value > most) return std::nullopt;
    return value;
}

bool read_dotted(std::string_view text, std::uint8_t* into) {
    for (int i = 0; i < 4; ++i) {
        const std::string_view part = text.substr(0, text.find('.'));
        const bool last = part.size() == text.size();
        const auto value = part.size() > 3 ? std::nullopt : number_in(part, 10, 255);
        if (!value || last != (i == 3)) return false;
        into[i] = static_cast<std::uint8_t>(*value);
        if (!last) text.remove_prefix(part.size() + 1);
    }
    return true;
}

// Groups of hexadecimal digits; the last may be an IPv4 address.
std::optional<std::vector<std::uint8_t>> groups_of(std::string_view text) {
    std::vector<std::uint8_t> out;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(':'));
        if (part.find('.') != part.npos) {
            std::array<std::uint8_t, 4> four{};
            if (part.size() != text.size() || !read_dotted(part, four.data())) return std::nullopt;
            out.insert(out.end(), four.begin(), four.end());
            return out;
        }
        const auto value = part.size() > 4 ? std::nullopt : number_in(part, 16, 0xFFFF);
        if (!value || out.size() >= 16) return std::nullopt;
        out.push_back(static_cast<std::uint8_t>(*value >> 8));
        out.push_back(static_cast<std::uint8_t>(*value & 0xFF));
        if (part.size() == text.size()) return out;
        text.remove_prefix(part.size() + 1);
        if (text.empty()) return std::nullopt;
    }
    return out;
}

std::optional<Bits> bits_of(std::string_view text) {
    Bits out;
    if (text.find(':') == text.npos) {
        out.count = 32;
        if (!read_dotted(text, out.bytes.data())) return std::nullopt;
        return out;
    }
    out.count = 128;
    const std::size_t gap_at = text.find("::");
    const auto left = groups_of(text.substr(0, gap_at));
    const auto right =
        gap_at == text.npos ? std::vector<std::uint8_t>() : groups_of(text.substr(gap_at + 2));
    if (!left || !right) return std::nullopt;
    const std::size_t all = left->size() + right->size();
    if (gap_at == text.npos ? all != 16 : all > 14) return std::nullopt;
    std::copy(left->begin(), left->end(), out.bytes.begin());
    std::copy(right->rbegin(), right->rend(), out.bytes.rbegin());
    return out;
}

struct Network {
    Bits bits;
    unsigned prefix = 0;
};

std::optional<Network> network_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto bits = bits_of(text.substr(0, slash));
    if (!bits) return std::nullopt;
    if (slash == text.npos) return Network{*bits, bits->count};
    const auto prefix = number_in(text.substr(slash + 1), 10, bits->count);
    if (!prefix) return std::nullopt;
    return Network{*bits, *prefix};
}

bool is_punctuation(char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

}  // namespace

bool is_network(std::string_view text) { return network_of(text).has_value(); }

bool is_in_network(std::string_view address, std::string_view network) {
    const auto net = network_of(network);
    const auto one = bits_of(address);
    if (!net || !one || net->bits.count != one->count) return false;
    for (unsigned bit = 0; bit < net->prefix; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if ((net->bits.bytes[bit / 8] & mask) != (one->bytes[bit / 8] & mask)) return false;
    }
    return true;
}

std::vector<std::string> list_items(std::string_view list, char separator) {
    std::vector<std::string> out;
    const auto drop_blanks = [&] {
        while (!list.empty() && is_blank(list.front()) && list.front() != separator)
            list.remove_prefix(1);
    };
    drop_blanks();
    if (list.size() > 1 && list.front() == '<') {
        const char other = list[1];
        const bool control = static_cast<unsigned char>(other) < ' ' || other == 0x7F;
        if (is_punctuation(other) || control) {
            separator = other;
            list.remove_prefix(2);
        }
    }
    const bool doubles = static_cast<unsigned char>(separator) >= ' ' && separator != 0x7F;
    for (drop_blanks(); !list.empty(); drop_blanks()) {
        std::string item;
        std::size_t at = 0;
        for (; at < list.size(); ++at) {
            if (list[at] != separator)
                item += list[at];
            else if (doubles && at + 1 < list.size() && list[at + 1] == separator)
                item += list[at++];
            else
                break;
        }
        list.remove_prefix(std::min(list.size(), at + 1));
        out.emplace_back(without_blanks(item));
    }
    return out;
}

}  // namespace policy::exim
