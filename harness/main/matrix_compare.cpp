#include "harness/main/matrix_compare.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include <fmt/core.h>

#include "harness/files/disk.hpp"
#include "harness/files/output.hpp"
#include "harness/files/text.hpp"
#include "harness/main/command.hpp"
#include "harness/report/sheet.hpp"
#include "sim/core/text.hpp"

namespace program {
namespace {

constexpr std::size_t largest_table = 64 << 20, most_columns = 200;

// Names of files are those of MTAs, unless both are alike.
std::vector<std::string> short_names(const std::vector<std::string>& files) {
    std::vector<std::string> out;
    for (const std::string& file : files)
        out.push_back(std::filesystem::path(file).stem().string());
    return out[0] == out[1] ? files : out;
}

std::optional<many::PairTable> table_of(const TablesCompared& wish, std::size_t which) {
    const std::string& file = wish.files[which];
    const core::Result<std::string> text = files::read_text(file, file, largest_table);
    std::string wrong;
    many::PairTable out;
    if (text.ok()) out = many::pair_table(text.value(), short_names(wish.files)[which], wrong);
    if (!text.ok() || !wrong.empty()) {
        complain(text.ok() ? file + ": " + wrong : text.failure().detail);
        return std::nullopt;
    }
    if (wish.wanted)
        std::erase_if(out.rows, [&](const std::string& row) { return !wish.wanted(row); });
    return out;
}

// Is it one of the table's columns? Tells if not.
bool is_column(const many::PairTable& table, const std::string& file, const std::string& name) {
    const std::vector<std::string>& all = table.columns;
    if (std::find(all.begin(), all.end(), name) != all.end()) return true;
    const std::string near = nearest(name, all);
    std::string list;
    for (const std::string& one : all) list += (list.empty() ? "" : ", ") + one;
    complain(fmt::format("--pair: {} has no {} '{}'{}", file, table.column_name, name,
                         near.empty() ? fmt::format("; it has {}", list)
                                      : fmt::format("; did you mean '{}'?", near)));
    return false;
}

// Nothing: a pair is wrong, and that was told.
std::optional<std::vector<report::Sheet>> sheets_of(const TablesCompared& wish,
                                                    const many::PairTable& here,
                                                    const many::PairTable& there) {
    std::vector<report::Sheet> out;
    for (const std::string& text : wish.pairs) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
            complain(
                fmt::format("--pair: expected a column of each table, as default=may; got "
                            "'{}'",
                            text));
            return std::nullopt;
        }
        const many::Pair pair{text.substr(0, equals), text.substr(equals + 1)};
        if (!is_column(here, wish.files[0], pair.here) ||
            !is_column(there, wish.files[1], pair.there))
            return std::nullopt;
        out.push_back(report::sheet_of(here, there, many::compare_pair(here, there, pair)));
    }
    if (!wish.pairs.empty()) return out;
    for (const many::PairTable* const table : {&here, &there}) {
        if (table->columns.size() <= most_columns) continue;
        complain(fmt::format("--compare: {} has {}: name those to compare, as --pair A=B",
                             wish.files[table == &here ? 0 : 1],
                             core::counted(table->columns.size(), table->column_name)));
        return std::nullopt;
    }
    out.push_back(report::sheet_of_all(here, there));
    return out;
}

}  // namespace

int compare_tables(const TablesCompared& wish) {
    if (wish.files.size() != 2) {
        complain(fmt::format("--compare: expected two tables, as --compare A.csv B.csv; got {}",
                             wish.files.size()));
        return usage;
    }
    const std::optional<many::PairTable> here = table_of(wish, 0);
    const std::optional<many::PairTable> there = here ? table_of(wish, 1) : std::nullopt;
    if (!there) return usage;
    if (here->row_name != there->row_name) {
        complain(
            fmt::format("--compare: the rows of {} are of '{}', those of {} of '{}': they are "
                        "not of one kind",
                        wish.files[0], here->row_name, wish.files[1], there->row_name));
        return usage;
    }
    const std::optional<std::vector<report::Sheet>> sheets = sheets_of(wish, *here, *there);
    if (!sheets) return usage;
    std::string text, markdown;
    for (const report::Sheet& sheet : *sheets) {
        text += (text.empty() ? "" : "\n") + report::as_text(sheet);
        markdown += (markdown.empty() ? "" : "\n") + report::as_markdown(sheet);
    }
    std::string wrong;
    if (!wish.markdown.empty()) wrong = files::write_file(wish.markdown, markdown);
    if (wrong.empty() && !wish.svg.empty())
        wrong = files::write_file(wish.svg, picture_of(*sheets));
    if (!wrong.empty()) {
        complain(wrong);
        return environment;
    }
    if (!wish.quiet) std::fputs(text.c_str(), stdout);
    return all_passed;
}

}  // namespace program
