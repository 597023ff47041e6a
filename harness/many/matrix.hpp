#pragma once
// A matrix: every row against every column, each cell a world of its own.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/cell.hpp"
#include "harness/script/file.hpp"
#include "harness/suite/shard.hpp"
#include "sim/core/csv.hpp"

namespace many {

using core::CsvTable;

struct MatrixPlan {
    script::MatrixEntry entry;
    std::size_t number = 0;  ///< Of the matrix in its file, from 0.
    std::uint64_t seed = 1;
    script::Terms terms;
    int jobs = 1;
    suite::Shard shard;                                  ///< Every count-th row.
    std::function<bool(const std::string& row)> wanted;  ///< By its words; empty: all rows.
};

/// What a cell has in each column when it broke.
inline constexpr std::string_view broken_cell = "broken";
/// Plays all cells; calls `done` after each row with cells played and cells in all. A cell that
/// breaks is marked, and the others go on.
struct Matrix {
    CsvTable table;
    std::vector<script::Mistake> mistakes;  ///< Of cells that broke.
    std::vector<std::string> bugs;          ///< Invariants that do not hold in a cell.
};
Matrix play_matrix(const MatrixPlan& plan,
                   const std::function<void(std::size_t, std::size_t)>& done);

/// Joins the results of two matrices of one file by their keys.
void join(CsvTable& table, const CsvTable& other);

/// A table from a file; `wrong` says what is wrong with it.
struct Loaded {
    CsvTable table;
    std::string wrong;
};
/// `keys` must be columns; all others are results.
Loaded read_table(const std::string& path, const std::vector<std::string>& keys);

/// One cell that differs: its key, and for each column what is here and what is there.
struct Difference {
    std::vector<std::string> key;
    struct Column {
        std::string name, here, there;
    };
    std::vector<Column> columns;
    std::string reason;  ///< Why it is known to differ, or empty.
};
struct Comparison {
    std::vector<std::string> judged;  ///< Columns that both have.
    std::size_t cells = 0, agree = 0;
    std::vector<Difference> differences;
    std::vector<std::vector<std::string>> only_here, only_there;
    std::vector<std::vector<std::string>> stale;  ///< Known differences that are none.
};
Comparison compare(const CsvTable& here, const CsvTable& there, const CsvTable& known);

}  // namespace many
