#pragma once
#include <cstddef>
#include <string_view>

namespace core {

/// How many bytes must be put in, taken out or changed to make one word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace core
