#pragma once
// What the grammars of MTA-STS (RFC 8461 section 3) and TLSRPT (RFC 8460 section 3) share.
#include <algorithm>
#include <optional>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace policy {

inline bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (core::lower(c) >= 'a' && core::lower(c) <= 'z');
}

inline bool all(std::string_view text, bool (*fits)(char)) {
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

using core::trimmed;

/// sts-ext-name, tlsrpt-ext-name: a letter or digit, and up to 31 more characters.
inline bool is_key(std::string_view text) {
    const auto fits = [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= 32 && is_letter_or_digit(text.front()) &&
           std::all_of(text.begin(), text.end(), fits);
}

/// sts-ext-value, tlsrpt-ext-value: printable, but for "=" and ";".
inline bool is_text_value(std::string_view text) {
    return all(text, [](char c) { return c > ' ' && c < 0x7F && c != '=' && c != ';'; });
}

/// sts-policy-ext-value: no control, no blank at either end, UTF-8 (RFC 8461 section 3.2).
inline bool is_policy_value(std::string_view text) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
    return !text.empty() && text.front() != ' ' && text.back() != ' ' &&
           std::none_of(text.begin(), text.end(), is_control) && core::is_utf8(text);
}

/// Behind the version of a record: *WSP ";" *WSP and the fields (RFC 8461 section 3.1, RFC 8460
/// section 3). Nothing: the record does not begin with that version.
inline std::optional<std::string_view> after_version(std::string_view record,
                                                     std::string_view version) {
    if (!record.starts_with(version)) return std::nullopt;
    const std::string_view rest = trimmed(record.substr(version.size()));
    if (!rest.starts_with(';')) return std::nullopt;
    return rest.substr(1);
}

/// RFC 5321 section 4.1.2, Domain: A-labels, for no record is read by people (STS-13, RPT-09). With
/// underscores, as hosts have them (docs/decisions/0012-names.md).
inline bool is_domain(std::string_view text) {
    if (text.size() > 253) return false;
    for (;;) {
        const std::string_view label = text.substr(0, text.find('.'));
        const bool sound =
            !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
            all(label, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
        if (!sound) return false;
        if (label.size() == text.size()) return true;
        text.remove_prefix(label.size() + 1);
    }
}

}  // namespace policy
