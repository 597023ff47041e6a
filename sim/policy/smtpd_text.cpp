#include "sim/policy/smtpd_text.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"
#include "sim/policy/remark.hpp"

namespace policy::smtpd {
namespace {

// yylex() of parse.y: its buffer.
constexpr std::size_t longest_token = 8094;

// Its keywords, as lookup() of parse.y has them.
constexpr std::string_view keywords[] = {"action",        "admd",
                                         "alias",         "any",
                                         "auth",          "auth-optional",
                                         "backup",        "bounce",
                                         "bypass",        "ca",
                                         "cert",          "chain",
                                         "chroot",        "ciphers",
                                         "commit",        "compression",
                                         "connect",       "data",
                                         "data-line",     "dhe",
                                         "disconnect",    "domain",
                                         "ehlo",          "encryption",
                                         "expand-only",   "fcrdns",
                                         "filter",        "for",
                                         "forward-only",  "from",
                                         "group",         "helo",
                                         "helo-src",      "host",
                                         "hostname",      "hostnames",
                                         "include",       "inet4",
                                         "inet6",         "junk",
                                         "key",           "limit",
                                         "listen",        "lmtp",
                                         "local",         "mail-from",
                                         "maildir",       "mask-src",
                                         "masquerade",    "match",
                                         "max-deferred",  "max-message-size",
                                         "mbox",          "mda",
                                         "mta",           "mx",
                                         "no-dsn",        "no-verify",
                                         "noop",          "on",
                                         "phase",         "pki",
                                         "port",          "proc",
                                         "proc-exec",     "proxy-v2",
                                         "queue",         "quit",
                                         "rcpt-to",       "rdns",
                                         "received-auth", "recipient",
                                         "regex",         "reject",
                                         "relay",         "report",
                                         "rewrite",       "rset",
                                         "scheduler",     "senders",
                                         "smtp",          "smtp-in",
                                         "smtp-out",      "smtps",
                                         "socket",        "src",
                                         "srs",           "sub-addr-delim",
                                         "table",         "tag",
                                         "tagged",        "tls",
                                         "tls-require",   "ttl",
                                         "user",          "userbase",
                                         "verify",        "virtual",
                                         "warn-interval", "wrapper"};

bool is_digit(int c) { return c >= '0' && c <= '9'; }
bool is_alnum(int c) { return c >= 0 && c < 0x80 && is_letter_or_digit(static_cast<char>(c)); }

// What stands inside a word; the marks of the grammar end it.
bool goes_on(int c) {
    if (is_alnum(c)) return true;
    return c > ' ' && c < 0x7F &&
           std::string_view("(){}<>!=#,").find(static_cast<char>(c)) == std::string_view::npos;
}

bool ends_number(int c) {
    return c < 0 || c == ' ' || (c >= '\t' && c <= '\r') ||
           std::string_view("),/}=").find(static_cast<char>(c)) != std::string_view::npos;
}

}  // namespace

bool Token::is_keyword() const {
    if (kind != Kind::word) return false;
    return std::find(std::begin(keywords), std::end(keywords), text) != std::end(keywords);
}

void Lexer::back_to(const Place& place) {
    at_ = place.at;
    in_macro_ = place.in_macro;
    line_ = place.line;
}

// The bytes 1 and 2 are OpenSMTPD's own marks of a macro's ends, and never seen.
int Lexer::take() {
    for (;;) {
        expanding_ = in_macro_ < macro_.size();
        if (!expanding_ && at_ >= text_.size()) return no_more;
        const char c = expanding_ ? macro_[in_macro_++] : text_[at_++];
        if (c != '\1' && c != '\2') return static_cast<unsigned char>(c);
    }
}

// A backslash before the end of a line joins the next one to it; before anything else it is lost.
int Lexer::take_joined() {
    int c = take();
    while (c == '\\') {
        c = take();
        if (c != '\n') return c;
        ++line_;
        c = take();
    }
    return c;
}

Token Lexer::wrong(std::string sentence, int line) {
    for (int c = take_joined(); c != no_more; c = take_joined())
        if (c == '\n') {
            ++line_;
            break;
        }
    return {Token::Kind::wrong, std::move(sentence), line};
}

// False: `into` is what is wrong.
bool Lexer::expand(Token& into) {
    std::string name;
    const int line = line_;
    Place before = place();
    for (int c = take_joined(); is_alnum(c) || c == '_'; c = take_joined()) {
        before = place();
        name += static_cast<char>(c);
        if (name.size() <= longest_token) continue;
        into = wrong("a name of a macro is longer than 8094 characters", line);
        return false;
    }
    back_to(before);
    const auto found = macros_.find(name);
    if (found == macros_.end()) {
        into = wrong(fmt::format("there is no macro {} before this line{}", shown(name),
                                 name.empty() ? ": a dollar stands before a macro's name" : ""),
                     line);
        return false;
    }
    expanded_ += found->second.size();
    if (expanded_ > longest_expansion) {
        ended_ = true;
        into = {Token::Kind::wrong,
                "macros make more than a million characters of this file: the rest is not read",
                line};
        return false;
    }
    macro_ = found->second;
    in_macro_ = 0;
    return true;
}

// An end of line inside is lost, and so is a backslash before the quote, a blank or an end of line.
Token Lexer::quoted(char quote, int line) {
    Token out{Token::Kind::quoted, {}, line};
    for (;;) {
        int c = take();
        if (c == quote) return out;
        if (c == no_more) {
            ended_ = true;
            return {Token::Kind::wrong, "a quote begins here that nothing ends", line};
        }
        if (c == 0) return wrong("a byte of zero stands between quotes", line_);
        if (c == '\n') {
            ++line_;
            continue;
        }
        if (c == '\\') {
            const Place before = place();
            const int next = take();
            if (next == '\n') {
                ++line_;
                continue;
            }
            if (next == quote || next == ' ' || next == '\t')
                c = next;
            else
                back_to(before);
        }
        if (out.text.size() >= longest_token)
            return wrong("a string is longer than 8094 characters", line);
        out.text += static_cast<char>(c);
    }
}

// A number is one only where it ends as one: "25", but not "25m" or "192.0.2.7".
bool Lexer::take_number(int first, Token& into) {
    const Place before = place();
    std::string digits(1, static_cast<char>(first));
    Place behind = before;
    int c = take_joined();
    for (; is_digit(c) && digits.size() < longest_token; c = take_joined()) {
        digits += static_cast<char>(c);
        behind = place();
    }
    back_to(behind);
    if (digits == "-" || !ends_number(c)) {
        back_to(before);
        return false;
    }
    if (digits.size() > 18) {
        into = wrong(fmt::format("a number is too large: {}", shown(digits)), into.line);
        return true;
    }
    into.kind = Token::Kind::number;
    into.text = std::move(digits);
    return true;
}

Token Lexer::word(int first, int line) {
    Token out{Token::Kind::word, std::string(1, static_cast<char>(first)), line};
    Place behind = place();
    for (int c = take_joined(); goes_on(c); c = take_joined()) {
        if (out.text.size() >= longest_token)
            return wrong("a word is longer than 8094 characters", line);
        out.text += static_cast<char>(c);
        behind = place();
    }
    back_to(behind);
    return out;
}

Token Lexer::next() {
    Token out;
    if (ended_) return {Token::Kind::end, {}, line_};
    int c = take_joined();
    for (;;) {
        while (c == ' ' || c == '\t') c = take_joined();
        out.line = line_;
        if (c == '#')
            while (c != '\n' && c != no_more) c = take_joined();
        if (c != '$' || expanding_) break;
        if (!expand(out)) return out;
        c = take_joined();
    }
    if (c == no_more) {
        ended_ = said_newline_;
        if (said_newline_) return {Token::Kind::end, {}, line_};
        said_newline_ = true;
        return {Token::Kind::newline, {}, line_};
    }
    if (c == '\n') return {Token::Kind::newline, {}, line_++};
    if (c == 0) {
        ended_ = true;
        return {Token::Kind::wrong, "a byte of zero stands here: OpenSMTPD reads no further",
                line_};
    }
    if (c == '"' || c == '\'') return quoted(static_cast<char>(c), line_);
    if ((c == '-' || is_digit(c)) && take_number(c, out)) return out;
    if (is_alnum(c) || c == ':' || c == '_') return word(c, out.line);
    out.kind = Token::Kind::mark;
    out.text = static_cast<char>(c);
    if (c != '=') return out;
    const Place before = place();
    if (take_joined() == '>')
        out.text += '>';
    else
        back_to(before);
    return out;
}

}  // namespace policy::smtpd
