#include "harness/report/github.hpp"

#include <fmt/core.h>

#include "harness/report/console.hpp"
#include "harness/suite/tally.hpp"
#include "sim/core/printable.hpp"

namespace report {

using play::Outcome;

namespace {

// "%", CR and LF in a message; ":" and "," in a property, too.
std::string encoded(std::string_view text, std::string_view also) {
    std::string out;
    for (const char c : core::printable(text)) {
        const bool special = c == '%' || c == '\r' || c == '\n' || also.find(c) != also.npos;
        out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return out;
}

// Text between fences longer than any in it.
std::string fenced(const std::string& strange) {
    const std::string text = core::printable(strange);
    std::string fence = "```";
    while (text.find(fence) != std::string::npos) fence += '`';
    return fence + "text\n" + text + "\n" + fence + "\n";
}

// Text inside a line, between more backticks than stand in it side by side.
std::string in_code(const std::string& strange) {
    const std::string text = core::printable_line(strange);
    std::string fence = "`";
    while (text.find(fence) != std::string::npos) fence += '`';
    const char* const apart = fence.size() > 1 ? " " : "";
    return fence + apart + text + apart + fence;
}

// As a line of Markdown: nothing in it is markup.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : core::printable_line(text)) {
        if (std::string_view("\\`*_{}[]<>()#+-.!|~&").find(c) != std::string_view::npos)
            out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

}  // namespace

std::string github_annotations(const Outcome& o) {
    if (!is_bad(o)) return {};
    const bool placed = !o.failures.empty() && o.failures.front().line > 0;
    return fmt::format("::error file={},line={},title={}::{}\n",
                       encoded(placed ? o.failures.front().file : o.entry.file, ":,"),
                       placed ? o.failures.front().line : o.entry.line,
                       encoded(o.entry.title, ":,"), encoded(story_of(o), ""));
}

std::string without_commands(std::string_view lines) {
    std::string out;
    bool front = true;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view rest = lines.substr(i);
        if ((front && rest.starts_with("::")) || rest.starts_with("##[")) out += '\\';
        out += lines[i];
        const bool space = lines[i] == ' ' || lines[i] == '\t';
        front = lines[i] == '\n' || (front && space);
    }
    return out;
}

std::string github_summary(const std::vector<Outcome>& outcomes) {
    std::string out = fmt::format("## mailtls: {}\n", closing_line(suite::tally_of(outcomes)));
    for (const Outcome& o : outcomes)
        if (is_bad(o))
            out += fmt::format("\n### {}\n\n{}\nRepeat: {}\n", plain(o.entry.id()),
                               fenced(story_of(o)), in_code(repeat_command(o)));
    return out;
}

}  // namespace report
