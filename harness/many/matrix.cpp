#include "harness/many/matrix.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "harness/files/whole.hpp"
#include "harness/judge/invariants.hpp"
#include "harness/play/json_text.hpp"
#include "harness/play/outcome_json.hpp"
#include "harness/suite/processes.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"

namespace many {
namespace {

using play::Json;

// Steps of an axis list, the last one fastest.
std::vector<std::vector<std::size_t>> combinations(const std::vector<script::Axis>& axes) {
    std::vector<std::vector<std::size_t>> out{{}};
    for (const script::Axis& axis : axes) {
        std::vector<std::vector<std::size_t>> longer;
        for (const auto& front : out)
            for (std::size_t i = 0; i < axis.keys.size(); ++i) {
                longer.push_back(front);
                longer.back().push_back(i);
            }
        out = std::move(longer);
    }
    return out;
}

void add_keys(const std::vector<script::Axis>& axes, const std::vector<std::size_t>& at,
              std::vector<std::string>& key) {
    for (std::size_t i = 0; i < axes.size(); ++i) key.push_back(axes[i].keys[at[i]]);
}

// How often the mail has been tried to the end, and is there more to come?
struct Progress {
    int attempts = 0;
    bool settled = false;
};
// An attempt is over once a recipient is told to wait for another one: a host that may have taken
// the mail already is only passed over.
Progress progress(const trace::Trace& trace, trace::MailId mail) {
    Progress p;
    int begun = 0;
    trace.each([&](const trace::Event& e) {
        const auto* const started = e.as<trace::DeliveryStarted>();
        const auto* const deferred = e.as<trace::MailDeferred>();
        const auto* const delivered = e.as<trace::MailDelivered>();
        const auto* const bounced = e.as<trace::MailBounced>();
        if (started != nullptr && started->mail == mail) begun = static_cast<int>(started->attempt);
        if (deferred != nullptr && deferred->mail == mail && !deferred->forewarns(e.at))
            p.attempts = begun;
        if ((delivered != nullptr && delivered->mail == mail) ||
            (bounced != nullptr && bounced->mail == mail))
            p.settled = true;
    });
    return p;
}

// The first attempt is made at once, the second within seconds, the third by the schedule, when the
// mail is older than five minutes. What the play has done of that itself is not done again. Not
// empty: why the attempts are not over.
std::string drive(sim::World& world, trace::MailId mail, int attempts, const script::Terms& terms) {
    core::Loop& loop = world.loop();
    Progress now = progress(world.trace(), mail);
    // Outcomes are events: the trace is looked through again only when it has grown.
    std::size_t seen = world.trace().size();
    const auto look = [&] {
        const std::size_t before = std::exchange(seen, world.trace().size());
        for (std::size_t i = before; i < seen; ++i) {
            const trace::Event& e = world.trace().at(static_cast<core::EventId>(i + 1));
            if (e.as<trace::MailDeferred>() != nullptr || e.as<trace::MailDelivered>() != nullptr ||
                e.as<trace::MailBounced>() != nullptr) {
                now = progress(world.trace(), mail);
                return;
            }
        }
    };
    bool flushed = false;
    for (std::uint64_t turns = 0; !now.settled && now.attempts < attempts; ++turns) {
        if (turns == terms.budget.turns)
            return fmt::format("its attempts are not over after {} turns of the world", turns);
        if (terms.guard != nullptr && terms.guard->expired() != nullptr)
            return terms.guard->expired();
        if (now.attempts == 1 && !std::exchange(flushed, true)) {
            loop.run_until(loop.now() + core::seconds(2));
            world.flush();
        } else if (!loop.step()) {
            break;
        }
        look();
    }
    return {};
}

// Cells of one row share a Lua, as the loops of one author would; rows do not.
class RowPlayer {
  public:
    explicit RowPlayer(const MatrixPlan& plan)
        : plan_(plan),
          rows_(combinations(plan.entry.rows)),
          columns_(combinations(plan.entry.columns)) {
        std::vector<std::vector<std::size_t>> mine;
        for (std::size_t i = 0; i < rows_.size(); ++i)
            if (i % plan.shard.count == plan.shard.index - 1 && is_wanted(rows_[i]))
                mine.push_back(rows_[i]);
        rows_ = std::move(mine);
    }
    std::size_t rows() const { return rows_.size(); }
    std::size_t columns() const { return columns_.size(); }

    /// A list with one for each cell: its facts, or what broke it.
    Json play(std::size_t row) {
        std::optional<script::Cells> cells;
        Json out = Json::array();
        for (const auto& column : columns_) {
            if (!cells) cells.emplace(plan_.entry.file, plan_.seed, plan_.terms, &keys_);
            out.push_back(play(*cells, row, column));
            if (out.back().is_object()) cells.reset();  // its Lua may have been left in its middle
        }
        return out;
    }
    std::vector<std::string> key(std::size_t row, std::size_t column) const {
        std::vector<std::string> out;
        add_keys(plan_.entry.rows, rows_[row], out);
        add_keys(plan_.entry.columns, columns_[column], out);
        return out;
    }

  private:
    bool is_wanted(const std::vector<std::size_t>& row) const {
        std::vector<std::string> words;
        add_keys(plan_.entry.rows, row, words);
        return !plan_.wanted || plan_.wanted(fmt::format("{}", fmt::join(words, " ")));
    }
    Json play(script::Cells& cells, std::size_t row, const std::vector<std::size_t>& column) {
        std::vector<std::size_t> at = rows_[row];
        at.insert(at.end(), column.begin(), column.end());
        const script::Guarded guarded(plan_.terms.guard, cell_name(row, column));
        const script::Cells::Played played = cells.play(plan_.number, at);
        if (played.mistake)
            return play::json_of(
                script::Mistake{played.mistake->file, played.mistake->line,
                                cell_name(row, column) + ": " + played.mistake->message});
        const std::string unfinished =
            drive(cells.world(), played.mail, plan_.entry.attempts, plan_.terms);
        if (!unfinished.empty())
            return play::json_of(script::Mistake{plan_.entry.file, plan_.entry.line,
                                                 cell_name(row, column) + ": " + unfinished});
        if (const std::optional<script::Mistake> broken = cells.broken_promise())
            return play::json_of(script::Mistake{broken->file, broken->line,
                                                 cell_name(row, column) + ": " + broken->message});
        const std::string cell = plan_.entry.file + ", " + cell_name(row, column);
        for (const judge::Broken& bug : judge::broken_invariants(cells.world().trace()))
            return {{"bug", judge::told(bug, cells.world().trace(), cell, plan_.seed)}};
        Json facts = Json::array();
        for (const auto& [name, value] :
             judge::cell_facts(cells.world().trace(), played.mail, plan_.entry.attempts))
            facts.push_back(value);
        return facts;
    }
    std::string cell_name(std::size_t row, const std::vector<std::size_t>& column) const {
        std::vector<std::string> words;
        add_keys(plan_.entry.rows, rows_[row], words);
        add_keys(plan_.entry.columns, column, words);
        std::string out = "cell";
        for (const std::string& word : words) out += " " + word;
        return out;
    }
    const MatrixPlan& plan_;
    std::vector<std::vector<std::size_t>> rows_, columns_;
    tls::KeyCache keys_;
};

}  // namespace

Matrix play_matrix(const MatrixPlan& plan,
                   const std::function<void(std::size_t, std::size_t)>& done) {
    Matrix out;
    for (const auto* const axes : {&plan.entry.rows, &plan.entry.columns})
        for (const script::Axis& axis : *axes) out.table.keys.push_back(axis.name);
    for (const std::string& name : judge::fact_names(plan.entry.attempts))
        out.table.results.push_back(plan.entry.prefix + name);
    RowPlayer player(plan);
    const auto take = [&](std::size_t row, const suite::Returned& returned) {
        Json cells = play::parsed(returned.line);
        if (!cells.is_array()) {  // its process has ended
            const std::string why = fmt::format("row {}: {}", row + 1, returned.why_lost());
            out.mistakes.push_back({plan.entry.file, plan.entry.line, why});
            if (returned.at_fault) out.bugs.push_back(why);
            cells = Json::array();
        }
        for (std::size_t column = 0; column < player.columns(); ++column) {
            CsvTable::Row& row_of_cell = out.table.rows.emplace_back();
            row_of_cell.key = player.key(row, column);
            const Json cell = column < cells.size() ? cells[column] : Json();
            for (std::size_t i = 0; i < out.table.results.size(); ++i)
                row_of_cell.values[out.table.results[i]] =
                    cell.is_array() ? cell[i].get<std::string>() : std::string(broken_cell);
            if (!cell.is_object()) continue;
            if (cell.contains("bug"))
                out.bugs.push_back(cell["bug"].get<std::string>());
            else
                out.mistakes.push_back(play::mistake_of(cell).value());
        }
        done((row + 1) * player.columns(), player.rows() * player.columns());
        return true;
    };
    suite::in_processes(
        player.rows(), {plan.jobs, {}},
        [&](std::size_t row) { return play::one_line(player.play(row)); }, take);
    return out;
}

void join(CsvTable& table, const CsvTable& other) {
    for (const std::string& result : other.results)
        if (std::find(table.results.begin(), table.results.end(), result) == table.results.end())
            table.results.push_back(result);
    std::map<std::vector<std::string>, std::size_t> index;
    for (std::size_t i = 0; i < table.rows.size(); ++i) index[table.rows[i].key] = i;
    for (const CsvTable::Row& row : other.rows) {
        const auto found = index.find(row.key);
        if (found == index.end())
            table.rows.push_back(row);
        else
            table.rows[found->second].values.insert(row.values.begin(), row.values.end());
    }
}

namespace {

using Key = std::vector<std::string>;

std::map<Key, const CsvTable::Row*> by_key(const CsvTable& table) {
    std::map<Key, const CsvTable::Row*> out;
    for (const CsvTable::Row& row : table.rows) out[row.key] = &row;
    return out;
}

std::string value(const CsvTable::Row& row, const std::string& name) {
    const auto found = row.values.find(name);
    return found == row.values.end() ? std::string() : found->second;
}

}  // namespace

Comparison compare(const CsvTable& here, const CsvTable& there, const CsvTable& known) {
    Comparison out;
    for (const std::string& name : here.results)
        if (std::find(there.results.begin(), there.results.end(), name) != there.results.end())
            out.judged.push_back(name);
    const auto theirs = by_key(there);
    const auto reasons = by_key(known);
    const auto ours = by_key(here);
    for (const CsvTable::Row& row : here.rows) {
        const auto other = theirs.find(row.key);
        if (other == theirs.end()) {
            out.only_here.push_back(row.key);
            continue;
        }
        ++out.cells;
        Difference difference{row.key, {}, {}};
        for (const std::string& name : out.judged)
            if (value(row, name) != value(*other->second, name))
                difference.columns.push_back({name, value(row, name), value(*other->second, name)});
        const auto reason = reasons.find(row.key);
        if (difference.columns.empty()) {
            ++out.agree;
            if (reason != reasons.end()) out.stale.push_back(row.key);
            continue;
        }
        if (reason != reasons.end()) difference.reason = value(*reason->second, "reason");
        out.differences.push_back(std::move(difference));
    }
    for (const CsvTable::Row& row : there.rows)
        if (!ours.contains(row.key)) out.only_there.push_back(row.key);
    return out;
}

Loaded read_table(const std::string& path, const std::vector<std::string>& keys) {
    Loaded out;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        out.wrong = path + ": expected a table (CSV), but there is no such file to read";
        return out;
    }
    out.table = core::parse_csv(files::read_file(path), keys, out.wrong);
    if (!out.wrong.empty()) out.wrong = path + ": " + out.wrong;
    return out;
}

}  // namespace many
