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
    const std::string_view text = lines.front();
    const std::string_view status = text.substr(0, text.find(' '));
    const std::size_t dot = status.find('.', 2);
    if (dot == std::string_view::npos || digit() == 3) return {};
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

Result<bool> ReplyParser::add(std::string_view line) {
    if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
        return bad_reply(line, "a reply must begin with three digits");
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (code < 200 || code > 599)
        return bad_reply(line, "a reply code must begin with 2, 3, 4 or 5");
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return bad_reply(line, "a space or a hyphen must follow the code");
    if (reply_.code != 0 && reply_.code != code)
        return bad_reply(line, "all lines of a reply must carry the same code");
    if (reply_.lines.size() >= 200) return bad_reply(line, "a reply of more than 200 lines");
    reply_.code = code;
    reply_.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view());
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
