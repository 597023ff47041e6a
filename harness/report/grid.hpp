#pragma once
// A matrix as people read it: one word a cell, rows down, columns across.
#include <string>

#include "harness/many/matrix.hpp"
#include "harness/report/console.hpp"

namespace report {

/// What became of a cell, best first.
enum class Shade : std::uint8_t { verified, encrypted, clear, waits, bounces };

struct GridCell {
    std::string text;  ///< "verified", "clear", "waits 4.7.5, then clear".
    Shade shade = Shade::waits;
};
struct Grid {
    std::string title, corner;
    std::vector<std::string> rows, columns;
    std::vector<std::vector<GridCell>> cells;
};
/// `prefix` stands before the names of the results.
Grid grid_of(const core::CsvTable& table, const script::MatrixEntry& entry);

/// Aligned text. With colour: each word in the colour of its shade.
std::string as_text(const Grid& grid, const Look& look);
std::string as_markdown(const Grid& grid);
/// A heat map as DOT for Graphviz: a table with a coloured cell each.
std::string as_dot(const Grid& grid);

}  // namespace report
