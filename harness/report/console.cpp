#include "harness/report/console.hpp"

#include <unistd.h>

#include <cstdlib>

#include <fmt/core.h>

#include "sim/core/printable.hpp"

namespace report {

using play::Outcome;
using play::Status;

std::string Look::paint(std::string_view code, std::string_view text) const {
    return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

Look look_of(int file_descriptor, Colour colour) {
    if (colour != Colour::automatic) return {colour == Colour::always};
    const auto set = [](const char* name) {
        const char* const value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    if (set("NO_COLOR")) return {false};
    if (set("FORCE_COLOR")) return {true};
    if (const char* const terminal = std::getenv("TERM");
        terminal != nullptr && std::string_view(terminal) == "dumb")
        return {false};
    return {isatty(file_descriptor) == 1};
}

namespace {

std::string indented(const std::string& text, std::string_view margin) {
    std::string out(margin);
    for (const char c : text) {
        out += c;
        if (c == '\n') out += margin;
    }
    return out;
}

}  // namespace

std::string story_of(const Outcome& o) {
    std::string out;
    for (const script::Mistake& m : o.failures) out += m.text() + "\n";
    if (!o.deterministic)
        out += "not deterministic: two plays with one seed differ in their traces\n";
    for (const std::string& bug : o.bugs) out += bug + "\n";
    if (!out.empty()) out.pop_back();
    return out;
}

std::string repeat_command(const Outcome& o) {
    return fmt::format("mailtls run --seed {}{} --only {} {}", o.seed, o.asked_with,
                       path_quoted(o.entry.id()), path_quoted(o.entry.file));
}

std::string path_quoted(const std::string& path) {
    return shell_quoted(path.starts_with('-') ? "./" + path : path);
}

std::string shell_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string scenario_lines(const Outcome& o, const Look& look) {
    const std::string title = core::printable(o.entry.title);
    const std::string took = core::readable(core::Duration{o.virtual_ns});
    if (!is_bad(o))
        return fmt::format("  {} {} {}\n", look.paint("32", "ok    "), title,
                           look.paint("2", "(" + took + ")"));
    const std::string_view label = o.status == Status::broken ? "BROKEN" : "FAIL  ";
    std::string out = fmt::format("  {} {}\n", look.paint("31;1", label), title);
    for (const script::Mistake& m : o.failures)
        out += indented(core::printable(m.text()), "      ") + "\n";
    if (!o.deterministic)
        out += "      not deterministic: two plays with one seed differ in their traces\n";
    if (!o.printed.empty())
        out += "      it printed:\n" +
               indented(core::printable(o.printed.substr(0, o.printed.size() - 1)), "        ") +
               "\n";
    return out + "      repeat: " + core::printable(repeat_command(o)) + "\n";
}

}  // namespace report
