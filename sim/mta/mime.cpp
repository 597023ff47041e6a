#include "sim/mta/mime.hpp"

#include <optional>

#include <fmt/core.h>

#include "sim/core/base64.hpp"
#include "sim/core/printable.hpp"
#include "sim/core/text.hpp"

namespace mta::mime {
namespace {

core::Failure unread(std::string why) { return {core::Reason::none, std::move(why)}; }

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;  // RFC 2045 section 6.7: to be robust
    return -1;
}

// Section 6.7. What is no escape stays as it is; blanks at a line's end were added on the way.
std::string from_quoted_printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
        while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
        const bool goes_on = line.ends_with('=');
        if (goes_on) line.remove_suffix(1);
        for (std::size_t i = 0; i < line.size(); ++i) {
            const bool escape = line[i] == '=' && i + 2 < line.size() && digit(line[i + 1]) >= 0 &&
                                digit(line[i + 2]) >= 0;
            if (!escape) {
                out += line[i];
                continue;
            }
            out += static_cast<char>(digit(line[i + 1]) * 16 + digit(line[i + 2]));
            i += 2;
        }
        if (!goes_on && end != std::string_view::npos) out += "\r\n";
    }
    return out;
}

// One quoted string, or what reaches to the next ";". Moves past it.
std::string take_value(std::string_view& text) {
    std::string out;
    if (!text.starts_with('"')) {
        const std::string_view token = text.substr(0, text.find(';'));
        text.remove_prefix(token.size());
        return std::string(core::trimmed(token));
    }
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
        out += text.front();
        text.remove_prefix(1);
    }
    if (!text.empty()) text.remove_prefix(1);
    return out;
}

}  // namespace

std::string field_value(const dkim::Parts& parts, std::string_view name) {
    for (const std::string_view field : parts.fields)
        if (dkim::field_name(field) == name) {
            const std::string line = dkim::canonical_field(field, dkim::Form::relaxed);
            return line.substr(line.find(':') + 1);
        }
    return {};
}

std::string media_type(std::string_view content_type) {
    return core::lower(core::trimmed(content_type.substr(0, content_type.find(';'))));
}

std::string parameter(std::string_view content_type, std::string_view name) {
    for (std::size_t at = content_type.find(';'); at != std::string_view::npos;
         at = content_type.find(';')) {
        content_type.remove_prefix(at + 1);
        const std::size_t equals = content_type.find_first_of("=;");
        if (equals == std::string_view::npos || content_type[equals] == ';') continue;
        const std::string called = core::lower(core::trimmed(content_type.substr(0, equals)));
        content_type.remove_prefix(equals + 1);
        while (content_type.starts_with(' ')) content_type.remove_prefix(1);
        std::string value = take_value(content_type);
        if (called == name) return value;
    }
    return {};
}

std::vector<std::string_view> body_parts(std::string_view body, const std::string& boundary,
                                         Unended unended) {
    const std::string delimiter = "--" + boundary;
    std::vector<std::string_view> out;
    const char* begin = nullptr;
    const char* const end_of_all = body.data() + body.size();
    while (!body.empty()) {
        const std::size_t end = body.find("\r\n");
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
        std::string_view behind = line;
        if (!behind.starts_with(delimiter)) continue;
        behind.remove_prefix(delimiter.size());
        const bool last = behind.starts_with("--");
        if (!last && !core::trimmed(behind).empty()) continue;  // another boundary begins alike
        if (begin != nullptr && line.data() >= begin + 2)
            out.emplace_back(begin, static_cast<std::size_t>(line.data() - 2 - begin));
        begin = last ? nullptr : body.data();
        if (last) break;
    }
    if (begin != nullptr && unended == Unended::taken)
        out.emplace_back(begin, static_cast<std::size_t>(end_of_all - begin));
    return out;
}

core::Result<std::string> decoded(std::string_view body, const std::string& encoding) {
    if (encoding == "base64") {
        std::optional<std::string> bytes = core::parse_base64(dkim::without_space(body));
        if (!bytes) return unread("is no base64");
        return std::move(*bytes);
    }
    if (encoding == "quoted-printable") return from_quoted_printable(body);
    if (encoding.empty() || encoding == "7bit" || encoding == "8bit" || encoding == "binary")
        return std::string(body);
    return unread(fmt::format("comes in the encoding '{}'", core::printable_line(encoding)));
}

}  // namespace mta::mime
