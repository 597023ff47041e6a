// Conditions: eval_condition() of expand.c.
#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_eval.hpp"
#include "sim/policy/exim_lines.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

Answer answer_of(bool yes) { return yes ? Answer::yes : Answer::no; }

Answer opposite(Answer answer) {
    if (answer == Answer::unknown) return answer;
    return answer == Answer::yes ? Answer::no : Answer::yes;
}

// How many pieces in braces a condition has that is not played here.
std::optional<int> pieces_of(std::string_view name) {
    static const std::map<std::string_view, int> known{
        {"acl", 1},           {"crypteq", 2},          {"filter", 2},       {"first_delivery", 0},
        {"forall", 2},        {"forall_json", 2},      {"forall_jsons", 2}, {"forany", 2},
        {"forany_json", 2},   {"forany_jsons", 2},     {"inbound_srs", 2},  {"ldapauth", 1},
        {"match_address", 2}, {"match_local_part", 2}, {"pam", 1},          {"pwcheck", 1},
        {"queue_running", 0}, {"radius", 1},           {"saslauthd", 1}};
    const auto found = known.find(name);
    if (found == known.end()) return std::nullopt;
    return found->second;
}

// Digits, and K, M or G behind them.
std::optional<long long> number_of(std::string_view text) {
    text = without_blanks(text);
    if (text.empty()) return 0;
    long long value = 0;
    const char* const end = text.data() + text.size();
    const auto [at, fault] = std::from_chars(text.data(), end, value);
    if (fault != std::errc{} || end - at > 1) return std::nullopt;
    if (at == end) return value;
    const std::size_t unit = std::string_view("kmg").find(core::lower(*at));
    if (unit == std::string_view::npos || value > (1LL << 32) || value < -(1LL << 32))
        return std::nullopt;
    for (std::size_t i = 0; i <= unit; ++i) value *= 1024;
    return value;
}

// The operators of numbers, and the words of text.
bool has_two(std::string_view name) {
    static const std::set<std::string_view> known{
        "=",   "==",  "<",     "<=",           ">",        ">=",     "eq",
        "eqi", "lt",  "lti",   "gt",           "gti",      "le",     "lei",
        "ge",  "gei", "match", "match_domain", "match_ip", "inlist", "inlisti"};
    return known.contains(name);
}

std::optional<bool> relation_of(std::string_view name, int order) {
    if (name == "eq" || name == "=" || name == "==") return order == 0;
    if (name == "lt" || name == "<") return order < 0;
    if (name == "le" || name == "<=") return order <= 0;
    if (name == "gt" || name == ">") return order > 0;
    if (name == "ge" || name == ">=") return order >= 0;
    return std::nullopt;
}

}  // namespace

Answer Evaluator::nobody_knows(std::string why) {
    why_unknown_ = std::move(why);
    return Answer::unknown;
}

std::optional<Answer> Evaluator::condition(std::string_view& rest) {
    if (!deeper()) return std::nullopt;
    ++depth_;
    rest = without_blanks(rest);
    bool negated = false;
    for (; rest.starts_with('!'); rest = without_blanks(rest.substr(1))) negated = !negated;
    std::size_t length = 0;
    const auto of_name = [](char c) { return is_letter_or_digit(c) || c == '_'; };
    while (length < rest.size() && of_name(rest[length])) ++length;
    if (length == 0) length = std::min(rest.find_first_not_of("<>="), rest.size());
    const std::string_view name = rest.substr(0, length);
    rest.remove_prefix(length);
    std::optional<Answer> holds = plain_condition(name, rest);
    --depth_;
    return holds && negated ? opposite(*holds) : holds;
}

std::optional<Answer> Evaluator::plain_condition(std::string_view name, std::string_view& rest) {
    if (name == "and" || name == "or") return all_or_any(name, rest);
    if (name == "def") {
        if (!rest.starts_with(':')) return std::nullopt;
        std::size_t length = 1;
        while (length < rest.size() && (is_letter_or_digit(rest[length]) || rest[length] == '_'))
            ++length;
        std::string value;
        variable(rest.substr(1, length - 1), value);
        rest.remove_prefix(length);
        if (rest.starts_with(':')) rest.remove_prefix(1);
        return value.find(gap) != value.npos ? Answer::unknown : answer_of(!value.empty());
    }
    if (const std::optional<int> pieces = pieces_of(name)) {
        for (int i = 0; i < *pieces; ++i)
            if (!braced(rest)) return std::nullopt;
        return nobody_knows(fmt::format("the condition {} cannot be played", name));
    }
    std::string a;
    if (has_two(name)) {
        std::string b;
        if (!argument(rest, a) || !argument(rest, b)) return std::nullopt;
        return compared(name, a, b);
    }
    static const std::set<std::string_view> with_one{"exists", "isip",     "isip4",
                                                     "isip6",  "bool_lax", "bool"};
    if (!with_one.contains(name) || !argument(rest, a)) return std::nullopt;
    if (a.find(gap) != a.npos) return Answer::unknown;
    const std::string text(without_blanks(a));
    if (name == "exists") return answer_of(known_.files.exists(text));
    if (name.starts_with("isip")) {
        const bool v6 = text.find(':') != text.npos;
        return answer_of(is_network(text) && text.find('/') == text.npos &&
                         (name == "isip" || v6 == (name == "isip6")));
    }
    return truth(name == "bool_lax", text);
}

// "bool_lax" takes whatever is neither empty nor 0, no or false for true.
std::optional<Answer> Evaluator::truth(bool lax, std::string_view text) {
    const std::string word = core::lower(text);
    if (word.empty() || word == "0" || word == "no" || word == "false") return Answer::no;
    if (lax || word == "yes" || word == "true") return Answer::yes;
    const std::size_t digits = word.starts_with('-') ? 1 : 0;
    if (word.find_first_not_of("0123456789", digits) != word.npos) {
        wrong(fmt::format("expected true or false, got {}", shown(text)));
        return std::nullopt;
    }
    return answer_of(word.find_first_not_of('0', digits) != word.npos);
}

// Of "and", what does not hold decides, of "or" what holds; else what nobody knows.
std::optional<Answer> Evaluator::all_or_any(std::string_view name, std::string_view& rest) {
    const std::optional<std::string_view> inside = braced(rest);
    if (!inside) return std::nullopt;
    const Answer decides = answer_of(name == "or");
    Answer out = opposite(decides);
    std::string why;
    for (std::string_view left = without_blanks(*inside); !left.empty();
         left = without_blanks(left)) {
        const std::optional<std::string_view> part = braced(left);
        if (!part) return std::nullopt;
        std::string_view one = *part;
        const std::optional<Answer> holds = condition(one);
        if (!holds || !without_blanks(one).empty()) return std::nullopt;
        if (*holds == decides) return decides;
        if (*holds == Answer::unknown) {
            out = Answer::unknown;
            why = why_unknown_;
        }
    }
    if (out == Answer::unknown) why_unknown_ = why;
    return out;
}

std::optional<Answer> Evaluator::compared(std::string_view name, const std::string& a,
                                          const std::string& b) {
    if (a.find(gap) != a.npos) return Answer::unknown;
    if (name == "match_domain" || name == "match_ip" || name.starts_with("inlist"))
        return in_given_list(name, a, b);
    if (b.find(gap) != b.npos) return Answer::unknown;
    if (name == "match") {
        const Answer fits = fits_expression(b, a, false);
        return fits == Answer::unknown
                   ? nobody_knows(fmt::format("{} is a regular expression", shown(b)))
                   : fits;
    }
    if (!is_letter_or_digit(name.front())) {
        const auto one = number_of(a), other = number_of(b);
        if (!one || !other) {
            wrong(fmt::format("expected a number, got {}", shown(one ? b : a)));
            return std::nullopt;
        }
        const auto holds = relation_of(name, *one < *other ? -1 : *one > *other ? 1 : 0);
        return holds ? std::optional(answer_of(*holds)) : std::nullopt;
    }
    const bool caseless = name.size() == 3;
    const std::string one = caseless ? core::lower(a) : a;
    const auto holds = relation_of(name.substr(0, 2), one.compare(caseless ? core::lower(b) : b));
    return holds ? std::optional(answer_of(*holds)) : std::nullopt;
}

std::optional<Answer> Evaluator::in_given_list(std::string_view name, const std::string& a,
                                               std::string_view list) {
    Found found;
    if (name == "match_ip") {
        const std::string host = scene_.host, address = scene_.address;
        scene_.host.clear();
        scene_.address = a;
        found = in_expanded(ListOf::hosts, list, a);
        scene_.host = host;
        scene_.address = address;
    } else if (name == "match_domain") {
        found = in_expanded(ListOf::domains, list, a);
    } else {
        if (list.find(gap) != list.npos) return Answer::unknown;
        const auto as_compared = [&](const std::string& text) {
            return name == "inlisti" ? core::lower(text) : text;
        };
        for (const std::string& item : list_items(list))
            if (as_compared(item) == as_compared(a)) return Answer::yes;
        return Answer::no;
    }
    return found.answer == Answer::unknown ? nobody_knows(found.why) : found.answer;
}

}  // namespace policy::exim
