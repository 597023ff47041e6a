#pragma once
// The text side of DKIM: fields, canonical forms, tag lists (RFC 6376 sections 3.2 and 3.4).
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mta::dkim {

/// A message as DKIM sees it. It looks into the text that it was made from.
struct Parts {
    std::vector<std::string_view> fields;  ///< With their folds, each without its last CRLF.
    std::string_view body;
};
Parts parts_of(std::string_view message);
/// In lower case, without space before the colon.
std::string field_name(std::string_view field);

enum class Form : unsigned char { simple, relaxed };
/// Section 3.4.1, 3.4.2; without the CRLF.
std::string canonical_field(std::string_view field, Form form);
/// Section 3.4.3, 3.4.4.
std::string canonical_body(std::string_view body, Form form);

/// Section 5.4.2: of fields with one name, the last that was not yet taken; a name with no field
/// left stands for nothing. Each is ended by CRLF.
std::string signed_fields(const Parts& parts, const std::vector<std::string>& names, Form form);

/// "a=b; c=d". Nothing where it is no tag list, or has a tag twice.
using Tags = std::map<std::string, std::string, std::less<>>;
std::optional<Tags> parse_tags(std::string_view text);
/// Without any white space, as base64 is to be read.
std::string without_space(std::string_view text);
/// "a:b" as its items, trimmed.
std::vector<std::string> items_of(std::string_view text);
/// The DKIM-Signature field with nothing in its b= (section 3.7).
std::string without_signature(std::string_view field);

}  // namespace mta::dkim
