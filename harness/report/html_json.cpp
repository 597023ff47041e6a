#include "harness/report/html_json.hpp"

#include <nlohmann/json.hpp>

#include "harness/play/outcome_json.hpp"
#include "harness/report/explanations.hpp"
#include "sim/core/reason.hpp"

namespace report {

using nlohmann::ordered_json;

namespace {

std::string dumped(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string explanations_json() {
    ordered_json out = ordered_json::object();
    each_explanation([&](const std::string& id, const Explanation& e) {
        out[id] = {e.text, e.clause};
    });
    return dumped(out);
}

std::string reasons_json() {
    ordered_json out = ordered_json::object();
    for (std::size_t i = 0; !core::reason_word_at(i).empty(); ++i) {
        const auto reason = core::reason_of(core::reason_word_at(i));
        if (!reason) continue;
        const core::ReasonFacts& f = core::facts(*reason);
        out[std::string(f.word)] = {f.meaning, f.source};
    }
    return dumped(out);
}

std::string grid_json(const Grid& grid) {
    static constexpr const char* shades[] = {"verified", "encrypted", "clear", "waits", "bounces"};
    ordered_json rows = ordered_json::array();
    for (const std::vector<GridCell>& row : grid.cells) {
        ordered_json cells = ordered_json::array();
        for (const GridCell& cell : row)
            cells.push_back({cell.text, shades[static_cast<std::size_t>(cell.shade)]});
        rows.push_back(std::move(cells));
    }
    return dumped({{"title", grid.title},
                   {"corner", grid.corner},
                   {"rows", grid.rows},
                   {"columns", grid.columns},
                   {"cells", std::move(rows)}});
}

std::string entry_json(const play::Outcome& outcome) {
    ordered_json failures = ordered_json::array();
    for (const script::Mistake& m : outcome.failures) failures.push_back(play::json_of(m));
    for (const std::string& bug : outcome.bugs) failures.push_back({{"message", bug}});
    return dumped({{"id", outcome.entry.id()},
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
