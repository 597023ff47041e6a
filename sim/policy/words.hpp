#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace policy {

/// The enumerator spelled so: words stand in the order of the enumeration, which begins at 0.
template <class Enum, std::size_t N>
std::optional<Enum> enumerator_of(const std::array<std::string_view, N>& words,
                                  std::string_view word) {
    for (std::size_t i = 0; i < N; ++i)
        if (words[i] == word) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace policy
