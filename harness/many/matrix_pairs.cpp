#include "harness/many/matrix_pairs.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/policy/remark.hpp"

namespace many {
namespace {

void add_once(std::vector<std::string>& list, std::set<std::string>& known,
              const std::string& word) {
    if (known.insert(word).second) list.push_back(word);
}

std::string value_in(const core::CsvTable::Row& row, const char* name) {
    const auto found = row.values.find(name);
    return found == row.values.end() ? std::string() : found->second;
}

std::string first_names(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < 6; ++i)
        out += (i == 0 ? "" : ", ") + policy::shown(names[i]);
    return out + (names.size() > 6 ? ", …" : "");
}

// The columns of a result that no table of a matrix is without.
std::string lacking(const std::vector<std::string>& names) {
    const auto behind = names.begin() + std::min<std::ptrdiff_t>(2, std::ssize(names));
    for (const char* const wanted : {"outcome", "wire"}) {
        if (std::find(behind, names.end(), wanted) != names.end()) continue;
        const std::vector<std::string_view> known(behind, names.end());
        return fmt::format(
            "expected a table of `mailtls matrix --csv`, with a column {} behind the two that name "
            "a cell, got {}{}",
            policy::shown(wanted), first_names(names), policy::did_you_mean(wanted, known));
    }
    return {};
}

}  // namespace

const PairTable::Fate* PairTable::find(const std::string& row, const std::string& column) const {
    const auto found = cells.find({row, column});
    return found == cells.end() ? nullptr : &found->second;
}

PairTable pair_table(std::string_view text, std::string name, std::string& wrong) {
    PairTable out;
    out.name = std::move(name);
    const std::vector<std::string> names = core::parse_csv(text, {}, wrong).results;
    if (wrong.empty()) wrong = lacking(names);
    if (!wrong.empty()) return out;
    out.row_name = names[0];
    out.column_name = names[1];
    out.has_mx_took = std::find(names.begin(), names.end(), "mx_took") != names.end();
    const core::CsvTable table = core::parse_csv(text, {names[0], names[1]}, wrong);
    std::set<std::string> rows, columns;
    for (const core::CsvTable::Row& row : table.rows) {
        if (!wrong.empty()) break;
        add_once(out.rows, rows, row.key[0]);
        add_once(out.columns, columns, row.key[1]);
        const PairTable::Fate fate{value_in(row, "outcome"), value_in(row, "wire"),
                                   value_in(row, "mx_took")};
        if (!out.cells.emplace(std::pair(row.key[0], row.key[1]), fate).second)
            wrong = fmt::format(
                "the cell {} {} stands there twice: its first two columns ({}, {}) have to name "
                "each cell",
                policy::shown(row.key[0]), policy::shown(row.key[1]), policy::shown(names[0]),
                policy::shown(names[1]));
    }
    if (wrong.empty() && out.cells.empty()) wrong = "there is no row in it";
    return out;
}

PairComparison compare_pair(const PairTable& here, const PairTable& there, const Pair& pair) {
    PairComparison out{pair, {}, 0, {}, {}};
    const bool by_mx = here.has_mx_took && there.has_mx_took;
    for (const std::string& row : here.rows) {
        const PairTable::Fate* const ours = here.find(row, pair.here);
        const PairTable::Fate* const theirs = there.find(row, pair.there);
        if (ours == nullptr) continue;
        if (theirs == nullptr) {
            out.only_here.push_back(row);
            continue;
        }
        ++out.compared;
        const bool same = ours->outcome == theirs->outcome && ours->wire == theirs->wire &&
                          (!by_mx || ours->mx_took == theirs->mx_took);
        if (!same) out.differences.push_back({row, *ours, *theirs});
    }
    for (const std::string& row : there.rows)
        if (there.find(row, pair.there) != nullptr && here.find(row, pair.here) == nullptr)
            out.only_there.push_back(row);
    return out;
}

}  // namespace many
