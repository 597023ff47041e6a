#pragma once
// The single lines of which the dissector's text is made.
#include <string_view>

#include "sim/core/field_reader.hpp"
#include "sim/smtp/dissect.hpp"

namespace smtp {

inline constexpr core::CommonIds ids{not_understood, {}};

/// One command with its line end (RFC 5321 section 4.1.1): a field "smtp.command".
void dissect_command(std::string_view line, std::size_t base, std::vector<core::Field>& out);

/// Whose reply it is: only EHLO's offers extensions (RFC 5321 section 4.1.1.1).
enum class Answers : std::uint8_t { ehlo, other };
/// One line of a reply (RFC 5321 section 4.2): a field "smtp.reply.line". `index` counts the
/// reply's lines from 0.
void dissect_reply_line(std::string_view line, std::size_t base, Answers to, std::size_t index,
                        std::vector<core::Field>& out);

/// One line of a message's header (RFC 5322 section 2.2): a field "smtp.content.header".
void dissect_header_line(std::string_view line, std::size_t base, std::vector<core::Field>& out);

/// Does a message's header begin or go on with this line?
bool is_header_line(std::string_view line);

}  // namespace smtp
