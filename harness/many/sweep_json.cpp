#include "harness/many/sweep_json.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/play/outcome_json.hpp"
#include "sim/core/digest.hpp"

namespace many {

using play::Json;
using play::one_line;

namespace {

bool is_text(const Json& document, const char* name) {
    return document.contains(name) && document[name].is_string();
}

// Nothing where a mail has no such fate or crossing.
std::optional<judge::MailVerdict> mail_of(const Json& mail) {
    if (!mail.is_object() || !is_text(mail, "crossed") || !is_text(mail, "fate")) return {};
    judge::MailVerdict out;
    for (const judge::Fate fate :
         {judge::Fate::queued, judge::Fate::deferred, judge::Fate::delivered, judge::Fate::bounced})
        if (mail["fate"] == word(fate)) out.all.fate = fate;
    for (const judge::Crossing crossed :
         {judge::Crossing::not_at_all, judge::Crossing::in_clear_text, judge::Crossing::encrypted,
          judge::Crossing::authenticated})
        if (mail["crossed"] == word(crossed)) out.all.crossed = crossed;
    if (mail["fate"] != word(out.all.fate) || mail["crossed"] != word(out.all.crossed)) return {};
    return out;
}

}  // namespace

std::string line_of(const SweepPlan& plan, const CellOrder& order, const CellOutcome& cell) {
    Json out;
    out["cell"] = cell.number + 1;
    const CellAt at = order.at(cell.number);
    for (std::size_t i = 0; i < at.size(); ++i)
        out["at"][plan.entry.over[i].name] = plan.entry.over[i].keys[at[i]];
    out["status"] = word(cell.status);
    if (cell.failure) out["failure"] = play::json_of(*cell.failure);
    out["mails"] = play::json_of(cell.mails);
    if (!cell.bug.empty()) out["bug"] = cell.bug;
    return one_line(out);
}

std::optional<CellOutcome> cell_of_line(const std::string& line) {
    const Json cell = play::parsed(line);
    if (!cell.is_object() || !cell.contains("mails") || !cell["mails"].is_array()) return {};
    const Json number = cell.value("cell", Json());
    const Json status = cell.value("status", Json());
    CellOutcome out;
    if (!number.is_number_unsigned() || number.get<std::uint64_t>() == 0) return {};
    out.number = number.get<std::uint64_t>() - 1;
    for (const play::Status one :
         {play::Status::passed, play::Status::failed, play::Status::broken})
        if (status == word(one)) out.status = one;
    if (status != word(out.status)) return {};
    if (cell.contains("failure")) {
        out.failure = play::mistake_of(cell["failure"]);
        if (!out.failure) return {};
    }
    for (const Json& mail : cell["mails"]) {
        const std::optional<judge::MailVerdict> verdict = mail_of(mail);
        if (!verdict) return {};
        out.mails.push_back(*verdict);
    }
    if (cell.contains("bug") && !is_text(cell, "bug")) return {};
    out.bug = cell.value("bug", "");
    return out;
}

std::string sweep_head(const SweepPlan& plan, const CellOrder& order) {
    Json out;
    out["schema"] = "mailtls.sweep/1";
    out["version"] = MAILTLS_VERSION;
    out["file"] = plan.entry.file;
    out["title"] = plan.entry.title;
    // A sweep is gone on with only where the file is what it was.
    out["source"] = fmt::format("{:016x}", core::fnv1a(plan.source));
    out["seed"] = plan.seed;
    out["sample"] = plan.sample ? Json(*plan.sample) : Json(nullptr);
    out["given"] = Json::object();
    for (const auto& [name, value] : plan.terms.given) out["given"][name] = value;
    for (const script::Axis& axis : plan.entry.over) out["over"][axis.name] = axis.keys;
    out["cells"] = order.size();
    return one_line(out);
}

}  // namespace many
