#include "sim/dns/idna.hpp"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

namespace dns {
namespace {

// RFC 3492 section 5.
constexpr std::uint32_t radix = 36, tmin = 1, tmax = 26, skew = 38, damp = 700, first_bias = 72;
constexpr char32_t first_other = 128;
constexpr std::size_t longest_label = 63;  // RFC 1035 section 2.3.4

// Section 6.1.
std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / damp : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > (radix - tmin) * tmax / 2; k += radix) delta /= radix - tmin;
    return k + (radix - tmin + 1) * delta / (delta + skew);
}

char digit(std::uint32_t value) {
    return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

// Section 6.3, the inner loop: a number of variable length.
void append_number(std::string& out, std::uint32_t number, std::uint32_t bias) {
    for (std::uint32_t k = radix;; k += radix) {
        const std::uint32_t t = k <= bias ? tmin : k >= bias + tmax ? tmax : k - bias;
        if (number < t) break;
        out += digit(t + (number - t) % (radix - t));
        number = (number - t) / (radix - t);
    }
    out += digit(number);
}

// How many bytes a character of UTF-8 has that begins so (RFC 3629 section 4); 0: none does.
std::size_t size_of_character(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// The character at the front of `text`, which is shortened by it; nothing where it is no UTF-8.
std::optional<char32_t> take_character(std::string_view& text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = size_of_character(octet(0));
    if (size == 0 || text.size() < size) return std::nullopt;
    char32_t out = size == 1 ? octet(0) : octet(0) & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((octet(i) & 0xC0u) != 0x80u) return std::nullopt;
        out = out << 6 | (octet(i) & 0x3Fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = out >= 0xD800 && out <= 0xDFFF;
    if (out < least[size] || out > 0x10FFFF || surrogate) return std::nullopt;
    text.remove_prefix(size);
    return out;
}

std::optional<std::u32string> characters(std::string_view text) {
    std::u32string out;
    while (!text.empty()) {
        const std::optional<char32_t> next = take_character(text);
        if (!next) return std::nullopt;
        out += *next;
    }
    return out;
}

// Small letters of Latin Extended-A, but those with compatibility forms (RFC 5892 section 2.2).
bool is_extended_latin(char32_t c) {
    if (c < 0x100 || c > 0x17E || c == 0x133 || c == 0x140 || c == 0x149) return false;
    const bool even_is_small = (c >= 0x139 && c <= 0x148) || c >= 0x179;
    return c == 0x138 || (c % 2 == 0) == even_is_small;
}

// PVALID (RFC 5892), and neither a mark nor of a script that runs to the left.
bool is_known_letter(char32_t c) {
    struct Range {
        char32_t first, last;
    };
    constexpr Range known[] = {
        {0xDF, 0xF6},     {0xF8, 0xFF},      // Latin-1
        {0x390, 0x390},   {0x3AC, 0x3CE},    // Greek
        {0x430, 0x45F},                      // Cyrillic
        {0x3041, 0x3096}, {0x30A1, 0x30FA},  // Hiragana, Katakana
        {0x30FC, 0x30FC},                    // its mark of length
        {0x4E00, 0x9FA5}, {0xAC00, 0xD7A3},  // Han, Hangul
    };
    const bool listed = std::any_of(std::begin(known), std::end(known),
                                    [&](const Range& r) { return c >= r.first && c <= r.last; });
    return listed || is_extended_latin(c);
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Failure no_label(std::string_view label, std::string_view why) {
    return Failure(Reason::no_such_domain, fmt::format("the label '{}' {}", label, why));
}

Result<std::string> a_label(std::string_view label) {
    if (is_ascii(label)) return std::string(label);
    const std::optional<std::u32string> text = characters(label);
    if (!text) return Failure(Reason::no_such_domain, "a label is not UTF-8");
    // RFC 5891 section 4.2.3.1.
    if (label.front() == '-' || label.back() == '-' ||
        (text->size() > 3 && text->substr(2, 2) == U"--"))
        return no_label(label, "has a hyphen at an end, or two in the third and fourth place");
    std::u32string small;
    for (const char32_t c : *text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        const bool large = c >= 'A' && c <= 'Z';
        if (!plain && !large && !is_known_letter(c))
            return no_label(label, fmt::format("has U+{:04X}, which is no small, composed letter "
                                               "that is known here; write its A-label (xn--…)",
                                               static_cast<std::uint32_t>(c)));
        small += large ? c - 'A' + 'a' : c;
    }
    const std::optional<std::string> code = punycode(small);
    if (!code || code->size() + 4 > longest_label)
        return no_label(label, "is longer than 63 bytes as an A-label");
    return "xn--" + *code;
}

}  // namespace

std::optional<std::string> punycode(std::u32string_view text) {
    std::string out;
    for (const char32_t c : text)
        if (c < first_other) out += static_cast<char>(c);
    const auto plain = static_cast<std::uint32_t>(out.size());
    std::uint32_t done = plain, delta = 0, bias = first_bias;
    char32_t n = first_other;
    if (plain > 0) out += '-';
    while (done < text.size()) {
        char32_t next = std::numeric_limits<char32_t>::max();
        for (const char32_t c : text)
            if (c >= n) next = std::min(next, c);
        const std::uint64_t step = std::uint64_t{next - n} * (done + 1) + delta;
        if (step > std::numeric_limits<std::uint32_t>::max() - text.size()) return std::nullopt;
        delta = static_cast<std::uint32_t>(step);
        n = next;
        for (const char32_t c : text) {
            if (c < n) ++delta;
            if (c != n) continue;
            append_number(out, delta, bias);
            bias = adapted(delta, done + 1, done == plain);
            delta = 0;
            ++done;
        }
        ++delta;
        ++n;
    }
    return out;
}

Result<std::string> with_a_labels(std::string_view name) {
    std::string out;
    for (;;) {
        const std::size_t dot = name.find('.');
        const Result<std::string> label = a_label(name.substr(0, dot));
        if (!label.ok()) return label.failure();
        out += label.value();
        if (dot == std::string_view::npos) return out;
        out += '.';
        name.remove_prefix(dot + 1);
    }
}

}  // namespace dns
