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
    std::string as_read;  ///< Its lines, joined by LF, where they do not follow from the two above.

    Reply() {}
    Reply(int reply_code, std::string text) : code(reply_code), lines{std::move(text)} {}

    /// The first digit alone tells what to do (RFC 5321 section 4.2, SMTP-17).
    int digit() const { return code / 100; }
    bool good() const { return digit() == 2; }
    /// "5.7.0" of the last line, or empty: the class must be the first digit, and 3yz has none (RFC
    /// 2034 section 4, which wants it on every line). Blanks before it are passed over.
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

/// What ends a line.
enum class ReplyEnds : std::uint8_t { crlf, lf_too };
/// What a line is that does not begin with three digits and a space, a hyphen or nothing.
enum class OddLine : std::uint8_t { breaks_the_rules, one_more_line };
/// Lines of one reply that do not bear the same code.
enum class OddCodes : std::uint8_t { break_the_rules, first_counts, last_counts };
/// What is longer than the limits below.
enum class TooLong : std::uint8_t { breaks_the_rules, is_cut };

/// How a client puts replies together.
struct ReplyRules {
    ReplyEnds ends = ReplyEnds::crlf;                ///< RFC 5321 section 2.3.8.
    OddLine odd_line = OddLine::breaks_the_rules;    ///< Section 4.2.
    OddCodes odd_codes = OddCodes::break_the_rules;  ///< Section 4.2.1.
    TooLong too_long = TooLong::breaks_the_rules;
    std::size_t longest_line = 4096;  ///< Bytes; 512 at least (section 4.5.3.1.5).
    std::size_t most_lines = 200;
    std::size_t longest_text = 200 * 4096;  ///< Bytes of all lines of a reply.
};

inline constexpr ReplyRules usual_rules{};

/// Puts a reply together line by line.
class ReplyParser {
  public:
    explicit ReplyParser(const ReplyRules& rules = {}) : rules_(rules) {}
    /// True when the reply is complete; Failure smtp-syntax when it breaks a rule (SMTP-19,
    /// SMTP-20).
    Result<bool> add(std::string_view line);
    Reply take() { return std::move(reply_); }

  private:
    Result<bool> add_odd(std::string_view line);
    bool keep(std::string_view line, std::size_t text_from);
    void turn_odd();
    ReplyRules rules_;
    Reply reply_;
    std::size_t size_ = 0;
    bool odd_ = false;
    bool begun_ = false;
};

/// "450 4.2.0 busy" as an author writes it; several lines are parted by LF. Nothing when it is no
/// reply.
Result<Reply> parse_reply(std::string_view text);

}  // namespace smtp
