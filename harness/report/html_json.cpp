#include "harness/report/html_json.hpp"

#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"
#include "harness/play/outcome_json.hpp"
#include "harness/report/explanations.hpp"
#include "sim/core/reason.hpp"

namespace report {

using play::Json;

namespace {}  // namespace

std::string explanations_json() {
    Json out = Json::object();
    each_explanation([&](const std::string& id, const Explanation& e) {
        out[id] = {e.text, e.clause};
    });
    return play::one_line(out);
}

std::string reasons_json() {
    Json out = Json::object();
    for (std::size_t i = 0; !core::reason_word_at(i).empty(); ++i) {
        const auto reason = core::reason_of(core::reason_word_at(i));
        if (!reason) continue;
        const core::ReasonFacts& f = core::facts(*reason);
        out[std::string(f.word)] = {f.meaning, f.source};
    }
    return play::one_line(out);
}

std::string grid_json(const Grid& grid) {
    static constexpr const char* shades[] = {"verified", "encrypted", "clear", "waits", "bounces"};
    Json rows = Json::array();
    for (const std::vector<GridCell>& row : grid.cells) {
        Json cells = Json::array();
        for (const GridCell& cell : row)
            cells.push_back({cell.text, shades[static_cast<std::size_t>(cell.shade)]});
        rows.push_back(std::move(cells));
    }
    return play::one_line({{"title", grid.title},
                           {"corner", grid.corner},
                           {"rows", grid.rows},
                           {"columns", grid.columns},
                           {"cells", std::move(rows)}});
}

std::string entry_json(const play::Outcome& outcome) {
    Json failures = Json::array();
    for (const script::Mistake& m : outcome.failures) failures.push_back(play::json_of(m));
    for (const std::string& bug : outcome.bugs) failures.push_back({{"message", bug}});
    return play::one_line({{"id", outcome.entry.id()},
                           {"file", outcome.entry.file},
                           {"title", outcome.entry.title},
                           {"line", outcome.entry.line},
                           {"status", word(outcome.status)},
                           {"seed", outcome.seed},
                           {"tags", outcome.entry.tags},
                           {"cites", outcome.cites},
                           {"failures", std::move(failures)},
                           {"printed", outcome.printed},
                           {"virtual_ns", outcome.virtual_ns},
                           {"mails", play::json_of(outcome.mails)},
                           {"notices", play::json_of(outcome.notices)}});
}

}  // namespace report
