// Lists: match_check_list() and check_string() of match.c, check_host() of verify.c.
#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_eval.hpp"
#include "sim/policy/exim_lines.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

constexpr int deepest = 24;
constexpr std::size_t most_steps = 200'000;

Found answered(bool yes, std::string value = {}) {
    return {yes ? Answer::yes : Answer::no, std::move(value), {}};
}
Found not_known(std::string why) { return {Answer::unknown, {}, std::move(why)}; }

bool is_bare_name(std::string_view text) {
    return all(text, [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || (c & 0x80) != 0;
    });
}

// "!" before an item, and the white space behind it.
bool take_negation(std::string_view& item) {
    if (!item.starts_with('!')) return false;
    item = without_blanks(item.substr(1));
    return true;
}

}  // namespace

bool Evaluator::deeper() { return depth_ < deepest && ++steps_ < most_steps; }

Found Evaluator::in_list(ListOf kind, std::string_view list, std::string_view subject) {
    const Expanded made = expand(list);
    switch (made.state) {
        case Expanded::State::forced_failure: return {};
        case Expanded::State::wrong: return not_known(made.why);
        case Expanded::State::unknown: why_unknown_ = made.why; break;
        case Expanded::State::text: break;
    }
    return in_expanded(kind, made.text, subject);
}

// An item that fits decides; at the end the last one does: nothing fits, unless it says "not".
Found Evaluator::in_expanded(ListOf kind, std::string_view list, std::string_view subject) {
    if (!deeper()) return not_known("lists name each other without end");
    ++depth_;
    const auto leave = [this](Found found) {
        --depth_;
        return found;
    };
    bool negated = false;
    for (const std::string& item : list_items(list)) {
        if (++steps_ >= most_steps) return leave(not_known("the list is too long"));
        static const std::set<std::string_view> switches{"+include_unknown", "+ignore_unknown",
                                                         "+include_defer", "+ignore_defer"};
        if (kind == ListOf::hosts && switches.contains(item)) continue;
        std::string_view rest = item;
        negated = take_negation(rest);
        Found found = rest.starts_with('/') ? in_file(kind, rest, subject, negated)
                                            : item_answer(kind, rest, subject);
        if (found.answer == Answer::unknown) return leave(std::move(found));
        if (found.answer == Answer::yes)
            return leave(negated ? Found() : answered(true, std::move(found.value)));
    }
    return leave(answered(negated));
}

Found Evaluator::fits_item(ListOf kind, std::string_view item, std::string_view subject) {
    const Expanded made = expand(item);
    if (made.state == Expanded::State::forced_failure) return {};
    if (!made.known()) return not_known(made.why);
    std::string_view rest = made.text;
    bool negated = take_negation(rest);
    Found found = rest.starts_with('/') ? in_file(kind, rest, subject, negated)
                                        : item_answer(kind, rest, subject);
    if (found.answer == Answer::unknown || !negated) return found;
    return answered(found.answer == Answer::no);
}

Found Evaluator::item_answer(ListOf kind, std::string_view item, std::string_view subject) {
    if (item.find(gap) != item.npos) return not_known(why_unknown_);
    if (item.starts_with('+')) return in_named(kind, item.substr(1), subject);
    return kind == ListOf::hosts ? host_item(item) : string_item(item, subject);
}

Found Evaluator::in_named(ListOf kind, std::string_view name, std::string_view subject) {
    const auto& lists = kind == ListOf::hosts ? known_.hosts : known_.domains;
    const auto found = lists.find(name);
    if (found == lists.end())
        return not_known(fmt::format("there is no {} +{}",
                                     kind == ListOf::hosts ? "hostlist" : "domainlist", name));
    return in_list(kind, found->second.text, subject);
}

// Each line of a file is an item; what it says of itself in the end is left in `negated`.
Found Evaluator::in_file(ListOf kind, std::string_view path, std::string_view subject,
                         bool& negated) {
    const std::string* const whole = known_.files.text(path);
    if (whole == nullptr)
        return not_known(
            fmt::format("{} is not handed in: put it beside the configuration", shown(path)));
    const bool outer = negated;
    for (std::string_view left = *whole; !left.empty();) {
        std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(left.size(), line.size() + 1));
        line = without_blanks(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        if (++steps_ >= most_steps) return not_known("the list is too long");
        negated = take_negation(line) ? !outer : outer;
        Found found = item_answer(kind, line, subject);
        if (found.answer != Answer::no) return found;
    }
    return {};
}

// A name stands for its addresses, which nobody asks for here: it is compared with the host's.
Found Evaluator::host_item(std::string_view item) {
    if (item == "*") return answered(true, "*");
    if (item.empty()) return {};
    if (item == "@[]") return {};
    if (scene_.host.empty() && scene_.address.empty())
        return not_known(fmt::format("{} asks which host it is", shown(item)));
    const std::string_view name = item == "@" ? std::string_view(known_.primary_hostname) : item;
    if (is_network(name)) return answered(is_in_network(scene_.address, name), std::string(name));
    const std::string_view type = name.substr(0, name.find(';'));
    if (type.starts_with("net") && type.size() < name.size() && type.find('-') != type.npos) {
        const bool masked = type.find('-') > 3;
        if (masked || scene_.address.empty())
            return not_known(fmt::format("{}: lookups of networks are not played", shown(name)));
        return known_.files.look_up(type.substr(4), name.substr(type.size() + 1), scene_.address);
    }
    if (is_bare_name(name))
        return answered(core::lower(name) == core::lower(scene_.host), std::string(name));
    return string_item(name, scene_.host);
}

Found Evaluator::string_item(std::string_view item, std::string_view subject) {
    if (item.starts_with('^')) {
        const Answer fits = fits_expression(item, subject, true);
        if (fits == Answer::unknown)
            return not_known(fmt::format("{} is a regular expression", shown(item)));
        return answered(fits == Answer::yes, std::string(item));
    }
    const std::string lower = core::lower(subject);
    if (item.starts_with('*'))
        return answered(lower.ends_with(core::lower(item.substr(1))), std::string(item));
    if (item.starts_with('@')) {
        if (item == "@")
            return answered(!known_.primary_hostname.empty() &&
                            lower == core::lower(known_.primary_hostname));
        // No address of ours is known here, and no MX record names us: mail goes to others.
        if (item == "@[]" || core::lower(item).starts_with("@mx_")) return {};
    }
    const std::size_t semicolon = item.find(';');
    if (semicolon == item.npos) return answered(core::lower(item) == lower, std::string(item));
    return known_.files.look_up(item.substr(0, semicolon),
                                without_blanks(item.substr(semicolon + 1)), subject);
}

}  // namespace policy::exim
