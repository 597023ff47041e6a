#include "sim/policy/postfix_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace policy::postfix {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view stripped(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

constexpr std::array<std::string_view, 6> version_words{"SSLv2",   "SSLv3",   "TLSv1",
                                                        "TLSv1.1", "TLSv1.2", "TLSv1.3"};
constexpr std::size_t first_played = 4;

// By name, or as its number on the wire: "TLSv1.2" is "0x0303" (tls_proto_as_options).
std::optional<std::size_t> version_at(std::string_view word) {
    constexpr std::array<std::string_view, 6> numbers{"0x0002", "0x0300", "0x0301",
                                                      "0x0302", "0x0303", "0x0304"};
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (core::lower(word) == numbers[i]) return i;
    for (std::size_t i = 0; i < version_words.size(); ++i)
        if (core::lower(word) == core::lower(version_words[i])) return i;
    return std::nullopt;
}

}  // namespace

int Line::number_of(std::string_view part) const {
    if (part.data() < text.data() || part.data() > text.data() + text.size()) return number();
    const auto offset = static_cast<std::size_t>(part.data() - text.data());
    const auto behind =
        std::upper_bound(starts.begin(), starts.end(), offset,
                         [](std::size_t at, const auto& start) { return at < start.first; });
    return behind == starts.begin() ? number() : std::prev(behind)->second;
}

std::vector<Line> logical_lines(std::string_view text, std::vector<int>& stray) {
    std::vector<Line> out;
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view whole = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), whole.size() + 1));
        const std::string_view content = stripped(whole);
        if (content.empty() || content.front() == '#') continue;
        if (!is_space(whole.front())) {
            out.push_back({std::string(content), {{0, number}}});
        } else if (out.empty()) {
            stray.push_back(number);
        } else {
            out.back().starts.emplace_back(out.back().text.size() + 1, number);
            out.back().text += " ";
            out.back().text += content;
        }
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = text.find_first_not_of(separators, at);
        if (begin == text.npos) break;
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        out.push_back(text.substr(begin, end - begin));
        at = end;
    }
    return out;
}

std::optional<std::vector<std::string_view>> split_braced(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        at = text.find_first_not_of(comma_or_space, at);
        if (at == text.npos) break;
        const std::size_t begin = at;
        int depth = 0;
        while (at < text.size() && (depth > 0 || comma_or_space.find(text[at]) == text.npos)) {
            if (text[at] == '{') ++depth;
            if (text[at] == '}' && depth > 0) --depth;
            ++at;
        }
        if (depth != 0) return std::nullopt;
        out.push_back(text.substr(begin, at - begin));
    }
    return out;
}

std::string_view unbraced(std::string_view text) {
    if (!text.starts_with('{') || !text.ends_with('}') || text.size() < 2) return text;
    return core::trimmed(text.substr(1, text.size() - 2));
}

Versions versions_of(std::string_view list) {
    Versions out;
    std::array<bool, version_words.size()> excluded{}, included{};
    bool only_included = false;
    for (const std::string_view item : split(list, ",: \t\r\n")) {
        const bool from = item.starts_with(">="), up_to = item.starts_with("<=");
        const bool without = item.starts_with('!');
        const std::string_view word = item.substr(from || up_to ? 2 : without ? 1 : 0);
        const std::optional<std::size_t> at = version_at(word);
        if (!at) {
            const std::vector<std::string_view> known(version_words.begin(), version_words.end());
            out.wrong = fmt::format("expected a version of TLS such as >=TLSv1.2, got {}{}",
                                    shown(item), did_you_mean(word, known));
            return out;
        }
        if (without) excluded[*at] = true;
        if (!from && !up_to && !without) only_included = included[*at] = true;
        for (std::size_t i = 0; i < version_words.size(); ++i)
            if ((from && i < *at) || (up_to && i > *at)) excluded[i] = true;
    }
    for (std::size_t i = 0; i < version_words.size(); ++i) {
        if (excluded[i] || (only_included && !included[i])) continue;
        if (i >= first_played)
            out.played.emplace_back(version_words[i]);
        else if (i >= 2)  // Nobody speaks SSL any more, whatever the list says.
            out.older = true;
    }
    return out;
}

}  // namespace policy::postfix
