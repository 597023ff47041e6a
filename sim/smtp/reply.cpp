#include "sim/smtp/reply.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace smtp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One to three digits, none of them a leading zero (RFC 3463 section 2).
bool is_subcode(std::string_view text) {
    return !text.empty() && text.size() <= 3 && std::all_of(text.begin(), text.end(), is_digit) &&
           (text.size() == 1 || text.front() != '0');
}

Failure bad_reply(std::string_view line, std::string_view why) {
    return {Reason::smtp_syntax, fmt::format("{}: '{}'", why, line.substr(0, 80)), "4.5.0"};
}

}  // namespace

std::string Reply::enhanced() const {
    if (lines.empty()) return {};
    std::string_view text = lines.back();
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const std::string_view status = text.substr(0, text.find(' '));
    const std::size_t dot = status.find('.', 2);
    if (dot == std::string_view::npos || (digit() != 2 && digit() != 4 && digit() != 5)) return {};
    const bool fits = status[0] == '0' + digit() && status[1] == '.' &&
                      is_subcode(status.substr(2, dot - 2)) && is_subcode(status.substr(dot + 1));
    return fits ? std::string(status) : std::string();
}

void Reply::append(std::string& out, std::string_view line_end) const {
    const std::string digits = std::to_string(code);
    std::size_t size = out.size();
    for (const std::string& line : lines) size += 4 + line.size() + line_end.size();
    out.reserve(size);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += digits;
        out += i + 1 < lines.size() ? '-' : ' ';
        out += lines[i];
        out += line_end;
    }
}

std::string Reply::wire() const {
    std::string out;
    append_wire(out);
    return out;
}

std::string Reply::text() const {
    if (!as_read.empty()) return as_read;
    std::string out;
    append(out, "\n");
    if (!out.empty()) out.pop_back();
    return out;
}

std::string Reply::one_line() const {
    std::string out = std::to_string(code);
    for (const std::string& line : lines) out += " " + line;
    return out;
}

// True where the text still has room.
bool ReplyParser::keep(std::string_view line, std::size_t text_from) {
    if (size_ >= rules_.longest_text || reply_.lines.size() >= rules_.most_lines) return false;
    size_ += line.size() + 1;
    if (odd_) reply_.as_read.append(reply_.lines.empty() ? "" : "\n").append(line);
    reply_.lines.emplace_back(line.substr(std::min(text_from, line.size())));
    return true;
}

// From here on the lines are kept as they were read, too.
void ReplyParser::turn_odd() {
    if (odd_) return;
    odd_ = true;
    for (const std::string& line : reply_.lines)
        reply_.as_read +=
            fmt::format("{}{:03}-{}", reply_.as_read.empty() ? "" : "\n", reply_.code, line);
}

// Its first word stands where a code should.
Result<bool> ReplyParser::add_odd(std::string_view line) {
    const std::size_t word = std::min(line.find_first_not_of("- "), line.size());
    const std::size_t end = std::min(line.find_first_of("- ", word), line.size());
    turn_odd();
    keep(line, end + 1);
    return false;
}

Result<bool> ReplyParser::add(std::string_view line) {
    const bool lenient = rules_.odd_line == OddLine::one_more_line;
    if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
        return lenient ? add_odd(line) : bad_reply(line, "a reply must begin with three digits");
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return lenient ? add_odd(line)
                       : bad_reply(line, "a space or a hyphen must follow the code");
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    const OddCodes odd = rules_.odd_codes;
    if (odd != OddCodes::last_counts && (code < 200 || code > 599))
        return bad_reply(line, "a reply code must begin with 2, 3, 4 or 5");
    if (odd == OddCodes::break_the_rules && begun_ && reply_.code != code)
        return bad_reply(line, "all lines of a reply must carry the same code");
    if (begun_ && reply_.code != code) turn_odd();
    if (!begun_ || odd != OddCodes::first_counts) reply_.code = code;
    begun_ = true;
    if (!keep(line, 4) && rules_.too_long == TooLong::breaks_the_rules)
        return bad_reply(line, "a reply of more than 200 lines");
    return line.size() == 3 || line[3] == ' ';
}

Result<Reply> parse_reply(std::string_view text) {
    ReplyParser parser;
    for (;;) {
        const std::size_t end = text.find('\n');
        Result<bool> complete = parser.add(text.substr(0, end));
        if (!complete.ok()) return complete.take_failure();
        const bool last = end == std::string_view::npos;
        if (complete.value() != last)
            return bad_reply(text, last ? "the last line needs a space after the code"
                                        : "only the last line has a space");
        if (last) return parser.take();
        text.remove_prefix(end + 1);
    }
}

}  // namespace smtp
