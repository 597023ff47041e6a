#pragma once
// RFC 4648 section 4.
#include <optional>
#include <string>
#include <string_view>

namespace core {

std::string base64(std::string_view bytes);
/// In lines of at most `width` characters, each ended by `line_end`.
std::string base64_lines(std::string_view bytes, std::size_t width, std::string_view line_end);
/// Strict: padded, no other character, no bits left over. Nothing when it is no base64.
std::optional<std::string> parse_base64(std::string_view text);

}  // namespace core
