#pragma once
// mailtls matrix --compare: what two tables differ in.
#include <functional>
#include <string>
#include <vector>

#include "harness/report/sheet.hpp"

namespace program {

struct TablesCompared {
    std::vector<std::string> files;  ///< Two.
    std::vector<std::string> pairs;  ///< "default=may"; none: every column with every other.
    std::string markdown, svg;       ///< Files to write, or empty.
    std::function<bool(const std::string& row)> wanted;  ///< Empty: all rows.
    bool quiet = false;
};
/// Prints and writes it; gives the exit code.
int compare_tables(const TablesCompared& wish);
/// The tables as SVG, one under the other.
std::string picture_of(const std::vector<report::Sheet>& sheets);

}  // namespace program
