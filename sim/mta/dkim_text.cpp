#include "sim/mta/dkim_text.hpp"

#include <algorithm>

#include "sim/core/text.hpp"

namespace mta::dkim {
namespace {

constexpr std::string_view crlf = "\r\n";

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return is_blank(c) || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// Runs of blanks as one space, none at the end.
std::string relaxed_line(std::string_view line) {
    std::string out;
    for (const char c : line) {
        if (!is_blank(c))
            out += c;
        else if (!out.ends_with(' '))
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find(crlf);
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + crlf.size());
    return line;
}

}  // namespace

Parts parts_of(std::string_view message) {
    Parts parts;
    std::string_view rest = message;
    while (!rest.empty()) {
        const char* const begin = rest.data();
        if (take_line(rest).empty()) break;
        while (!rest.empty() && is_blank(rest.front())) take_line(rest);
        std::string_view field(begin, static_cast<std::size_t>(rest.data() - begin));
        if (field.ends_with(crlf)) field.remove_suffix(crlf.size());
        parts.fields.push_back(field);
    }
    parts.body = rest;
    return parts;
}

std::string field_name(std::string_view field) {
    return core::lower(trimmed(field.substr(0, field.find(':'))));
}

std::string canonical_field(std::string_view field, Form form) {
    if (form == Form::simple) return std::string(field);
    const std::size_t colon = std::min(field.find(':'), field.size());
    std::string unfolded;
    for (std::string_view rest = field.substr(std::min(colon + 1, field.size())); !rest.empty();)
        unfolded += take_line(rest);
    const std::string value = relaxed_line(unfolded);
    return field_name(field) + ":" + (value.starts_with(' ') ? value.substr(1) : value);
}

std::string canonical_body(std::string_view body, Form form) {
    std::string out;
    std::size_t used = 0;  // up to the last line that is not empty
    while (!body.empty()) {
        const std::string_view line = take_line(body);
        const std::string kept = form == Form::relaxed ? relaxed_line(line) : std::string(line);
        (out += kept) += crlf;
        if (!kept.empty()) used = out.size();
    }
    out.resize(used);
    if (out.empty() && form == Form::simple) out = crlf;
    return out;
}

std::string signed_fields(const Parts& parts, const std::vector<std::string>& names, Form form) {
    std::map<std::string, std::vector<std::string_view>> left;
    for (const std::string_view field : parts.fields) left[field_name(field)].push_back(field);
    std::string out;
    for (const std::string& name : names) {
        const auto found = left.find(core::lower(name));
        if (found == left.end() || found->second.empty()) continue;
        (out += canonical_field(found->second.back(), form)) += crlf;
        found->second.pop_back();
    }
    return out;
}

std::optional<Tags> parse_tags(std::string_view text) {
    Tags tags;
    for (text = trimmed(text); !text.empty();) {
        const std::size_t end = text.find(';');
        const std::string_view tag = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : trimmed(text.substr(end + 1));
        const std::size_t equals = tag.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view name = trimmed(tag.substr(0, equals));
        const auto fits = [](char c) {
            return (core::lower(c) >= 'a' && core::lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                   c == '_';
        };
        if (name.empty() || !std::all_of(name.begin(), name.end(), fits)) return std::nullopt;
        if (!tags.emplace(name, trimmed(tag.substr(equals + 1))).second) return std::nullopt;
    }
    return tags;
}

std::string without_space(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (!is_space(c)) out += c;
    return out;
}

std::vector<std::string> items_of(std::string_view text) {
    std::vector<std::string> out;
    for (;;) {
        const std::size_t colon = text.find(':');
        out.emplace_back(trimmed(text.substr(0, colon)));
        if (colon == std::string_view::npos) return out;
        text.remove_prefix(colon + 1);
    }
}

std::string without_signature(std::string_view field) {
    const std::size_t colon = std::min(field.find(':'), field.size());
    for (std::size_t at = colon + 1; at < field.size();) {
        const std::size_t end = std::min(field.find(';', at), field.size());
        const std::size_t equals = field.find('=', at);
        if (equals < end && trimmed(field.substr(at, equals - at)) == "b")
            return std::string(field.substr(0, equals + 1)) + std::string(field.substr(end));
        at = end + 1;
    }
    return std::string(field);
}

}  // namespace mta::dkim
