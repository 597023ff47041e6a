#include "sim/policy/remark.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/edit_distance.hpp"
#include "sim/core/text.hpp"

namespace policy {

std::string Remark::text() const {
    return line > 0 ? fmt::format("{}:{}: {}", file, line, sentence)
                    : fmt::format("{}: {}", file, sentence);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    if (word.size() > 60) return {};
    for (const std::string_view candidate : known) {
        const std::size_t distance = core::edit_distance(core::lower(word), core::lower(candidate));
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
