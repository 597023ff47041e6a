#include "sim/smtp/dissect_lines.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/cut_line.hpp"
#include "sim/core/text.hpp"
#include "sim/smtp/command.hpp"
#include "sim/smtp/dissect.hpp"

namespace smtp {

using core::Field;
using core::FieldReader;
using core::plain_text;
using core::without_line_end;

namespace {

constexpr std::string_view blanks = " \t";

void skip_blanks(FieldReader& in) {
    in.skip(std::min(in.rest().find_first_not_of(blanks), in.left()));
}
std::size_t word_size(std::string_view text, std::string_view ends) {
    return std::min(text.find_first_of(ends), text.size());
}

// RFC 5321 section 4.1.1: letters; a private extension may have more.
bool is_verb(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= '0' && c <= '9') || c == '-' ||
               (core::lower(c) >= 'a' && core::lower(c) <= 'z');
    });
}

// RFC 5321 section 4.1.1.11.
void parameters(FieldReader& in) {
    for (skip_blanks(in); !in.empty(); skip_blanks(in)) {
        const std::string_view word = in.rest().substr(0, word_size(in.rest(), blanks));
        FieldReader one = in.inside("smtp.parameter", word.size());
        one.text("smtp.parameter.keyword", word_size(word, "="));
        one.skip(1);
        if (!one.empty()) one.text("smtp.parameter.value");
        in.say(plain_text(word));
    }
}

// `FROM:<a@b> SIZE=100`: RFC 5321 sections 4.1.1.2 and 4.1.1.3.
void path(FieldReader& in, std::string_view keyword) {
    const core::Result<Path> read = parse_path(in.rest(), keyword);
    if (!read.ok()) return in.give_up(plain_text(read.failure().detail));
    const std::size_t colon = in.rest().find(':');
    in.text("smtp.path.keyword", colon + 1);
    skip_blanks(in);
    const std::size_t closing = closing_bracket(in.rest());
    FieldReader address = in.inside("smtp.path", closing + 1);
    address.skip(1);
    if (address.left() > 1) address.text("smtp.address", address.left() - 1);
    const std::string& meant = read.value().address;
    in.say(meant.empty() ? "the null path" : plain_text(meant));
    parameters(in);
}

void argument(FieldReader& in, std::string_view verb) {
    if (verb == "MAIL") return path(in, "FROM");
    if (verb == "RCPT") return path(in, "TO");
    const bool names_client = verb == "EHLO" || verb == "HELO" || verb == "LHLO";
    in.text(names_client ? "smtp.command.domain" : "smtp.command.argument");
}

void line_end(FieldReader& in) {
    if (in.left() > 0) in.text("smtp.line_end");
}

// RFC 5321 section 4.2.3, RFC 3207 section 4, RFC 4954 section 6, RFC 7504 section 4.
std::string_view code_name(int code) {
    switch (code) {
        case 211: return "system status";
        case 214: return "help";
        case 220: return "service ready";
        case 221: return "service closes the connection";
        case 235: return "authentication succeeded";
        case 250: return "requested action completed";
        case 251: return "user not local, will forward";
        case 252: return "cannot verify the user, but will try";
        case 334: return "go on with the authentication";
        case 354: return "start mail input";
        case 421: return "service not available, closes the connection";
        case 450: return "mailbox unavailable for now";
        case 451: return "local error in processing";
        case 452: return "not enough room";
        case 454: return "TLS not available for now";
        case 455: return "cannot take the parameters";
        case 500: return "syntax error, command not recognized";
        case 501: return "syntax error in parameters";
        case 502: return "command not implemented";
        case 503: return "bad sequence of commands";
        case 504: return "parameter not implemented";
        case 521: return "this host takes no mail";
        case 530: return "authentication or TLS needed first";
        case 550: return "mailbox unavailable, or refused by policy";
        case 551: return "user not local";
        case 552: return "mail too large, or no room for it";
        case 553: return "mailbox name not allowed";
        case 554: return "transaction failed";
        case 555: return "parameters not known";
        case 556: return "this domain takes no mail";
        default: break;
    }
    switch (code / 100) {
        case 2: return "done";
        case 3: return "more is wanted";
        case 4: return "transient failure";
        default: return "permanent failure";
    }
}

// RFC 3463 section 3.1.
std::string_view class_name(char digit) {
    return digit == '2' ? "success" : digit == '4' ? "transient failure" : "permanent failure";
}

void keyword_line(FieldReader& in) {
    in.text("smtp.ehlo.keyword", word_size(in.rest(), blanks));
    skip_blanks(in);
    if (!in.empty()) in.text("smtp.ehlo.parameters");
}

void reply_text(FieldReader& in, int code) {
    const std::string enhanced = Reply(code, std::string(in.rest())).enhanced();
    if (!enhanced.empty()) {
        in.text("smtp.reply.enhanced_code", enhanced.size());
        in.say(fmt::format("{} ({})", enhanced, class_name(enhanced.front())));
        skip_blanks(in);
    }
    if (!in.empty()) in.text("smtp.reply.text");
}

}  // namespace

void dissect_command(std::string_view line, std::size_t base, std::vector<Field>& out) {
    FieldReader all(line, base, out, ids);
    const std::string_view text = without_line_end(line);
    const std::string_view verb = text.substr(0, word_size(text, blanks));
    if (!is_verb(verb))
        return all.give_up(text.empty() ? std::string("a command, but the line is empty")
                                        : "a command without a verb: " + plain_text(text));
    FieldReader one = all.inside("smtp.command", line.size());
    all.say(plain_text(text));
    one.text("smtp.command.verb", verb.size());
    skip_blanks(one);
    FieldReader tail(line.substr(text.size()), base + text.size(), out.back().parts, ids);
    const std::size_t size = text.size() - (one.offset() - base);
    if (size > 0) {
        FieldReader rest(text.substr(text.size() - size), one.offset(), out.back().parts, ids);
        argument(rest, core::upper(verb));
    }
    line_end(tail);
}

void dissect_reply_line(std::string_view line, std::size_t base, Answers to, std::size_t index,
                        std::vector<Field>& out) {
    FieldReader all(line, base, out, ids);
    const std::string_view text = without_line_end(line);
    const core::Result<bool> read = ReplyParser().add(text);
    if (!read.ok()) return all.give_up(plain_text(read.failure().detail));
    FieldReader one = all.inside("smtp.reply.line", line.size());
    all.say(plain_text(text));
    const std::string_view digits = one.text("smtp.reply.code", 3);
    const int code = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    one.say(fmt::format("{} ({})", digits, code_name(code)));
    std::vector<Field>& parts = out.back().parts;
    if (text.size() > 3) {
        one.text("smtp.reply.separator", 1);
        one.say(text[3] == '-' ? "more lines follow" : "the last line");
    }
    if (text.size() > 4) {
        FieldReader rest(text.substr(4), base + 4, parts, ids);
        if (to == Answers::ehlo && index > 0)
            keyword_line(rest);
        else
            reply_text(rest, code);
    }
    FieldReader tail(line.substr(text.size()), base + text.size(), parts, ids);
    line_end(tail);
}

bool is_header_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c > ' ' && c < 0x7F; });
}

void dissect_header_line(std::string_view line, std::size_t base, std::vector<Field>& out) {
    FieldReader all(line, base, out, ids);
    const std::string_view text = without_line_end(line);
    all.inside("smtp.content.header", line.size());
    all.say(plain_text(text));
    std::vector<Field>& parts = out.back().parts;
    FieldReader rest(text, base, parts, ids);
    if (is_header_line(text)) {
        rest.text("smtp.content.header.name", text.find(':'));
        rest.skip(1);
    }
    skip_blanks(rest);
    if (!rest.empty()) rest.text("smtp.content.header.value");
    FieldReader tail(line.substr(text.size()), base + text.size(), parts, ids);
    line_end(tail);
}

}  // namespace smtp
