#pragma once
// A matrix: every row against every column, each cell a world of its own.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/run/cell.hpp"
#include "harness/run/shard.hpp"
#include "harness/script/file.hpp"

namespace run {

/// A table as in a CSV file: some columns are keys, the others results.
struct Table {
    std::vector<std::string> keys, results;
    struct Row {
        std::vector<std::string> key;
        std::map<std::string, std::string> values;
    };
    std::vector<Row> rows;
    const Row* find(const std::vector<std::string>& key) const;
};

struct MatrixPlan {
    script::MatrixEntry entry;
    std::size_t number = 0;  ///< Of the matrix in its file, from 0.
    std::uint64_t seed = 1;
    script::Terms terms;
    int jobs = 1;
    Shard shard;  ///< Every count-th row.
};

/// Plays all cells; calls `done` after each row with cells played and cells in all. A cell that
/// breaks ends it with its mistake.
struct Matrix {
    Table table;
    std::optional<script::Mistake> mistake;
    std::string bug;  ///< An invariant that does not hold in a cell; empty: all do.
};
Matrix play_matrix(const MatrixPlan& plan,
                   const std::function<void(std::size_t, std::size_t)>& done);

/// Joins the results of two matrices of one file by their keys.
void join(Table& table, const Table& other);

/// RFC 4180. A mistake says what is wrong with the file.
std::string to_csv(const Table& table);
struct Loaded {
    Table table;
    std::string wrong;
};
/// `keys` must be columns of the text; all others are results. `wrong` says what is wrong with it.
Table parse_table(std::string_view text, const std::vector<std::string>& keys, std::string& wrong);
/// The same of a file.
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
Comparison compare(const Table& here, const Table& there, const Table& known);

}  // namespace run
