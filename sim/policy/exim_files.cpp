#include "sim/policy/exim_files.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_lines.hpp"

namespace policy::exim {
namespace {

constexpr std::size_t most_files = 300;
constexpr std::size_t most_patterns = 20'000;

bool ends_key(char c) { return is_blank(c) || c == ':'; }

// A key in quotes may hold blanks and colons.
std::string key_of(std::string_view& line) {
    std::string out;
    if (!line.starts_with('"')) {
        const auto* const end = std::find_if(line.begin(), line.end(), ends_key);
        out = std::string(line.begin(), end);
        line.remove_prefix(out.size());
        return out;
    }
    std::size_t at = 1;
    for (; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\' && at + 1 < line.size()) ++at;
        out += line[at];
    }
    line.remove_prefix(std::min(line.size(), at + 1));
    return out;
}

// lsearch: lines that begin with white space continue the value before them.
KeyFile key_file_of(std::string_view text) {
    KeyFile out;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty() || line.front() == '#' || without_blanks(line).empty()) continue;
        if (is_blank(line.front())) {
            if (!out.pairs.empty())
                out.pairs.back().second.append(" ").append(without_blanks(line));
            continue;
        }
        std::string key = key_of(line);
        line = without_blanks(line);
        if (line.starts_with(':')) line = without_blanks(line.substr(1));
        out.first.emplace(core::lower(key), out.pairs.size());
        out.pairs.emplace_back(std::move(key), std::string(line));
    }
    return out;
}

bool is_public_bundle(std::string_view name) {
    static const std::set<std::string_view> bundles{"ca-certificates.crt", "ca-bundle.crt",
                                                    "ca-bundle.trust.crt", "tls-ca-bundle.pem",
                                                    "cert.pem"};
    return bundles.contains(name);
}

Found unknown_for(std::string why) { return {Answer::unknown, {}, std::move(why)}; }

// What stands before "lsearch" in "partial2-lsearch" and "partial(.)lsearch".
struct Partial {
    bool wanted = false;
    std::size_t parts = 2;
    std::string affix = "*.";
};

Partial partial_of(std::string_view& type) {
    Partial out;
    if (!type.starts_with("partial")) return out;
    std::string_view rest = type.substr(7);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        out.parts = static_cast<std::size_t>(rest.front() - '0');
        rest.remove_prefix(1);
    }
    const std::size_t close = rest.find(')');
    if (rest.starts_with('(') && close != rest.npos) {
        out.affix = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
    } else if (rest.starts_with('-')) {
        rest.remove_prefix(1);
    }
    out.wanted = true;
    type = rest;
    return out;
}

bool is_special(char c) {
    return std::string_view(".[](){}*+?|\\^$").find(c) != std::string_view::npos;
}

}  // namespace

Answer fits_expression(std::string_view expression, std::string_view text, bool caseless) {
    const bool begins = expression.starts_with('^');
    if (begins) expression.remove_prefix(1);
    const bool any_before = expression.starts_with(".*");
    if (any_before) expression.remove_prefix(2);
    std::string literal;
    bool ends = false, any_behind = false;
    for (std::size_t at = 0; at < expression.size(); ++at) {
        const char c = expression[at];
        const std::string_view left = expression.substr(at);
        if (left == "$") {
            ends = true;
        } else if (left == ".*" || left == ".*$") {
            any_behind = true;
            break;
        } else if (c == '\\' && at + 1 < expression.size() && is_special(expression[at + 1])) {
            literal += expression[++at];
        } else if (is_special(c)) {
            return Answer::unknown;
        } else {
            literal += c;
        }
    }
    const std::string subject = caseless ? core::lower(text) : std::string(text);
    const std::string wanted = caseless ? core::lower(literal) : literal;
    const bool from = begins && !any_before, until = ends && !any_behind;
    const bool fits = from && until ? subject == wanted
                      : from        ? subject.starts_with(wanted)
                      : until       ? subject.ends_with(wanted)
                                    : subject.find(wanted) != subject.npos;
    return fits ? Answer::yes : Answer::no;
}

const std::string* Files::text(std::string_view path) {
    const std::string name(base_name(path));
    const auto known = texts_.find(name);
    if (known != texts_.end()) return known->second ? &*known->second : nullptr;
    std::optional<std::string> made;
    if (beside_ != nullptr)
        if (core::Result<std::string> read = beside_(name); read.ok())
            made = std::move(read.value());
    const auto& kept = texts_.emplace(name, std::move(made)).first->second;
    return kept ? &*kept : nullptr;
}

void Files::ask_for_all_in(std::string_view string) {
    static constexpr std::string_view between = " \t\n:;{}!+\"";
    while (texts_.size() < most_files) {
        const std::size_t begin = string.find_first_not_of(between);
        if (begin == string.npos) return;
        string.remove_prefix(begin);
        const std::string_view word = string.substr(0, string.find_first_of(between));
        string.remove_prefix(word.size());
        const bool is_path = word.starts_with('/') && !word.ends_with('/') && word != "/dev/null";
        if (is_path && word.find('$') == word.npos && !is_public_bundle(base_name(word)))
            text(word);
    }
}

bool Files::exists(std::string_view path) {
    if (path == "/dev/null" || is_public_bundle(base_name(path)) || text(path) != nullptr)
        return true;
    absent_.insert(std::string(path));
    return false;
}

const KeyFile* Files::keys(std::string_view path) {
    const std::string* const whole = text(path);
    if (whole == nullptr) return nullptr;
    const std::string name(base_name(path));
    const auto known = key_files_.find(name);
    if (known != key_files_.end()) return &known->second;
    return &key_files_.emplace(name, key_file_of(*whole)).first->second;
}

// wildlsearch expands its keys, which nobody needs here: a key with "$" is left out.
Found Files::find_once(std::string_view type, const KeyFile& file, std::string_view key) {
    if (key.empty()) return {};
    const std::string lower = core::lower(key);
    if (type != "wildlsearch" && type != "nwildlsearch") {
        const auto found = file.first.find(lower);
        if (found == file.first.end()) return {};
        return {Answer::yes, file.pairs[found->second].second, {}};
    }
    if (file.pairs.size() > most_patterns)
        return unknown_for(fmt::format("more than {} patterns are not looked at", most_patterns));
    for (const auto& [pattern, value] : file.pairs) {
        const bool expands = type == "wildlsearch" && pattern.find('$') != pattern.npos;
        if (expands) return unknown_for(fmt::format("the key {} is expanded", shown(pattern)));
        Answer fits = Answer::no;
        if (pattern.starts_with('^'))
            fits = fits_expression(pattern, key, true);
        else if (pattern.starts_with('*'))
            fits = lower.ends_with(core::lower(pattern.substr(1))) ? Answer::yes : Answer::no;
        else if (core::lower(pattern) == lower)
            fits = Answer::yes;
        if (fits == Answer::unknown)
            return unknown_for(fmt::format("{} is a regular expression", shown(pattern)));
        if (fits == Answer::yes) return {Answer::yes, value, {}};
    }
    return {};
}

// search_find() of search.c: the key, "*." and the key, then with fewer and fewer labels.
Found Files::find_partial(std::string_view type, const KeyFile& file, std::string_view key,
                          std::size_t parts, const std::string& affix) {
    Found out = find_once(type, file, key);
    if (out.answer != Answer::no) return out;
    auto labels = static_cast<std::size_t>(std::count(key.begin(), key.end(), '.')) + 1;
    out = find_once(type, file, affix + std::string(key));
    while (out.answer == Answer::no && labels > std::max<std::size_t>(parts, 1)) {
        const std::size_t dot = key.find('.');
        if (dot == key.npos) break;
        key.remove_prefix(dot + 1);
        --labels;
        out = find_once(type, file, affix + std::string(key));
    }
    if (out.answer == Answer::no && parts == 0) {
        const bool dotted = affix.ends_with('.');
        out = find_once(type, file, dotted ? affix.substr(0, affix.size() - 1) : affix);
    }
    return out;
}

Found Files::look_up(std::string_view type, std::string_view path, std::string_view key) {
    static const std::set<std::string_view> of_text{
        "lsearch", "cdb", "dbm", "dbmnz", "wildlsearch", "nwildlsearch", "iplsearch"};
    type = type.substr(0, type.find(','));
    const Partial partial = partial_of(type);
    const bool star_at = type.ends_with("*@");
    if (star_at) type.remove_suffix(2);
    const bool star = !star_at && type.ends_with('*');
    if (star) type.remove_suffix(1);
    if (!of_text.contains(type))
        return unknown_for(fmt::format("a lookup of type {} cannot be asked here", shown(type)));
    const KeyFile* const file = keys(path);
    if (file == nullptr)
        return unknown_for(
            fmt::format("{} is not handed in: put it beside the configuration", shown(path)));
    Found out = partial.wanted ? find_partial(type, *file, key, partial.parts, partial.affix)
                               : find_once(type, *file, key);
    if (out.answer == Answer::no && star_at && key.find('@') != key.npos)
        out = find_once(type, *file, "*" + std::string(key.substr(key.rfind('@'))));
    if (out.answer == Answer::no && (star || star_at)) out = find_once(type, *file, "*");
    return out;
}

}  // namespace policy::exim
