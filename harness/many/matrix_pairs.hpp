#pragma once
// Two tables of a matrix, perhaps of two MTAs: where they do not the same.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/csv.hpp"

namespace many {

/// A table whose first two columns name a cell: a row ("state") and a column ("level").
struct PairTable {
    std::string name;  ///< As it is told: "exim-4.96".
    std::string row_name, column_name;
    std::vector<std::string> rows, columns;  ///< In the order in which the file has them first.
    /// What is compared, by row and column: outcome, wire, and mx_took where the table has it.
    struct Fate {
        std::string outcome, wire, mx_took;
        bool operator==(const Fate&) const = default;
    };
    std::map<std::pair<std::string, std::string>, Fate> cells;
    bool has_mx_took = false;
    const Fate* find(const std::string& row, const std::string& column) const;
};

/// `text` is CSV (RFC 4180). `wrong` says in a sentence why it is no such table.
PairTable pair_table(std::string_view text, std::string name, std::string& wrong);

/// A column of each.
struct Pair {
    std::string here, there;
};
struct PairComparison {
    Pair pair;
    struct Difference {
        std::string row;
        PairTable::Fate here, there;
    };
    std::vector<Difference> differences;             ///< In the order of the first table.
    std::size_t compared = 0;                        ///< Rows that both have.
    std::vector<std::string> only_here, only_there;  ///< Rows that one alone has.
};
/// Where one table has no mx_took, it is compared in neither.
PairComparison compare_pair(const PairTable& here, const PairTable& there, const Pair& pair);

}  // namespace many
