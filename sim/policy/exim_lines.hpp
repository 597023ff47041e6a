#pragma once
// How a configuration of Exim is written: logical lines, macros, conditions, includes (chapter 6 of
// its specification; get_config_line() of readconf.c).
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/remark.hpp"

namespace policy::exim {

enum class Section : std::uint8_t { main, routers, transports, other };

/// A line with those that continue it, macros expanded, without white space at its ends.
struct Line {
    std::string text;
    std::shared_ptr<const std::string> file;
    int number = 0;  ///< Of its first line, from 1.
    Section section = Section::main;
};

struct Lines {
    std::vector<Line> lines;  ///< Of main section, routers and transports.
    std::vector<Remark> remarks;
    bool has_sections = false;  ///< A line "begin ..." stands somewhere.
};

/// Files of .include are asked for by name, without their folders. What is wrong is remarked on,
/// one sentence each; what cannot be read on with (a byte 0, lines without end, files that include
/// themselves) ends the reading.
Lines read_lines(std::string_view text, std::string_view file, const Beside& beside);

/// "name" of "/folder/name".
std::string_view base_name(std::string_view path);
/// A blank of C's isspace().
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
std::string_view without_blanks(std::string_view text);

}  // namespace policy::exim
