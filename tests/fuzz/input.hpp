#pragma once
// What all targets share: how one input is taken apart, and how a stream is cut at its points.
//
// Numbers come from the end of the input, so that the text in front of them can be read and
// written by people. clang's FuzzedDataProvider.h does so too, but other compilers lack it, and an
// input must mean the same when it is replayed by any of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size)
        : rest_(size == 0 ? "" : reinterpret_cast<const char*>(data), size) {}

    /// The last byte that is left; 0 when none is.
    unsigned byte() {
        if (rest_.empty()) return 0;
        const auto last = static_cast<unsigned char>(rest_.back());
        rest_.remove_suffix(1);
        return last;
    }
    /// From 0 to `limit`, by the last two bytes.
    std::size_t number(std::size_t limit) {
        const std::size_t low = byte();
        return (low | std::size_t{byte()} << 8) % (limit + 1);
    }
    /// Up to seven places, each a number of two bytes, how many by the last byte: in order.
    std::vector<std::size_t> places() {
        std::vector<std::size_t> out(byte() % 8);
        for (std::size_t& place : out) place = number(65535);
        for (std::size_t& place : out) place %= rest_.size() + 1;
        std::sort(out.begin(), out.end());
        return out;
    }
    /// All that is left.
    std::string_view text() const { return rest_; }

  private:
    std::string_view rest_;
};

/// The text cut at the places, which are in order: the pieces in order, empty ones left out.
inline std::vector<std::string_view> cut(std::string_view text,
                                         const std::vector<std::size_t>& places) {
    std::vector<std::string_view> out;
    std::size_t from = 0;
    const auto until = [&](std::size_t to) {
        if (to > from) out.push_back(text.substr(from, to - from));
        from = std::max(from, to);
    };
    for (const std::size_t place : places) until(place);
    until(text.size());
    return out;
}

/// The parts between the marks; one more than there are marks.
inline std::vector<std::string> split(std::string_view text, std::string_view mark) {
    std::vector<std::string> out;
    for (;;) {
        const std::size_t end = text.find(mark);
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + mark.size());
    }
}

/// Is each character one that `fits`, and is there one at all?
template <class Fits>
bool all(std::string_view text, Fits fits) {
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }
inline bool is_printable(char c) { return c > ' ' && c < 0x7F; }

/// A host name of letters, digits and hyphens: RFC 5321 section 4.1.2, Domain.
inline bool is_host(std::string_view name) {
    if (name.size() > 253) return false;
    for (const std::string& label : split(name, "."))
        if (label.size() > 63 || label.starts_with('-') || label.ends_with('-') ||
            !all(label, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }))
            return false;
    return true;
}

}  // namespace fuzz
