#include "visualize/change.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "sim/core/printable.hpp"

namespace visualize {
namespace {

using LineList = std::vector<std::string_view>;

bool is_binary(std::string_view bytes) {
    const bool record = bytes.size() > 1 && bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3;
    return record || std::any_of(bytes.begin(), bytes.end(), [](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\n' &&
                       c != '\t') ||
                      c == 0x7F;
           });
}

LineList split_lines(std::string_view text) {
    LineList out;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::size_t size = end == std::string_view::npos ? text.size() : end + 2;
        out.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return out;
}

std::string in_short(const LineList& lines) {
    constexpr std::size_t most = 60;
    std::string out;
    for (std::string_view line : lines) {
        if (line.ends_with("\r\n")) line.remove_suffix(2);
        out += (out.empty() ? "" : " / ") + core::printable_line(line);
    }
    if (out.size() <= most) return out.empty() ? "an empty line" : out;
    std::size_t cut = most;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0) == 0x80) --cut;
    return out.substr(0, cut) + "…";
}

std::string bytes_became(std::string_view before, std::string_view after) {
    if (before.size() != after.size()) return {};
    std::size_t count = 0, first = 0;
    for (std::size_t i = before.size(); i-- > 0;) {
        if (before[i] == after[i]) continue;
        first = i;
        ++count;
    }
    const auto at = [](std::string_view bytes, std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
    };
    if (count == 0) return {};
    return count == 1
               ? fmt::format("at {} of {} bytes {:02x} becomes {:02x}", first, before.size(),
                             at(before, first), at(after, first))
               : fmt::format("{} of {} bytes change, the first at {}", count, before.size(), first);
}

}  // namespace

std::string what_became(std::string_view before, std::string_view after) {
    if (is_binary(before) || is_binary(after)) return bytes_became(before, after);
    LineList was = split_lines(before), is = split_lines(after);
    const auto same = std::mismatch(was.begin(), was.end(), is.begin(), is.end());
    was.erase(was.begin(), same.first);
    is.erase(is.begin(), same.second);
    while (!was.empty() && !is.empty() && was.back() == is.back()) {
        was.pop_back();
        is.pop_back();
    }
    if (was.empty() && is.empty()) return {};
    if (is.empty()) return in_short(was) + (was.size() == 1 ? " is taken out" : " are taken out");
    if (was.empty()) return in_short(is) + (is.size() == 1 ? " is put in" : " are put in");
    const std::string one = in_short(was), other = in_short(is);
    if (one == other) return one + " gets another end";
    return one + (was.size() == 1 ? " becomes " : " become ") + other;
}

std::string act_in_words(std::string_view act, std::string_view before, std::string_view after) {
    // As attackers call what leaves each byte as it was (sim/attack/wire.cpp).
    static constexpr std::string_view moves[] = {"split", "joined", "what was held back goes on",
                                                 "held back until it is known what follows"};
    const bool moved = std::find(std::begin(moves), std::end(moves), act) != std::end(moves);
    const std::string became = moved ? std::string() : what_became(before, after);
    return std::string(act) + (became.empty() ? "" : ": " + became);
}

}  // namespace visualize
