#pragma once
// What JSON is written with: RFC 8259 section 7.
#include <string>
#include <string_view>

namespace core {

/// RFC 3629 section 4.
bool is_utf8(std::string_view text);
/// A JSON string with its quotes. A byte that is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace core
