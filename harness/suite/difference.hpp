#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace suite {

/// Lines that are not in both texts, in order: "- old", "+ new".
std::vector<std::string> changed_lines(std::string_view before, std::string_view after);

}  // namespace suite
