#include "harness/report/sheet.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/core/printable.hpp"
#include "sim/core/text.hpp"

namespace report {
namespace {

using many::PairComparison;
using many::PairTable;
using Tint = Sheet::Tint;

constexpr std::size_t most_named = 4;

std::string filled(std::string text, std::size_t width) {
    const std::size_t has = letters(text);
    return width > has ? text + std::string(width - has, ' ') : text;
}

// What Markdown would take for its own; text of strangers is none of it. A low line inside a word
// is nothing to it.
std::string in_markdown(std::string_view raw) {
    const std::string text = core::printable_line(raw);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool inside = text[i] == '_' && i > 0 && i + 1 < text.size() && text[i - 1] != ' ' &&
                            text[i + 1] != ' ';
        if (!inside && std::string_view("|*_`[]<>\\").find(text[i]) != std::string_view::npos)
            out += '\\';
        out += text[i];
    }
    return out;
}

Tint tint_of(const PairTable::Fate& fate) {
    if (fate.outcome == "delivered")
        return fate.wire == "clear" ? Tint::clear
               : fate.wire == "tls" ? Tint::encrypted
                                    : Tint::none;
    return fate.outcome == "deferred" ? Tint::waits : Tint::bad;
}

std::string is_compared(const PairTable& here, const PairTable& there) {
    if (here.has_mx_took && there.has_mx_took) return "Compared are outcome, wire and mx_took.";
    return fmt::format("Compared are outcome and wire: {} has no mx_took.",
                       here.has_mx_took ? there.name : here.name);
}

void add_missing(Sheet& out, const std::vector<std::string>& rows, const std::string& row_name,
                 const std::string& where) {
    if (rows.empty()) return;
    std::string line = fmt::format("{} {} not in {}: ", core::counted(rows.size(), row_name),
                                   rows.size() == 1 ? "is" : "are", where);
    for (std::size_t i = 0; i < rows.size() && i < most_named; ++i)
        line += (i == 0 ? "" : ", ") + rows[i];
    if (rows.size() > most_named) line += fmt::format(" and {} more", rows.size() - most_named);
    out.below.push_back(line);
}

std::string of_all(std::size_t part, std::size_t whole, const std::string& row_name) {
    return fmt::format("{} of {} {}", part, core::counted(whole, row_name),
                       whole == 1 ? "differs" : "differ");
}

// Is a/b less than c/d? A pair without rows is far away.
bool is_nearer(const PairComparison& a, const PairComparison& b) {
    if (a.compared == 0 || b.compared == 0) return a.compared > 0 && b.compared == 0;
    return a.differences.size() * b.compared < b.differences.size() * a.compared;
}

}  // namespace

std::size_t letters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // UTF-8: no second byte of one
    }));
}

std::vector<std::size_t> widths_of(const Sheet& sheet) {
    std::vector<std::size_t> out;
    for (const std::string& column : sheet.columns)
        out.push_back(letters(core::printable_line(column)));
    for (const auto& row : sheet.rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            out[i] = std::max(out[i], letters(core::printable_line(row[i].text)));
    return out;
}

std::string as_text(const Sheet& sheet) {
    const std::vector<std::size_t> widths = widths_of(sheet);
    std::string out = core::printable_line(sheet.title) + "\n";
    const auto add_line = [&](const std::vector<std::string>& words) {
        std::string line;
        for (std::size_t i = 0; i < words.size(); ++i)
            line += (i == 0 ? "" : "  ") +
                    filled(core::printable_line(words[i]), i + 1 < words.size() ? widths[i] : 0);
        out += line + "\n";
    };
    if (!sheet.rows.empty()) add_line(sheet.columns);
    for (const auto& row : sheet.rows) {
        std::vector<std::string> words;
        for (const Sheet::Cell& cell : row) words.push_back(cell.text);
        add_line(words);
    }
    for (const std::string& line : sheet.below) out += core::printable_line(line) + "\n";
    return out;
}

std::string as_markdown(const Sheet& sheet) {
    std::string out = fmt::format("## {}\n", in_markdown(sheet.title));
    if (!sheet.rows.empty()) {
        out += "\n|";
        for (const std::string& column : sheet.columns)
            out += fmt::format(" {} |", in_markdown(column));
        out += "\n|";
        for (std::size_t i = 0; i < sheet.columns.size(); ++i) out += "---|";
        for (const auto& row : sheet.rows) {
            out += "\n|";
            for (const Sheet::Cell& cell : row)
                out += cell.tint == Tint::nearest ? fmt::format(" **{}** |", in_markdown(cell.text))
                                                  : fmt::format(" {} |", in_markdown(cell.text));
        }
        out += "\n";
    }
    for (const std::string& line : sheet.below) out += "\n" + in_markdown(line) + "\n";
    return out;
}

std::string told(const PairTable::Fate& fate) {
    std::string out = fate.outcome.empty() ? "nothing" : fate.outcome;
    const bool crossed = fate.wire == "clear" || fate.wire == "tls";
    if (crossed && fate.outcome != "delivered") out += ", after the text of it crossed";
    if (crossed) out += fate.wire == "clear" ? " in clear text" : " over TLS";
    return fate.mx_took.empty() ? out : out + " at " + fate.mx_took;
}

Sheet sheet_of(const PairTable& here, const PairTable& there, const PairComparison& c) {
    Sheet out;
    const std::string one = here.name + " " + c.pair.here, other = there.name + " " + c.pair.there;
    out.title = one + " and " + other;
    out.columns = {here.row_name, one, other};
    for (const PairComparison::Difference& d : c.differences)
        out.rows.push_back({{d.row, Tint::none},
                            {told(d.here), tint_of(d.here)},
                            {told(d.there), tint_of(d.there)}});
    out.below.push_back(of_all(c.differences.size(), c.compared, here.row_name));
    add_missing(out, c.only_here, here.row_name, other);
    add_missing(out, c.only_there, here.row_name, one);
    out.below.push_back(is_compared(here, there));
    return out;
}

Sheet sheet_of_all(const PairTable& here, const PairTable& there) {
    Sheet out;
    out.title = here.name + " (down) and " + there.name + " (across)";
    out.columns = {here.column_name};
    out.columns.insert(out.columns.end(), there.columns.begin(), there.columns.end());
    for (const std::string& ours : here.columns) {
        std::vector<PairComparison> row;
        for (const std::string& theirs : there.columns)
            row.push_back(many::compare_pair(here, there, {ours, theirs}));
        const PairComparison& best = *std::min_element(row.begin(), row.end(), is_nearer);
        out.rows.emplace_back().push_back({ours, Tint::none});
        for (const PairComparison& one : row) {
            const bool nearest = one.compared > 0 && !is_nearer(best, one);
            out.rows.back().push_back({one.compared == 0
                                           ? "-"
                                           : fmt::format("{} of {}{}", one.differences.size(),
                                                         one.compared, nearest ? " *" : ""),
                                       nearest ? Tint::nearest : Tint::none});
        }
    }
    out.below.push_back(
        fmt::format("Each cell: how many {}s differ, of those that both have. * is "
                    "the nearest of its line.",
                    here.row_name));
    const auto lacking = [](const PairTable& table, const PairTable& other) {
        const std::set<std::string> known(other.rows.begin(), other.rows.end());
        std::vector<std::string> rows;
        for (const std::string& one : table.rows)
            if (!known.contains(one)) rows.push_back(one);
        return rows;
    };
    add_missing(out, lacking(here, there), here.row_name, there.name);
    add_missing(out, lacking(there, here), here.row_name, here.name);
    out.below.push_back(is_compared(here, there));
    return out;
}

}  // namespace report
