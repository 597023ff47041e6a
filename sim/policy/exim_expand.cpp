// Strings: expand_string() of expand.c.
#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_eval.hpp"
#include "sim/policy/exim_lines.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

constexpr std::size_t longest_text = 1 << 20;

bool is_digit_of(char c, int base) { return c >= '0' && c < '0' + std::min(base, 10); }

std::string_view name_in(std::string_view text) {
    const auto* const end = std::find_if_not(
        text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '_'; });
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool is_header(std::string_view name) {
    static constexpr std::string_view beginnings[] = {"h_",  "header_",  "rh_", "rheader_",
                                                      "bh_", "bheader_", "lh_", "lheader_"};
    return std::any_of(std::begin(beginnings), std::end(beginnings),
                       [&](std::string_view b) { return name.starts_with(b); });
}

// Where a piece in braces ends: behind a backslash no brace counts, nor between \N and \N.
std::size_t closing_brace(std::string_view text) {
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            const bool verbatim = text.substr(at + 1).starts_with('N');
            const std::size_t end = verbatim ? text.find("\\N", at + 2) : at;
            if (end == text.npos) return end;
            at = end + 1;
        } else if (text[at] == '{') {
            ++depth;
        } else if (text[at] == '}' && --depth == 0) {
            return at;
        }
    }
    return text.npos;
}

// Fields of "a=1 b=\"two words\"", as ${extract{name}{text}} takes them.
std::optional<std::string> field_named(std::string_view name, std::string_view text) {
    while (!(text = without_blanks(text)).empty()) {
        const std::string_view key = without_blanks(text.substr(0, text.find('=')));
        if (text.find('=') == text.npos) return std::nullopt;
        text = without_blanks(text.substr(text.find('=') + 1));
        std::string value;
        if (text.starts_with('"')) {
            const std::size_t end = text.find('"', 1);
            value = text.substr(1, end == text.npos ? end : end - 1);
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
        } else {
            value = text.substr(0, text.find_first_of(" \t\n"));
            text.remove_prefix(value.size());
        }
        if (core::lower(key) == core::lower(name)) return value;
    }
    return std::nullopt;
}

// From 1, or from the end by negative numbers; 0 is all of them.
std::optional<std::string> field_at(int number, std::string_view separators,
                                    std::string_view text) {
    if (number == 0) return std::string(text);
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t end = text.find_first_of(separators);
        fields.push_back(text.substr(0, end));
        if (end == text.npos) break;
        text.remove_prefix(end + 1);
    }
    const auto count = static_cast<int>(fields.size());
    const int at = number > 0 ? number - 1 : count + number;
    if (at < 0 || at >= count) return std::nullopt;
    return std::string(fields[static_cast<std::size_t>(at)]);
}

std::optional<int> small_number(std::string_view text) {
    const bool minus = text.starts_with('-');
    if (minus) text.remove_prefix(1);
    if (text.empty() || text.size() > 4 || text.find_first_not_of("0123456789") != text.npos)
        return std::nullopt;
    int out = 0;
    for (const char c : text) out = out * 10 + (c - '0');
    return minus ? -out : out;
}

}  // namespace

bool Evaluator::unknown(std::string why, std::string& out) {
    out += gap;
    why_unknown_ = std::move(why);
    return true;
}

bool Evaluator::wrong(std::string why) {
    if (failure_.empty() && !forced_) failure_ = std::move(why);
    return false;
}

Expanded Evaluator::expand(std::string_view text) {
    using State = Expanded::State;
    const std::string failure = std::move(failure_), why = std::move(why_unknown_);
    const bool forced = forced_;
    failure_.clear();
    why_unknown_.clear();
    forced_ = false;
    Expanded out;
    const bool went_well = run(text, out.text);
    if (!went_well && forced_)
        out.state = State::forced_failure;
    else if (!went_well)
        out = {State::wrong, {}, failure_};
    else if (out.text.find(gap) != out.text.npos)
        out = {State::unknown, std::move(out.text), why_unknown_};
    failure_ = failure;
    why_unknown_ = why;
    forced_ = forced;
    return out;
}

bool Evaluator::run(std::string_view text, std::string& out) {
    if (!deeper()) return wrong("it is too long, or goes too deep");
    ++depth_;
    bool well = true;
    while (well && !text.empty()) {
        const char c = text.front();
        if (out.size() > longest_text || ++steps_ > longest_text * 4) {
            well = wrong("it expands to more than can be read");
        } else if (c == '\\') {
            well = escape(text, out);
        } else if (c == '$') {
            text.remove_prefix(1);
            well = dollar(text, out);
        } else {
            out += c == gap ? '?' : c;
            text.remove_prefix(1);
        }
    }
    --depth_;
    return well;
}

// string_interpret_escape() of string.c.
bool Evaluator::escape(std::string_view& rest, std::string& out) {
    rest.remove_prefix(1);
    if (rest.empty()) return wrong("a backslash stands at the end");
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == 'N') {
        const std::size_t end = rest.find("\\N");
        out += rest.substr(0, end);
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 2);
        return true;
    }
    if (is_digit_of(c, 8)) {
        unsigned value = static_cast<unsigned>(c - '0');
        for (int i = 0; i < 2 && !rest.empty() && is_digit_of(rest.front(), 8); ++i) {
            value = value * 8 + static_cast<unsigned>(rest.front() - '0');
            rest.remove_prefix(1);
        }
        out += static_cast<char>(value & 0xFF);
        return true;
    }
    if (c == 'x') {
        const std::string_view digits = rest.substr(0, std::min<std::size_t>(2, rest.size()));
        unsigned value = 0;
        const auto [end, fault] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        rest.remove_prefix(static_cast<std::size_t>(end - digits.data()));
        if (fault == std::errc{} && value != 0) out += static_cast<char>(value);
        return true;
    }
    static constexpr std::string_view letters = "bfnrtv", meant = "\b\f\n\r\t\v";
    const std::size_t at = letters.find(c);
    out += at == letters.npos ? c : meant[at];
    return true;
}

std::optional<std::string_view> Evaluator::braced(std::string_view& rest) {
    rest = without_blanks(rest);
    if (!rest.starts_with('{')) return std::nullopt;
    const std::size_t end = closing_brace(rest);
    if (end == rest.npos) {
        wrong("a brace is not closed");
        return std::nullopt;
    }
    const std::string_view inside = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return inside;
}

bool Evaluator::argument(std::string_view& rest, std::string& out) {
    const std::optional<std::string_view> inside = braced(rest);
    if (!inside) return wrong(fmt::format("expected text in braces, got {}", shown(rest)));
    return run(*inside, out);
}

bool Evaluator::dollar(std::string_view& rest, std::string& out) {
    if (rest.starts_with('{')) {
        const std::optional<std::string_view> inside = braced(rest);
        return inside && in_braces(*inside, out);
    }
    std::string_view name = name_in(rest);
    if (!name.empty() && name.front() >= '0' && name.front() <= '9') name = name.substr(0, 1);
    if (name.empty()) return wrong("behind $ stands neither a name nor {");
    rest.remove_prefix(name.size());
    if (is_header(name)) {
        const auto* const end = std::find_if(
            rest.begin(), rest.end(), [](char c) { return c == ':' || is_blank(c) || c == '}'; });
        rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()));
        if (rest.starts_with(':')) rest.remove_prefix(1);
    }
    return variable(name, out);
}

bool Evaluator::in_braces(std::string_view inside, std::string& out) {
    const std::string_view name = name_in(inside);
    std::string_view rest = inside.substr(name.size());
    if (name.empty()) return wrong("behind ${ stands no name");
    if (rest.empty() || is_header(name)) return variable(name, out);
    if (!rest.starts_with(':')) return item(name, rest, out);
    std::string text;
    if (!run(rest.substr(1), text)) return false;
    if (text.find(gap) != text.npos) return unknown(why_unknown_, out);
    return operation(name, text, out);
}

bool Evaluator::variable(std::string_view name, std::string& out) {
    const auto give = [&](const std::string& value) {
        if (value.empty()) return unknown(fmt::format("${} is not known here", name), out);
        out += value;
        return true;
    };
    if (name == "value" && value_) {
        out += *value_;
        return true;
    }
    if (name == "domain_data" && domain_data_) {
        out += *domain_data_;
        return true;
    }
    if (const auto set = set_.find(name); set != set_.end()) {
        out += set->second;
        return true;
    }
    if (name == "domain" || name == "original_domain") return give(scene_.domain);
    if (name == "host") return give(scene_.host);
    if (name == "host_address") return give(scene_.address);
    if (name == "primary_hostname" || name == "smtp_active_hostname")
        return give(known_.primary_hostname);
    if (name == "qualify_domain") return give(known_.qualify_domain);
    if (name == "qualify_recipient")
        return give(known_.qualify_recipient.empty() ? known_.qualify_domain
                                                     : known_.qualify_recipient);
    if (name == "exim_version" || name == "version_number") return give("4.96");
    return unknown(fmt::format("${} is not known here", name), out);
}

bool Evaluator::operation(std::string_view name, std::string_view text, std::string& out) {
    const std::size_t at = text.rfind('@');
    if (name == "lc") {
        out += core::lower(text);
    } else if (name == "uc") {
        out += core::upper(text);
    } else if (name == "strlen") {
        out += std::to_string(text.size());
    } else if (name == "domain") {
        out += at == text.npos ? std::string_view() : text.substr(at + 1);
    } else if (name == "local_part") {
        out += text.substr(0, at);
    } else if (name.starts_with("quote_") || name == "quote") {
        if (!all(text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; }))
            return unknown(fmt::format("${{{}:…}} cannot be played", name), out);
        out += text;
    } else {
        return unknown(fmt::format("${{{}:…}} cannot be played", name), out);
    }
    return true;
}

bool Evaluator::item(std::string_view name, std::string_view rest, std::string& out) {
    if (name == "if") return item_if(rest, out);
    if (name == "lookup") return item_lookup(rest, out);
    if (name == "extract") return item_extract(rest, out);
    return unknown(fmt::format("${{{} …}} cannot be played", name), out);
}

bool Evaluator::item_if(std::string_view rest, std::string& out) {
    const std::optional<Answer> holds = condition(rest);
    if (!holds) return wrong("a condition is not understood");
    return branches(rest, {*holds, "true", why_unknown_}, "true", out);
}

bool Evaluator::item_lookup(std::string_view rest, std::string& out) {
    std::string key, file;
    rest = without_blanks(rest);
    const bool keyed = rest.starts_with('{');
    if (keyed && !argument(rest, key)) return false;
    rest = without_blanks(rest);
    const std::string type(without_blanks(rest.substr(0, rest.find('{'))));
    rest.remove_prefix(std::min(rest.size(), rest.find('{')));
    if (type.empty() || rest.empty()) return wrong("a lookup has a type and {…}");
    if (!argument(rest, file)) return false;
    Found found;
    if (!keyed)
        found = {Answer::unknown,
                 {},
                 fmt::format("a lookup of type {} cannot be asked here", shown(type))};
    else if (key.find(gap) != key.npos || file.find(gap) != file.npos)
        found = {Answer::unknown, {}, why_unknown_};
    else
        found = known_.files.look_up(type, file, key);
    return branches(rest, found, found.value, out);
}

bool Evaluator::item_extract(std::string_view rest, std::string& out) {
    std::vector<std::string> given;
    std::string_view left = rest;
    std::string first;
    if (!argument(left, first)) return false;
    const std::optional<int> number = small_number(without_blanks(first));
    std::string separators, text;
    if (number && !argument(left, separators)) return false;
    if (!argument(left, text)) return false;
    if ((first + separators + text).find(gap) != std::string::npos)
        return branches(left, {Answer::unknown, {}, why_unknown_}, {}, out);
    const std::optional<std::string> field =
        number ? field_at(*number, separators, text) : field_named(first, text);
    const Found found{field ? Answer::yes : Answer::no, field.value_or(std::string()), {}};
    return branches(left, found, found.value, out);
}

// Where nobody knows which counts: what both say.
bool Evaluator::both_branches(std::string_view yes, std::string_view no, const std::string& why,
                              std::string& out) {
    const Expanded one = expand(yes), other = expand(no);
    if (!one.known() || !other.known() || one.text != other.text) return unknown(why, out);
    out += one.text;
    return true;
}

// {yes}{no}, {yes}fail, {yes}, or nothing: then `without` where it holds.
bool Evaluator::branches(std::string_view rest, const Found& found, std::string_view without,
                         std::string& out) {
    const std::optional<std::string_view> yes = braced(rest);
    if (!failure_.empty()) return false;
    std::optional<std::string_view> no = yes ? braced(rest) : std::nullopt;
    if (!failure_.empty()) return false;
    rest = without_blanks(rest);
    const bool fails = yes && !no && rest == "fail";
    if (!rest.empty() && !fails)
        return wrong(fmt::format("expected {{yes}}{{no}} or {{yes}}fail, got {}", shown(rest)));
    if (found.answer == Answer::unknown)
        return yes && no ? both_branches(*yes, *no, found.why, out) : unknown(found.why, out);
    if (found.answer == Answer::no) {
        if (fails) forced_ = true;
        return fails ? false : !no || run(*no, out);
    }
    if (!yes) {
        out += without;
        return true;
    }
    const std::optional<std::string> before = value_;
    value_ = found.value;
    const bool well = run(*yes, out);
    value_ = before;
    return well;
}

}  // namespace policy::exim
