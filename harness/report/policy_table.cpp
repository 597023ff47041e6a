#include "harness/report/policy_table.hpp"

#include <algorithm>
#include <functional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/report/console.hpp"
#include "harness/report/policy_risk.hpp"

namespace report {
namespace {

using many::CaseOutcome;
using many::PartnerOutcome;

std::string answer(const PartnerOutcome& outcome, Question question) {
    const std::size_t cases = count(outcome, question);
    return cases == 0 ? "never" : fmt::format("in {}", cases);
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
    const auto found = std::find_if(outcome.cases.begin(), outcome.cases.end(),
                                    [&](const CaseOutcome& c) { return is_so(c, question); });
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
        if (is_so(c, question))
            list += fmt::format("{}{}{}", list.empty() ? "" : "; ", c.one.what, promise(c));
    return list.empty() ? list : wrapped(fmt::format("{}: {}", what, list));
}

std::string first_said(const std::vector<PartnerOutcome>& outcomes) {
    std::string out;
    std::size_t rules = 0;
    for (const PartnerOutcome& o : outcomes) {
        if (o.broken() || !o.nobody_gets_mail()) continue;
        ++rules;
        out += wrapped(fmt::format("{} ({}): {}", names_of(o), place_of(o.partner), why_nobody(o)));
    }
    if (rules == 0) return {};
    return fmt::format("NO ORDINARY RECEIVER GETS MAIL under {} rule{}:\n{}\n", rules,
                       rules == 1 ? "" : "s", out);
}

// One line for each kind of partner, where the report of the MTA has such lines.
std::string risks(const std::vector<PartnerOutcome>& outcomes) {
    std::string out;
    for (const PartnerOutcome& o : outcomes)
        if (const std::string risk = risk_of(o); !risk.empty())
            out += fmt::format("{}: {}\n", names_of(o), risk);
    return out.empty() ? out : out + "\n";
}

play::Json case_json(const many::Partner& partner, const CaseOutcome& c) {
    using play::Json;
    return {{"title", title_of(partner, c.one)},
            {"case", c.one.name},
            {"first_attempt", word(c.first)},
            {"fate", word(c.fate)},
            {"crossed", word(c.crossed)},
            {"reason",
             c.reason == core::Reason::none ? Json(nullptr) : Json(std::string(word(c.reason)))},
            {"read", c.read},
            {"to_impostor", c.taken}};
}

play::Json partner_json(const PartnerOutcome& o, const many::Partner& partner) {
    using play::Json;
    Json cases = Json::array();
    for (const CaseOutcome& c : o.cases) cases.push_back(case_json(partner, c));
    const many::PartnerRule& rule = *partner.rule;
    const bool named = partner.by == many::Partner::By::table;
    const std::string held = rule.held();
    Json out{{"destination", partner.destination},
             {"next_hop", partner.next_hop},
             {"by", partner.way.empty() ? Json(nullptr) : Json(partner.way)},
             {"level", held.empty() ? rule.level() : rule.asked()},
             {"held", held.empty() ? Json(nullptr) : Json(held)},
             {"file", named ? Json(rule.file()) : Json(nullptr)},
             {"line", named ? Json(rule.line()) : Json(nullptr)},
             {"safe", o.safe()},
             {"broken", o.broken()},
             {"ordinary", ordinary_gets_mail(o)},
             {"in_clear_text", count(o, Question::in_clear_text)},
             {"read", count(o, Question::read)},
             {"to_impostor", count(o, Question::taken)},
             {"waits", count(o, Question::waits)},
             {"bounces", count(o, Question::bounces)},
             {"cases", std::move(cases)}};
    if (rule.mta().empty()) return out;
    out["mta"] = std::string(rule.mta());
    out["risk"] = risk_of(o);
    return out;
}

}  // namespace

bool is_so(const CaseOutcome& c, Question question) {
    switch (question) {
        case Question::in_clear_text: return c.in_clear_text();
        case Question::read: return c.read;
        case Question::taken: return c.taken;
        case Question::waits:
            return c.fate == judge::Fate::deferred || c.fate == judge::Fate::queued;
        case Question::bounces: return c.fate == judge::Fate::bounced;
    }
    return false;
}

std::size_t count(const PartnerOutcome& outcome, Question question) {
    return static_cast<std::size_t>(
        std::count_if(outcome.cases.begin(), outcome.cases.end(),
                      [&](const CaseOutcome& c) { return is_so(c, question); }));
}

std::string level_of(const PartnerOutcome& outcome) {
    const many::PartnerRule& rule = *outcome.partner.rule;
    const std::string asked = rule.asked(), level = rule.level();
    if (!rule.held().empty()) return asked + " (held back)";
    return asked == level ? asked : fmt::format("{} (as {})", asked, level);
}

std::string ordinary_gets_mail(const PartnerOutcome& outcome) {
    const bool own = outcome.gets_mail(many::ordinary);
    const bool hosted = outcome.gets_mail(many::ordinary_hosted);
    const bool relay = outcome.partner.next_hop.starts_with('[');
    if (own && (hosted || relay)) return "yes";
    if (own) return "at its own MX alone";
    if (hosted) return "at a hoster's alone";
    return outcome.gets_mail(many::ordinary, many::Promise::dane) ? "with TLSA records alone"
                                                                  : "no";
}

std::string why_nobody(const PartnerOutcome& outcome) { return outcome.partner.rule->why_nobody(); }

std::string names_of(const PartnerOutcome& outcome) {
    if (outcome.alike.empty()) return outcome.partner.destination;
    return fmt::format("{} and {} more", outcome.partner.destination, outcome.alike.size());
}

std::string place_of(const many::Partner& partner) {
    std::string out = partner.by == many::Partner::By::level_for_all
                          ? "as whoever has no rule"
                          : fmt::format("{}:{}", partner.rule->file(), partner.rule->line());
    if (!partner.way.empty() && partner.next_hop != partner.destination)
        out += fmt::format(", by {} ({})", partner.next_hop, partner.way);
    return out;
}

std::string as_text(const std::vector<PartnerOutcome>& outcomes, const std::string& repeat) {
    std::vector<Row> rows{{"partner", "level", "cases", "delivered to an ordinary receiver",
                           "in clear text", "read", "to an impostor", "waits", "bounces"}};
    std::string details;
    for (const PartnerOutcome& o : outcomes) {
        rows.push_back(
            {names_of(o), level_of(o), o.broken() ? "broken" : std::to_string(o.cases.size()),
             ordinary_gets_mail(o), answer(o, Question::in_clear_text), answer(o, Question::read),
             answer(o, Question::taken), answer(o, Question::waits), answer(o, Question::bounces)});
        details +=
            fmt::format("\n{}: {}, {}\n", o.partner.destination, level_of(o), place_of(o.partner));
        std::string alike;
        for (std::size_t i = 0; i < o.alike.size() && i < 20; ++i)
            alike += (i == 0 ? "" : ", ") + o.alike[i].destination;
        if (o.alike.size() > 20) alike += fmt::format(" and {} more", o.alike.size() - 20);
        if (!alike.empty()) details += wrapped("alike: " + alike);
        details += shown_by(o, "leaves in clear text", Question::in_clear_text, repeat) +
                   shown_by(o, "read by a listener", Question::read, repeat) +
                   shown_by(o, "handed to an impostor", Question::taken, repeat) +
                   all_of(o, "waits, and bounces in the end", Question::waits) +
                   all_of(o, "bounces at once", Question::bounces);
    }
    return first_said(outcomes) + risks(outcomes) + aligned(rows) + details;
}

void write_json(const std::vector<PartnerOutcome>& outcomes, std::uint64_t seed,
                const std::function<void(std::string_view)>& write) {
    using play::Json;
    std::vector<std::pair<const many::Partner*, const PartnerOutcome*>> all;
    std::size_t safe = 0;
    for (const PartnerOutcome& o : outcomes) {
        all.emplace_back(&o.partner, &o);
        for (const many::Partner& other : o.alike) all.emplace_back(&other, &o);
        if (o.safe()) safe += 1 + o.alike.size();
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.first->number < b.first->number;
    });
    const Json head = {{"schema", "mailtls.policy-check/1"},
                       {"version", MAILTLS_VERSION},
                       {"seed", seed},
                       {"totals", {{"partners", all.size()}, {"safe", safe}}},
                       {"partners", Json::array()}};
    std::string begin = play::indented(head);
    const std::size_t hole = begin.rfind("[]");
    write(begin.substr(0, hole + 1));
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::string piece = play::indented(partner_json(*all[i].second, *all[i].first));
        while (piece.ends_with('\n')) piece.pop_back();
        for (std::size_t at = piece.find('\n'); at != piece.npos; at = piece.find('\n', at + 1))
            piece.insert(at + 1, "    ");
        write((i == 0 ? "\n    " : ",\n    ") + piece);
    }
    write((all.empty() ? "" : "\n  ") + begin.substr(hole + 1));
}

}  // namespace report
