#pragma once
// What mail is made of, as far as somebody has to look into it: RFC 2045 and 2046.
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/mta/dkim_text.hpp"

namespace mta::mime {

/// The value of the first field of that name, unfolded; empty where there is none.
std::string field_value(const dkim::Parts& parts, std::string_view name);
/// "type/subtype" of a Content-Type, in lower case; empty where there is none.
std::string media_type(std::string_view content_type);
/// A parameter of a Content-Type (RFC 2045 section 5.1), quoted or not; empty where there is none.
std::string parameter(std::string_view content_type, std::string_view name);
/// A part that no line of the boundary ends, as where a mail was cut off.
enum class Unended : unsigned char { left_out, taken };
/// What stands between the lines of the boundary (RFC 2046 section 5.1.1).
std::vector<std::string_view> body_parts(std::string_view body, const std::string& boundary,
                                         Unended unended);
/// The bytes of a body in a transfer encoding, in lower case (RFC 2045 section 6). A failure
/// says what is wrong, as "is no base64".
core::Result<std::string> decoded(std::string_view body, const std::string& encoding);

}  // namespace mta::mime
