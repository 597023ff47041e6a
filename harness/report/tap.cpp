#include "harness/report/tap.hpp"

#include <fmt/core.h>

#include "harness/report/console.hpp"
#include "sim/core/json.hpp"
#include "sim/core/printable.hpp"

namespace report {

using play::Outcome;

namespace {

// A description has no line end; "#" would begin a directive, "\" an escape.
std::string description(std::string_view text) {
    std::string out;
    for (const char c : core::printable_line(text)) {
        if (c == '#' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

// A double-quoted scalar of YAML is a string of JSON (YAML 1.2 section 1.3).
std::string yaml_text(std::string_view text) {
    std::string out;
    core::append_json_string(out, core::printable(text));
    return out;
}

}  // namespace

std::string tap_head(std::size_t scenarios) {
    return fmt::format("TAP version 14\n1..{}\n", scenarios);
}

std::string tap_point(const Outcome& o, std::size_t number) {
    std::string out =
        fmt::format("{} {} - {}\n", is_bad(o) ? "not ok" : "ok", number, description(o.entry.id()));
    if (!is_bad(o)) return out;
    return out + fmt::format(
                     "  ---\n  status: {}\n  file: {}\n  line: {}\n  seed: {}\n  message: "
                     "{}\n  ...\n",
                     word(o.status), yaml_text(o.entry.file), o.entry.line, o.seed,
                     yaml_text(story_of(o)));
}

std::string tap(const std::vector<Outcome>& outcomes) {
    std::string out = tap_head(outcomes.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) out += tap_point(outcomes[i], i + 1);
    return out;
}

}  // namespace report
