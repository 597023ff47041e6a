#include "sim/policy/smtpd_statement.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace policy::smtpd {
namespace {

using Kind = Remark::Kind;

}  // namespace

void Known::remark(Kind kind, const std::string& file, int line, std::string_view subject,
                   std::string sentence) {
    const bool counts = kind != Kind::note;
    broken = broken || kind == Kind::mistake;
    if (++(counts ? mistakes : notes) > most_remarks) return;
    remarks.push_back({kind, file, line, std::string(subject), std::move(sentence)});
}

std::optional<std::string> Known::text_of(const std::string& path, std::string& why) {
    if (bytes > longest_configuration) {
        why = "more than 64 MB of files are named before: it is not read";
        return std::nullopt;
    }
    core::Result<std::string> text = beside(path);
    if (!text.ok()) {
        why = text.failure().detail;
        return std::nullopt;
    }
    bytes += text.value().size();
    return std::move(text.value());
}

const Table& Known::looked_into(std::size_t table) {
    Table& out = tables[table];
    if (out.is_read) return out;
    out.is_read = true;
    const std::optional<std::string> text = text_of(out.path, out.wrong);
    if (text) read_entries(*text, out);
    return out;
}

void Statement::remark(Kind kind, std::string_view subject, std::string sentence) {
    if (!failed_) known_.remark(kind, file_, first_line_, subject, std::move(sentence));
}

bool Statement::at_end() const {
    return failed_ || now_.kind == Token::Kind::newline || now_.kind == Token::Kind::end;
}

bool Statement::begin() {
    failed_ = false;
    split_in_braces_ = false;
    if (!has_next_) advance();
    has_next_ = false;
    while (now_.kind == Token::Kind::newline) advance();
    first_line_ = now_.line;
    return now_.kind != Token::Kind::end;
}

void Statement::finish() {
    if (!at_end()) expected("the end of the line");
    if (!failed_ || has_next_) return;
    while (now_.kind != Token::Kind::newline && now_.kind != Token::Kind::end &&
           now_.kind != Token::Kind::wrong)
        advance();
}

void Statement::fail(std::string sentence) {
    if (failed_) return;
    failed_ = true;
    known_.remark(Kind::mistake, file_, now_.line, {}, std::move(sentence));
}

std::string Statement::got() const {
    switch (now_.kind) {
        case Token::Kind::newline:
        case Token::Kind::end: return "the end of the line";
        case Token::Kind::number: return "the number " + now_.text;
        case Token::Kind::mark:
            if (now_.text == "\r") return "CR: save the file with ends of lines that are LF alone";
            return now_.text == "/" || now_.text == "*" || now_.text == "@" || now_.text == "."
                       ? shown(now_.text) + ": what begins so is put in quotes"
                       : shown(now_.text);
        default:
            return now_.is_keyword() ? fmt::format("the reserved word {}", shown(now_.text))
                                     : shown(now_.text);
    }
}

void Statement::expected(std::string_view what) {
    if (now_.kind == Token::Kind::wrong) return fail(now_.text);
    fail(fmt::format("expected {}, got {}", what, got()));
}

void Statement::expected_one(const Words& words) {
    if (now_.kind == Token::Kind::wrong) return fail(now_.text);
    const bool word = now_.kind == Token::Kind::word;
    fail(fmt::format("expected {}, got {}{}", one_of(words), got(),
                     word ? did_you_mean(now_.text, words) : ""));
}

bool Statement::is_keyword(std::string_view word) const {
    return !failed_ && now_.kind == Token::Kind::word && now_.text == word;
}

bool Statement::keyword(std::string_view word) {
    if (!is_keyword(word)) return false;
    advance();
    return true;
}

bool Statement::mark(std::string_view mark) {
    if (failed_ || !now_.is(mark)) return false;
    advance();
    return true;
}

void Statement::must(std::string_view word) {
    if (!keyword(word)) expected_one(Words{word});
}

std::string Statement::string(std::string_view what) {
    if (failed_) return {};
    if (!now_.is_string()) {
        const bool plain = now_.is_keyword() || now_.kind == Token::Kind::number;
        if (plain)
            fail(fmt::format("expected {}, got {}: put it in quotes", what, got()));
        else
            expected(what);
        return {};
    }
    std::string out = std::move(now_.text);
    advance();
    return out;
}

void Statement::number(std::string_view what) {
    if (!failed_ && now_.kind == Token::Kind::number)
        advance();
    else
        expected(what);
}

void Statement::delay() {
    const std::string text = string("a delay such as 4d");
    const bool sound =
        text.size() >= 2 && text.size() <= 10 &&
        std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; }) &&
        std::string_view("smhd").find(text.back()) != std::string_view::npos;
    if (!sound)
        fail(fmt::format("expected a number of s, m, h or d such as 4d, got {}", shown(text)));
}

// The value of a key that came last.
void Statement::pair(std::string key, bool first, Table& into) {
    if (!mark("=") && !mark("=>")) {
        if (into.is_mapping) return expected("= and a value");
        into.entries[core::lower(key)] = {};
        return;
    }
    if (!first && !into.is_mapping) return fail("a table is a list, or has a value for each key");
    into.is_mapping = true;
    into.entries[core::lower(key)] = string("a value");
}

// 6.8 has no line broken in braces but between two elements without a comma; 7 has.
void Statement::skip_lines(bool before_more) {
    bool broken = false;
    while (!failed_ && now_.kind == Token::Kind::newline) {
        broken = true;
        advance();
    }
    if (broken && now_.is_keyword()) {
        has_next_ = true;
        return fail(fmt::format("the brace of line {} is not closed before this one", first_line_));
    }
    if (!broken || split_in_braces_ || (before_more && !now_.is("}"))) return;
    split_in_braces_ = true;
    remark(
        Kind::note, {},
        "a line that is broken behind {, behind a comma or before } is for OpenSMTPD 7: 6.8 does "
        "not begin with it");
}

void Statement::braced(const std::function<void(std::string key)>& item, Table* mapping) {
    skip_lines(false);
    for (bool first = true; !failed_; first = false) {
        std::string text = string(first ? "a value" : "a value or }");
        if (failed_) return;
        if (mapping != nullptr)
            pair(std::move(text), first, *mapping);
        else
            item(std::move(text));
        const int before = now_.line;
        skip_lines(true);
        if (mark("}")) return;
        if (mark(",")) {
            skip_lines(false);
        } else if (now_.kind == Token::Kind::end) {
            return fail(fmt::format("the brace of line {} is not closed: the file ends in line {}",
                                    first_line_, before));
        }
    }
}

std::optional<std::size_t> Statement::table(std::string_view what) {
    if (failed_) return std::nullopt;
    if (mark("<")) {
        const std::string name = string("a table's name");
        if (!mark(">")) expected(">");
        if (failed_) return std::nullopt;
        const auto found = known_.named.find(name);
        if (found != known_.named.end()) return found->second;
        Words names;
        for (const auto& [one, index] : known_.named)
            if (names.size() < most_remarks) names.push_back(one);
        fail(fmt::format("there is no table {} before this line{}", shown(name),
                         did_you_mean(name, names)));
        return std::nullopt;
    }
    Table fresh;
    fresh.line = now_.line;
    if (mark("{"))
        braced({}, &fresh);
    else
        fresh.entries[core::lower(string(what))] = {};
    if (failed_) return std::nullopt;
    known_.tables.push_back(std::move(fresh));
    return known_.tables.size() - 1;
}

}  // namespace policy::smtpd
