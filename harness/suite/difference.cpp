#include "harness/suite/difference.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace suite {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        out.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), out.back().size() + 1));
    }
    return out;
}

}  // namespace

// The longest common run of lines stays; all else was taken away or came.
std::vector<std::string> changed_lines(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> a = lines_of(before), b = lines_of(after);
    std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                                 std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1
                                        : std::max(common[i + 1][j], common[i][j + 1]);
    std::vector<std::string> out;
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            ++i;
            ++j;
        } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
            out.push_back(fmt::format("- {}", a[i++]));
        } else {
            out.push_back(fmt::format("+ {}", b[j++]));
        }
    }
    return out;
}

}  // namespace suite
