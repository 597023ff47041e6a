#include "harness/report/policy_page.hpp"

#include <fmt/core.h>

#include "harness/report/console.hpp"
#include "harness/report/policy_risk.hpp"
#include "harness/report/policy_table.hpp"
#include "sim/core/printable.hpp"

namespace report {
namespace {

using many::CaseOutcome;
using many::PartnerOutcome;

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1f2933; --page: #fff; --muted: #55606b; --line: #c3ccd5;
  --panel: #f3f5f7; --bad: #a11d1d; --bad-panel: #fdecec; --warn: #7a4a00; --warn-panel: #fff4dc;
  --good: #0b6b4f; --good-panel: #e9f6ef; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --page: #12181f; --muted: #aab6c2;
  --line: #4a5763; --panel: #1b232c; --bad: #ff9c9c; --bad-panel: #40222a; --warn: #ffd08a;
  --warn-panel: #3d3215; --good: #5fd6ac; --good-panel: #1e3a2c; } }
body { margin: 0 auto; max-width: 1100px; padding: 24px 16px 60px; background: var(--page);
  color: var(--ink); font: 16px/1.5 "Helvetica Neue", Helvetica, Arial, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 4px; } h2 { font-size: 1.2rem; margin: 32px 0 8px; }
h3 { font-size: 1.02rem; margin: 0 0 4px; overflow-wrap: anywhere; }
p { margin: 6px 0; } .muted { color: var(--muted); }
.sums { display: flex; flex-wrap: wrap; gap: 12px; margin: 18px 0; }
.sum { flex: 1 1 180px; border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.sum b { display: block; font-size: 1.7rem; line-height: 1.2; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 7px 10px; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--muted); font-weight: 600; font-size: .9rem; }
td:first-child { overflow-wrap: anywhere; font-weight: 600; }
.bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); }
.notice { border-left: 5px solid var(--bad); background: var(--bad-panel); padding: 8px 14px;
  margin: 8px 0; overflow-wrap: anywhere; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 12px 0; }
ul { margin: 6px 0; padding-left: 22px; } li { overflow-wrap: anywhere; }
code { background: var(--panel); padding: 2px 6px; border-radius: 4px; overflow-wrap: anywhere;
  font-size: .88rem; }
summary { cursor: pointer; color: var(--muted); }
)";

// What strangers wrote is text: neither markup nor controls.
std::string escaped_text(std::string_view text) {
    std::string out;
    for (const char c : core::printable_line(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string sum(std::string_view kind, std::size_t number, std::string_view what) {
    return fmt::format("<div class=\"sum\"><b class=\"{}\">{}</b>{}</div>\n",
                       number == 0 ? "good" : kind, number, what);
}

std::size_t people(const PartnerOutcome& o) { return 1 + o.alike.size(); }

template <typename Fits>
std::size_t sum_of(const std::vector<PartnerOutcome>& outcomes, Fits fits) {
    std::size_t out = 0;
    for (const PartnerOutcome& o : outcomes)
        if (fits(o)) out += people(o);
    return out;
}

bool nobody(const PartnerOutcome& o) { return !o.broken() && o.nobody_gets_mail(); }

std::string cell(const PartnerOutcome& o, Question question, std::string_view kind) {
    const std::size_t cases = count(o, question);
    return cases == 0
               ? "<td class=\"good\">never</td>"
               : fmt::format("<td class=\"{}\">in {} of {}</td>", kind, cases, o.cases.size());
}

std::string row(const PartnerOutcome& o) {
    const std::string gets = ordinary_gets_mail(o);
    const std::string_view kind = gets == "yes" ? "good" : gets == "no" ? "bad" : "warn";
    if (o.broken())
        return fmt::format(
            "<tr><td>{}</td><td>{}</td><td class=\"bad\" colspan=\"5\">not played: "
            "{}</td></tr>\n",
            escaped_text(names_of(o)), escaped_text(level_of(o)),
            escaped_text(o.bug.empty() ? o.lost : o.bug));
    return fmt::format("<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td>{}{}{}{}</tr>\n",
                       escaped_text(names_of(o)), escaped_text(level_of(o)), kind, gets,
                       cell(o, Question::in_clear_text, "bad"), cell(o, Question::read, "bad"),
                       cell(o, Question::taken, "bad"), cell(o, Question::waits, "warn"));
}

std::string list(const PartnerOutcome& o, std::string_view title, Question question) {
    std::string items;
    for (const CaseOutcome& c : o.cases) {
        if (!is_so(c, question)) continue;
        const std::string_view promise = c.one.promise == many::Promise::dane ? " (with DANE)"
                                         : c.one.promise == many::Promise::mta_sts
                                             ? " (with MTA-STS)"
                                             : "";
        items += fmt::format("<li>{}{}</li>\n", escaped_text(c.one.what), promise);
    }
    if (items.empty()) return {};
    return fmt::format("<details><summary>{}</summary><ul>\n{}</ul></details>\n", title, items);
}

std::string card(const PartnerOutcome& o, const std::string& repeat) {
    std::string out =
        fmt::format("<div class=\"card\"><h3>{}</h3>\n<p class=\"muted\">{}, {}</p>\n",
                    escaped_text(o.partner.destination), escaped_text(level_of(o)),
                    escaped_text(place_of(o.partner)));
    if (const std::string risk = risk_of(o); !risk.empty())
        out += fmt::format("<p>In short: {}.</p>\n", escaped_text(risk));
    std::string alike;
    for (std::size_t i = 0; i < o.alike.size() && i < 50; ++i)
        alike += (i == 0 ? "" : ", ") + o.alike[i].destination;
    if (o.alike.size() > 50) alike += fmt::format(" and {} more", o.alike.size() - 50);
    if (!alike.empty()) out += fmt::format("<p>The same holds for {}.</p>\n", escaped_text(alike));
    out += list(o, "Mail leaves in clear text", Question::in_clear_text);
    out += list(o, "A listener reads it", Question::read);
    out += list(o, "An impostor gets it", Question::taken);
    out += list(o, "It waits, and bounces in the end", Question::waits);
    out += list(o, "It bounces at once", Question::bounces);
    for (const CaseOutcome& c : o.cases)
        if (!c.safe())
            return out + fmt::format(
                             "<p class=\"muted\">To see the first: <code>{} {}</code></p>"
                             "</div>\n",
                             escaped_text(repeat),
                             escaped_text(shell_quoted(title_of(o.partner, c.one))));
    return out + "</div>\n";
}

}  // namespace

std::string policy_page(const std::vector<PartnerOutcome>& outcomes,
                        const std::vector<std::string>& remarks, const std::string& repeat) {
    std::string out = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>Mail to partners: TLS rules</title>\n<style>{}</style></head>\n<body>\n"
        "<h1>Mail to partners: what the TLS rules are worth</h1>\n"
        "<p class=\"muted\">Every rule was played against good receivers, poor ones and attackers; "
        "what is told here happened. mailtls {}.</p>\n<div class=\"sums\">\n",
        style, MAILTLS_VERSION);
    out += fmt::format("<div class=\"sum\"><b>{}</b>partners</div>\n",
                       sum_of(outcomes, [](const PartnerOutcome&) { return true; }));
    out += sum("bad", sum_of(outcomes, nobody), "get no mail from us, though they are in order");
    out +=
        sum("bad",
            sum_of(outcomes,
                   [](const PartnerOutcome& o) { return count(o, Question::in_clear_text) > 0; }),
            "may get mail in clear text");
    out +=
        sum("bad",
            sum_of(outcomes, [](const PartnerOutcome& o) { return count(o, Question::taken) > 0; }),
            "may lose mail to an impostor");
    out += "</div>\n";
    std::string first;
    for (const PartnerOutcome& o : outcomes)
        if (nobody(o))
            first += fmt::format("<div class=\"notice\"><b>{}</b> ({}): {}</div>\n",
                                 escaped_text(names_of(o)), escaped_text(place_of(o.partner)),
                                 escaped_text(why_nobody(o)));
    if (!first.empty())
        out += "<h2 class=\"bad\">No ordinary receiver gets mail under these rules</h2>\n" + first;
    out +=
        "<h2>Partner by partner</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Partner</th>"
        "<th>Rule</th><th>Delivered to an ordinary receiver</th><th>In clear text</th>"
        "<th>Read by a listener</th><th>Taken by an impostor</th><th>Waits</th></tr></thead>\n"
        "<tbody>\n";
    for (const PartnerOutcome& o : outcomes) out += row(o);
    out += "</tbody></table></div>\n<h2>When it happens</h2>\n";
    for (const PartnerOutcome& o : outcomes)
        if (!o.broken()) out += card(o, repeat);
    if (!remarks.empty()) out += "<h2>Notes on the files</h2>\n<ul>\n";
    for (const std::string& remark : remarks)
        out += fmt::format("<li>{}</li>\n", escaped_text(remark));
    if (!remarks.empty()) out += "</ul>\n";
    return out + "</body></html>\n";
}

}  // namespace report
