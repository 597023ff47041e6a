#pragma once
// Text of strangers as a terminal may see it.
#include <string>
#include <string_view>

namespace core {

/// The text with its line ends and tabs, and nothing in it that steers a terminal or turns the
/// order of what is read: control characters (C0 but for those two, DEL, C1), bytes that are no
/// UTF-8, and Unicode's marks of direction (UAX 9 section 2) and separators of lines stand as
/// escapes, "\x1b" and "\u202e".
std::string printable(std::string_view text);
/// The same on one line: line ends and tabs are escapes, too.
std::string printable_line(std::string_view text);

}  // namespace core
