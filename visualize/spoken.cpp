#include "visualize/spoken.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace visualize {

std::string shortened(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    std::size_t cut = most - 1;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
        --cut;  // not inside a UTF-8 character
    return text.substr(0, cut) + "…";
}

std::string in_lines(std::string_view bytes) {
    std::string text(bytes);
    std::erase(text, '\r');
    while (text.ends_with('\n')) text.pop_back();
    return text;
}
std::string one_line(std::string_view text, std::string_view separator) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += separator;
        else
            out += c;
    }
    return out;
}

std::string reply_head(std::string_view text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::string(text);
    std::string out(text.substr(0, std::min<std::size_t>(end, 3)));
    if (end > 4) out += " " + std::string(text.substr(4, end - 4));
    for (text.remove_prefix(end + 1); !text.empty();) {
        const std::size_t next = text.find('\n');
        const std::string_view line = text.substr(0, next);
        if (line.size() > 4) out += " " + std::string(line.substr(4, line.find(' ', 4) - 4));
        text = next == std::string_view::npos ? std::string_view() : text.substr(next + 1);
    }
    return out;
}

std::string spoken(std::string_view bytes) {
    const std::string text = in_lines(bytes);
    if (text.empty()) return "(a line's end)";
    const bool reply = text.size() > 3 && text.find_first_not_of("0123456789") == 3;
    return reply ? reply_head(text) : one_line(text, "   ");
}

std::string subject_of(std::string_view content) {
    const std::size_t at = content.find("Subject: ");
    if (at == std::string_view::npos) return {};
    return std::string(content.substr(at, content.find("\r\n", at) - at));
}

std::string scan_note(std::string_view found, std::string_view where, std::string_view unread,
                      std::string_view so) {
    std::string out = found.empty()
                          ? std::string("the scanner finds nothing")
                          : fmt::format("the scanner finds {} in {}: {}", found, where, so);
    if (!unread.empty()) out += fmt::format("; not looked into: {}", unread);
    return out;
}

std::string seal_note(std::string_view readers) {
    return fmt::format("seals the body with S/MIME for {}; the subject stays readable", readers);
}

std::string delivery_report(std::string_view action, std::string_view to, std::uint32_t mail) {
    std::string out = "a delivery report (" + std::string(action) + ") goes ";
    if (mail == 0) return out + "back to " + std::string(to);
    return out + "to " + std::string(to) + " as mail " + std::to_string(mail);
}

std::string reads_inside(std::string text, std::string_view key_of) {
    const std::string with = key_of.empty() ? "" : " with the key of " + std::string(key_of);
    return "reads inside TLS" + with + ": " + shortened(std::move(text), 80);
}

std::string counts_of(std::uint64_t successes, std::string_view failures) {
    std::string out = "successes=" + std::to_string(successes);
    if (!failures.empty()) out += ", " + one_line(failures, ", ");
    return out;
}

}  // namespace visualize
