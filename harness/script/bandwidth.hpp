#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace script {

/// "100 kB/s", "1.5 Mbit/s" (three decimals at most) in bytes a second; "no limit" is 0. Nothing:
/// it is none, or less than a byte.
std::optional<std::uint64_t> parse_bandwidth(std::string_view text);

}  // namespace script
