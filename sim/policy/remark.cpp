#include "sim/policy/remark.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace policy {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t step = core::lower(a[i - 1]) == core::lower(b[j - 1]) ? 0 : 1;
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + step});
            corner = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string Remark::text() const {
    return line > 0 ? fmt::format("{}:{}: {}", file, line, sentence)
                    : fmt::format("{}: {}", file, sentence);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    if (word.size() > 60) return {};
    for (const std::string_view candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance >= best_distance) continue;
        best = candidate;
        best_distance = distance;
    }
    return best.empty() ? std::string() : fmt::format("; did you mean '{}'?", best);
}

std::string one_of(const std::vector<std::string_view>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
    return out;
}

std::string shown(std::string_view text) {
    std::string out = "'";
    for (const char c : text.substr(0, 60)) {
        const bool plain = static_cast<unsigned char>(c) >= ' ' && c != 0x7F;
        out += plain ? c : '?';
    }
    return out + (text.size() > 60 ? "...'" : "'");
}

}  // namespace policy
