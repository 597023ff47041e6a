#include "sim/policy/postfix_expand.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"
#include "sim/policy/postfix_text.hpp"

namespace policy::postfix {
namespace {

constexpr int deepest = 100;  // "unreasonable macro call nesting"
constexpr int most_steps = 10'000;
constexpr std::size_t longest = 100'000;
constexpr std::string_view spaces = " \t\r\n\v\f";

bool is_name(char c) { return is_letter_or_digit(c) || c == '_'; }

std::string_view without_spaces_before(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(spaces), text.size()));
}

// The end of what `open` began, just behind its partner; nothing where that is missing.
std::optional<std::size_t> end_of(std::string_view text, char open, char close) {
    int depth = 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == open) ++depth;
        if (text[at] == close && --depth == 0) return at + 1;
    }
    return std::nullopt;
}

std::optional<long> number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value >= 0 ? std::optional<long>(value) : std::nullopt;
}

// "3.6" is major and minor, and perhaps patch (compat_level.c).
std::optional<std::array<long, 3>> level(std::string_view text) {
    std::array<long, 3> out{};
    std::size_t part = 0;
    for (const std::string_view word : split(text, ".")) {
        const std::optional<long> value = number(word);
        if (part == out.size() || !value) return std::nullopt;
        out[part++] = *value;
    }
    return part == 0 ? std::nullopt : std::optional(out);
}

bool holds(std::string_view sign, int order) {
    if (sign == "==") return order == 0;
    if (sign == "!=") return order != 0;
    if (sign == "<") return order < 0;
    if (sign == "<=") return order <= 0;
    return sign == ">" ? order > 0 : order >= 0;
}

template <typename T>
int order_of(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

void Expansion::fail(std::string why) {
    if (wrong_.empty()) wrong_ = std::move(why);
}

std::string Expansion::of(std::string_view text) {
    out_.clear();
    parse(text, 0);
    return std::move(out_);
}

std::string Expansion::aside(std::string_view text, int depth) {
    std::string kept = std::move(out_);
    out_.clear();
    parse(text, depth);
    std::swap(kept, out_);
    return kept;
}

void Expansion::parse(std::string_view text, int depth) {
    if (depth > deepest || ++steps_ > most_steps)
        return fail("unreasonable macro call nesting: a value that leads to itself");
    for (std::size_t at = 0; at < text.size() && wrong_.empty();) {
        if (out_.size() > longest) return fail("a value that grows without end");
        if (text[at] != '$') {
            out_ += text[at++];
            continue;
        }
        if (text.substr(at, 2) == "$$") {
            out_ += '$';
            at += 2;
            continue;
        }
        const char open = ++at < text.size() ? text[at] : ' ';
        std::size_t end = at;
        std::string_view inside;
        if (open == '{' || open == '(') {
            const std::optional<std::size_t> behind =
                end_of(text.substr(at + 1), open, open == '{' ? '}' : ')');
            if (!behind) return fail("truncated macro reference: " + shown(text));
            inside = text.substr(at + 1, *behind - 1);
            end = at + 1 + *behind;
        } else {
            while (end < text.size() && is_name(text[end])) ++end;
            inside = text.substr(at, end - at);
        }
        if (inside.empty()) return fail("empty macro name: " + shown(text));
        expression(inside, depth);
        at = end;
    }
}

void Expansion::expression(std::string_view inside, int depth) {
    std::string_view rest = without_spaces_before(inside);
    if (rest.starts_with('{')) {
        const std::optional<bool> truth = relation(rest, depth);
        if (!truth) return;
        if (rest.empty())
            out_ += *truth ? "true" : "";
        else if (rest.front() != '?' && rest.front() != ':')
            fail(fmt::format("\"?\" or \":\" expected at: {}", shown(rest)));
        else
            branches(rest, *truth, depth);
        return;
    }
    std::size_t end = 0;
    while (end < rest.size() && is_name(rest[end])) ++end;
    const std::string_view name = rest.substr(0, end);
    const std::string_view behind = without_spaces_before(rest.substr(end));
    if (!behind.empty() && behind.front() != '?' && behind.front() != ':')
        return fail(fmt::format("attribute name syntax error at: {}", shown(rest.substr(end))));
    const std::optional<std::string> value = lookup_(name);
    if (!behind.empty()) return branches(behind, value && !value->empty(), depth);
    if (value)
        parse(*value, depth + 1);
    else if (unknown_.empty())
        unknown_ = fmt::format("${}", name);
}

// "?yes", "?{yes}:{no}", ":no".
void Expansion::branches(std::string_view rest, bool holds, int depth) {
    const auto take = [&](bool wanted) {
        rest.remove_prefix(1);
        std::string_view result = without_spaces_before(rest);
        if (result.starts_with('{')) {
            const std::optional<std::string_view> whole = braced(result);
            if (!whole) return;
            rest = result;
            result = core::trimmed(*whole);
        } else {
            result = rest;
            rest = {};
        }
        if (wanted) parse(result, depth + 1);
    };
    if (rest.front() == '?') {
        take(holds);
        if (!wrong_.empty() || rest.empty()) return;
        if (rest.front() != ':') return fail(fmt::format("\":\" expected at: {}", shown(rest)));
    }
    take(!holds);
    if (wrong_.empty() && !rest.empty()) fail(fmt::format("unexpected input at: {}", shown(rest)));
}

// What stands in the braces that `rest` begins with; it is left behind them and behind spaces.
std::optional<std::string_view> Expansion::braced(std::string_view& rest) {
    const std::optional<std::size_t> behind = end_of(rest.substr(1), '{', '}');
    if (!behind) {
        fail(fmt::format("unbalanced {{}} in attribute expression: {}", shown(rest)));
        return std::nullopt;
    }
    const std::string_view out = rest.substr(1, *behind - 1);
    rest = without_spaces_before(rest.substr(*behind + 1));
    return core::trimmed(out);
}

std::optional<bool> Expansion::relation(std::string_view& rest, int depth) {
    static constexpr std::array<std::string_view, 6> signs{"==", "!=", "<", "<=", ">=", ">"};
    const std::optional<std::string_view> left = braced(rest);
    if (!left) return std::nullopt;
    const std::size_t end = std::min(rest.find_first_not_of("<>!=?+-*/~&|%"), rest.size());
    const std::string_view sign = rest.substr(0, end);
    if (std::find(signs.begin(), signs.end(), sign) == signs.end()) {
        fail(fmt::format("\"==\", \"!=\", \"<\", \"<=\", \">=\" or \">\" expected at: {}",
                         shown(rest)));
        return std::nullopt;
    }
    rest.remove_prefix(end);
    const bool levels = rest.starts_with("level");
    if (levels) rest.remove_prefix(5);
    rest = without_spaces_before(rest);
    if (!rest.starts_with('{')) {
        fail(fmt::format("\"{{expression}}\" expected at: {}", shown(rest)));
        return std::nullopt;
    }
    const std::optional<std::string_view> right = braced(rest);
    if (!right) return std::nullopt;
    const std::string a = aside(*left, depth + 1), b = aside(*right, depth + 1);
    if (!wrong_.empty()) return std::nullopt;
    if (levels) {
        const auto one = level(a), other = level(b);
        if (one && other) return holds(sign, order_of(*one, *other));
        fail(fmt::format("bad compatibility level in {} and {}", shown(a), shown(b)));
        return std::nullopt;
    }
    const auto one = number(a), other = number(b);
    return holds(sign, one && other ? order_of(*one, *other) : order_of(a, b));
}

}  // namespace policy::postfix
