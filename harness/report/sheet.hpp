#pragma once
// A table with words in it, for the terminal, as Markdown and as a picture; and what two tables of
// a matrix differ in, as such tables.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/many/matrix_pairs.hpp"

namespace report {

struct Sheet {
    /// What a cell is about, and so its ground in a picture.
    enum class Tint : std::uint8_t { none, clear, encrypted, waits, bad, nearest };
    struct Cell {
        std::string text;
        Tint tint = Tint::none;
    };
    std::string title;
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> below;  ///< Lines under it.
};

std::string as_text(const Sheet& sheet);
std::string as_markdown(const Sheet& sheet);
/// How many characters a text in UTF-8 has, and each column of a table at most.
std::size_t letters(std::string_view text);
std::vector<std::size_t> widths_of(const Sheet& sheet);

/// "delivered in clear text at MX1".
std::string told(const many::PairTable::Fate& fate);
/// One row for each in which two columns differ, and how many there are.
Sheet sheet_of(const many::PairTable& here, const many::PairTable& there,
               const many::PairComparison& comparison);
/// Every column of one table against every column of the other: in how many rows of how many they
/// differ; the nearest of each are marked.
Sheet sheet_of_all(const many::PairTable& here, const many::PairTable& there);

}  // namespace report
