#include "harness/report/policy_table.hpp"

#include <algorithm>
#include <functional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/report/console.hpp"

namespace report {
namespace {

using many::CaseOutcome;
using many::PartnerOutcome;
using Question = bool (*)(const CaseOutcome&);

bool leaves_in_clear(const CaseOutcome& c) { return c.in_clear_text(); }
bool is_read(const CaseOutcome& c) { return c.read; }
bool is_taken(const CaseOutcome& c) { return c.taken; }
bool waits(const CaseOutcome& c) {
    return c.fate == judge::Fate::deferred || c.fate == judge::Fate::queued;
}
bool bounces(const CaseOutcome& c) { return c.fate == judge::Fate::bounced; }

std::size_t count(const PartnerOutcome& outcome, Question question) {
    return static_cast<std::size_t>(
        std::count_if(outcome.cases.begin(), outcome.cases.end(), question));
}

std::string answer(const PartnerOutcome& outcome, Question question) {
    const std::size_t cases = count(outcome, question);
    return cases == 0 ? "never" : fmt::format("in {}", cases);
}

std::string level_of(const PartnerOutcome& outcome) {
    return std::string(word(outcome.partner.rule.rule.level));
}

using Row = std::vector<std::string>;
std::string aligned(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (widths.size() <= i) widths.push_back(0);
            widths[i] = std::max(widths[i], row[i].size());
        }
    std::string out;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += fmt::format("{:<{}}{}", row[i], widths[i], i + 1 == row.size() ? "" : "  ");
        while (line.ends_with(' ')) line.pop_back();
        out += line + "\n";
    }
    return out;
}

// The first case that shows it, and how to see that again.
std::string shown_by(const PartnerOutcome& outcome, const char* what, Question question,
                     const std::string& repeat) {
    const auto found = std::find_if(outcome.cases.begin(), outcome.cases.end(), question);
    if (found == outcome.cases.end()) return {};
    const std::string title = title_of(outcome.partner, found->one);
    return fmt::format("  {}: {}\n      {} {}\n", what, found->one.what, repeat,
                       shell_quoted(title));
}

// Lines of at most 100 characters, below each other.
std::string wrapped(std::string_view text) {
    constexpr std::size_t width = 96;
    std::string out;
    for (const char* indent = "  "; !text.empty(); indent = "    ") {
        std::size_t end = text.size() <= width ? text.size() : text.rfind(' ', width);
        if (end == text.npos) end = text.size();
        out += fmt::format("{}{}\n", indent, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string promise(const CaseOutcome& c) {
    return c.one.promise == many::Promise::dane      ? " (with DANE)"
           : c.one.promise == many::Promise::mta_sts ? " (with MTA-STS)"
                                                     : "";
}

std::string all_of(const PartnerOutcome& outcome, const char* what, Question question) {
    std::string list;
    for (const CaseOutcome& c : outcome.cases)
        if (question(c))
            list += fmt::format("{}{}{}", list.empty() ? "" : "; ", c.one.what, promise(c));
    return list.empty() ? list : wrapped(fmt::format("{}: {}", what, list));
}

}  // namespace

std::string as_text(const std::vector<PartnerOutcome>& outcomes, const std::string& repeat) {
    std::vector<Row> rows{{"partner", "level", "cases", "in clear text", "read", "to an impostor",
                           "waits", "bounces"}};
    std::string details;
    for (const PartnerOutcome& o : outcomes) {
        rows.push_back({o.partner.destination, level_of(o),
                        o.broken() ? "broken" : std::to_string(o.cases.size()),
                        answer(o, leaves_in_clear), answer(o, is_read), answer(o, is_taken),
                        answer(o, waits), answer(o, bounces)});
        details += fmt::format("\n{}: {}", o.partner.destination, level_of(o));
        if (o.partner.by == many::Partner::By::level_for_all)
            details += ", as whoever has no rule";
        else
            details += fmt::format(", {}:{}", o.partner.rule.file, o.partner.rule.line);
        details += "\n" + shown_by(o, "leaves in clear text", leaves_in_clear, repeat) +
                   shown_by(o, "read by a listener", is_read, repeat) +
                   shown_by(o, "handed to an impostor", is_taken, repeat) +
                   all_of(o, "waits, and bounces in the end", waits) +
                   all_of(o, "bounces at once", bounces);
    }
    return aligned(rows) + details;
}

std::string as_json(const std::vector<PartnerOutcome>& outcomes, std::uint64_t seed) {
    using play::Json;
    Json partners = Json::array();
    std::size_t safe = 0;
    for (const PartnerOutcome& o : outcomes) {
        Json cases = Json::array();
        for (const CaseOutcome& c : o.cases)
            cases.push_back(
                {{"title", title_of(o.partner, c.one)},
                 {"case", c.one.name},
                 {"fate", word(c.fate)},
                 {"crossed", word(c.crossed)},
                 {"reason", c.reason == core::Reason::none ? Json(nullptr)
                                                           : Json(std::string(word(c.reason)))},
                 {"read", c.read},
                 {"to_impostor", c.taken}});
        const policy::postfix::Entry& rule = o.partner.rule;
        const bool named = o.partner.by == many::Partner::By::table;
        partners.push_back({{"destination", o.partner.destination},
                            {"level", level_of(o)},
                            {"file", named ? Json(rule.file) : Json(nullptr)},
                            {"line", named ? Json(rule.line) : Json(nullptr)},
                            {"safe", o.safe()},
                            {"broken", o.broken()},
                            {"in_clear_text", count(o, leaves_in_clear)},
                            {"read", count(o, is_read)},
                            {"to_impostor", count(o, is_taken)},
                            {"waits", count(o, waits)},
                            {"bounces", count(o, bounces)},
                            {"cases", std::move(cases)}});
        safe += o.safe() ? 1 : 0;
    }
    const Json out = {{"schema", "mailtls.policy-check/1"},
                      {"version", MAILTLS_VERSION},
                      {"seed", seed},
                      {"totals", {{"partners", outcomes.size()}, {"safe", safe}}},
                      {"partners", std::move(partners)}};
    return play::indented(out);
}

}  // namespace report
