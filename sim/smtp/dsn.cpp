#include "sim/smtp/dsn.hpp"

#include <algorithm>

#include "sim/core/text.hpp"

namespace smtp {

using core::upper;

namespace {

// Calls f(word) for each keyword between commas, in upper case, until it says no.
template <class F>
bool all_keywords(std::string_view list, F f) {
    for (;;) {
        const std::size_t comma = list.find(',');
        if (!f(upper(list.substr(0, comma)))) return false;
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

bool holds(std::string_view list, std::string_view wanted) {
    return !all_keywords(list, [&](const std::string& word) { return word != wanted; });
}

// RFC 3461 section 4.1: NEVER stands alone.
bool is_notify(std::string_view value) {
    if (upper(value) == "NEVER") return true;
    return all_keywords(value, [](const std::string& word) {
        return word == "SUCCESS" || word == "FAILURE" || word == "DELAY";
    });
}

// RFC 3461 section 4.2: the type of an address, and the address in xtext.
bool is_original_recipient(std::string_view value) {
    const std::size_t end = value.find(';');
    if (end == std::string_view::npos || end == 0) return false;
    constexpr std::string_view no_atom = "()<>@,;:\\\".[]";  // RFC 822 section 3.3
    const bool atom = value.substr(0, end).find_first_of(no_atom) == std::string_view::npos;
    const std::optional<std::string> address = from_xtext(value.substr(end + 1));
    return atom && address && !address->empty();
}

// Two upper-case hexadecimal digits.
std::optional<char> from_digits(std::string_view digits) {
    constexpr std::string_view all = "0123456789ABCDEF";
    if (digits.size() != 2) return std::nullopt;
    const std::size_t high = all.find(digits[0]), low = all.find(digits[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

}  // namespace

bool RecipientWish::wants(News news) const {
    if (notify.empty()) return news == News::failure;
    return holds(notify, news == News::success ? "SUCCESS" : "FAILURE");
}

bool RecipientWish::never() const { return upper(notify) == "NEVER"; }

RecipientWish Wishes::of(const std::string& address) const {
    const auto found = recipients.find(address);
    return found == recipients.end() ? RecipientWish{} : found->second;
}

bool Wishes::any(const std::string& address) const {
    return quoted != Return::unsaid || !envelope_id.empty() || recipients.contains(address);
}

std::string to_xtext(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte < 0x7F && c != '+' && c != '=')
            out += c;
        else
            ((out += '+') += digits[byte / 16]) += digits[byte % 16];
    }
    return out;
}

std::optional<std::string> from_xtext(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '=' || c <= ' ' || c >= 0x7F) return std::nullopt;
        if (c == '+') {
            const std::optional<char> coded = from_digits(text.substr(i + 1, 2));
            if (!coded) return std::nullopt;
            c = *coded;
            i += 2;
        }
        if (c < ' ' || c >= 0x7F) return std::nullopt;
        out += c;
    }
    return out;
}

Parameter take_mail_parameter(Wishes& wishes, std::string_view keyword, const std::string& value) {
    if (keyword == "RET") {
        const std::string word = upper(value);
        if (word != "FULL" && word != "HDRS") return Parameter::ill;
        wishes.quoted = word == "FULL" ? Return::full : Return::headers;
    } else if (keyword == "ENVID") {
        if (value.empty() || !from_xtext(value)) return Parameter::ill;
        wishes.envelope_id = value;
    } else {
        return Parameter::unknown;
    }
    return Parameter::taken;
}

Parameter take_rcpt_parameter(RecipientWish& wish, std::string_view keyword,
                              const std::string& value) {
    if (keyword == "NOTIFY") {
        if (!is_notify(value)) return Parameter::ill;
        wish.notify = value;
    } else if (keyword == "ORCPT") {
        if (!is_original_recipient(value)) return Parameter::ill;
        wish.original = value;
    } else {
        return Parameter::unknown;
    }
    return Parameter::taken;
}

std::string mail_parameters(const Wishes& wishes) {
    std::string out;
    if (wishes.quoted != Return::unsaid)
        out += wishes.quoted == Return::full ? " RET=FULL" : " RET=HDRS";
    if (!wishes.envelope_id.empty()) out += " ENVID=" + wishes.envelope_id;
    return out;
}

std::string rcpt_parameters(const RecipientWish& wish) {
    std::string out;
    if (!wish.notify.empty()) out += " NOTIFY=" + wish.notify;
    if (!wish.original.empty()) out += " ORCPT=" + wish.original;
    return out;
}

}  // namespace smtp
