#include "sim/policy/mta_sts.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::mta_sts {
namespace {

using core::Failure;
using core::Reason;

bool is_pattern(std::string_view text) {
    if (text.starts_with("*.")) text.remove_prefix(2);
    return is_domain(text);
}

// One record that begins as it should. Empty: its id was found.
std::string read_record(std::string_view rest, std::string& id) {
    for (rest = trimmed(rest); !rest.empty();) {
        const std::size_t end = rest.find(';');
        const std::string_view field = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : trimmed(rest.substr(end + 1));
        if (field.empty()) return "the TXT record has an empty field";
        const std::size_t equals = field.find('=');
        const std::string_view key = field.substr(0, equals);
        if (equals == std::string_view::npos || !is_key(key))
            return fmt::format("the TXT record has a field that is no key=value: '{}'", field);
        const std::string_view value = field.substr(equals + 1);
        if (key == "id") {
            if (!all(value, is_letter_or_digit) || value.size() > 32)
                return fmt::format("the TXT record's id is not 1 to 32 letters and digits: '{}'",
                                   value);
            if (id.empty()) id = value;
        } else if (!is_text_value(value)) {
            return fmt::format("the TXT record has no good value for '{}': '{}'", key, value);
        }
    }
    return id.empty() ? "the TXT record names no id" : "";
}

Failure invalid(std::size_t line, std::string_view what) {
    return {Reason::sts_policy_invalid, fmt::format("policy line {}: {}", line, what), "4.7.5"};
}

// The known keys as they are found; the first of two alike counts.
struct Found {
    std::optional<std::string_view> version, mode, max_age;
    std::vector<std::string> mx;

    static bool knows(std::string_view key) {
        return key == "version" || key == "mode" || key == "max_age" || key == "mx";
    }
    /// Empty: all is well.
    std::string take(std::string_view key, std::string_view value) {
        if (key == "mx") {
            if (!is_pattern(value)) return fmt::format("no host name or pattern: '{}'", value);
            mx.emplace_back(value);
            return {};
        }
        if (key == "version" && !version) version = value;
        if (key == "mode" && !mode) mode = value;
        if (key == "max_age" && !max_age) max_age = value;
        return {};
    }
};

core::Result<core::Duration> parse_max_age(std::string_view text) {
    std::int64_t seconds = 0;
    const auto end = text.data() + text.size();
    const bool digits = all(text, [](char c) { return c >= '0' && c <= '9'; });
    if (digits && text.size() <= 10 && std::from_chars(text.data(), end, seconds).ptr == end &&
        seconds <= longest_max_age)
        return core::seconds(seconds);
    return Failure(
        Reason::sts_policy_invalid,
        fmt::format("policy: max_age is no number from 0 to {}: '{}'", longest_max_age, text),
        "4.7.5");
}

}  // namespace

std::string_view word(Mode mode) {
    return mode == Mode::enforce ? "enforce" : mode == Mode::testing ? "testing" : "none";
}

std::optional<Mode> mode_of(std::string_view text) {
    for (const Mode mode : {Mode::none, Mode::testing, Mode::enforce})
        if (word(mode) == text) return mode;
    return std::nullopt;
}

Discovery discover(const std::vector<std::string>& texts) {
    std::vector<std::string_view> records;
    for (const std::string& text : texts)
        if (const auto rest = after_version(text, "v=STSv1")) records.push_back(*rest);
    if (records.empty()) return {{}, "there is no TXT record that begins with v=STSv1;"};
    if (records.size() > 1)
        return {{}, fmt::format("{} TXT records begin with v=STSv1;", records.size())};
    Discovery out;
    out.why = read_record(records.front(), out.id);
    if (!out.why.empty()) out.id.clear();
    return out;
}

core::Result<Policy> parse(std::string_view body) {
    Found found;
    std::size_t number = 0;
    while (!body.empty()) {
        ++number;
        const std::size_t end = body.find('\n');
        std::string_view line = body.substr(0, end);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
        if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_key(line.substr(0, colon)))
            return invalid(number,
                           fmt::format("expected 'key: value', got '{}'", line.substr(0, 60)));
        const std::string_view key = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        for (const char c : value)
            if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F)
                return invalid(number, "a control character in the value");
        if (!found.knows(key) && !is_policy_value(value))
            return invalid(number, fmt::format("no good value for '{}'", key));
        const std::string trouble = found.take(line.substr(0, colon), value);
        if (!trouble.empty()) return invalid(number, trouble);
    }
    const auto missing = [](std::string_view what) {
        return Failure(Reason::sts_policy_invalid, fmt::format("policy: {}", what), "4.7.5");
    };
    if (!found.version) return missing("it has no version");
    if (*found.version != "STSv1")
        return missing(fmt::format("version '{}' is not STSv1", *found.version));
    if (!found.mode) return missing("it has no mode");
    const std::optional<Mode> mode = mode_of(*found.mode);
    if (!mode) return missing(fmt::format("mode '{}' is not known", *found.mode));
    if (!found.max_age) return missing("it has no max_age");
    core::Result<core::Duration> max_age = parse_max_age(*found.max_age);
    if (!max_age.ok()) return max_age.take_failure();
    if (found.mx.empty() && *mode != Mode::none) return missing("it names no mx");
    return Policy{*mode, std::move(found.mx), max_age.value()};
}

std::vector<std::string> lines(const Policy& policy) {
    std::vector<std::string> out{"version: STSv1", fmt::format("mode: {}", word(policy.mode))};
    for (const std::string& mx : policy.mx) out.push_back("mx: " + mx);
    out.push_back(fmt::format("max_age: {}", policy.max_age.ns / core::seconds(1).ns));
    return out;
}

bool names(const Policy& policy, std::string_view mx_host) {
    const std::string host = core::lower(mx_host);
    const std::size_t dot = host.find('.');
    return std::any_of(policy.mx.begin(), policy.mx.end(), [&](const std::string& written) {
        const std::string pattern = core::lower(written);
        if (!pattern.starts_with("*.")) return pattern == host;
        return dot != std::string::npos && dot > 0 && host.substr(dot) == pattern.substr(1);
    });
}

}  // namespace policy::mta_sts
