#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace smtp {

using namespace core;

/// RFC 5321 section 4.2: three digits, then lines of text. The enhanced code (RFC 2034) leads each
/// line's text.
struct Reply {
    int code = 0;
    std::vector<std::string> lines;  ///< Text after the code and its separator.

    Reply() {}
    Reply(int reply_code, std::string text) : code(reply_code), lines{std::move(text)} {}

    /// The first digit alone tells what to do (RFC 5321 section 4.2, SMTP-17).
    int digit() const { return code / 100; }
    bool good() const { return digit() == 2; }
    /// "5.7.0", or empty: the class must be the first digit, and 3yz has none (RFC 2034 section 4).
    std::string enhanced() const;
    /// As on the wire, with CRLF; behind what `out` has.
    void append_wire(std::string& out) const { append(out, "\r\n"); }
    std::string wire() const;
    /// The lines as on the wire, joined by LF: for the trace.
    std::string text() const;
    /// For messages: "530 5.7.0 Must issue a STARTTLS command first".
    std::string one_line() const;

  private:
    void append(std::string& out, std::string_view line_end) const;
};

/// Puts a reply together line by line.
class ReplyParser {
  public:
    /// True when the reply is complete; Failure smtp-syntax when it breaks a rule (SMTP-19,
    /// SMTP-20).
    Result<bool> add(std::string_view line);
    Reply take() { return std::move(reply_); }

  private:
    Reply reply_;
};

/// "450 4.2.0 busy" as an author writes it; several lines are parted by LF. Nothing when it is no
/// reply.
Result<Reply> parse_reply(std::string_view text);

}  // namespace smtp
