#include "harness/report/grid.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace report {
namespace {

struct Paint {
    const char* terminal;
    const char* fill;  ///< Dark text on it has a contrast of 7:1 or more.
};
constexpr std::array<Paint, 5> paints{{{"\033[32m", "#b7e4c7"},
                                       {"\033[36m", "#cfe8fc"},
                                       {"\033[31m", "#ffc9a9"},
                                       {"\033[33m", "#fff1b8"},
                                       {"\033[35m", "#e3d3f1"}}};
const Paint& paint(Shade shade) { return paints[static_cast<std::size_t>(shade)]; }

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

class Values {
  public:
    Values(const core::CsvTable::Row& row, std::string prefix)
        : row_(row), prefix_(std::move(prefix)) {}
    std::string get(const std::string& name) const {
        const auto found = row_.values.find(prefix_ + name);
        return found == row_.values.end() ? std::string() : found->second;
    }

  private:
    const core::CsvTable::Row& row_;
    std::string prefix_;
};

GridCell cell_of(const Values& v) {
    GridCell cell;
    const std::string outcome = v.get("outcome");
    if (outcome == "delivered" && v.get("wire") == "clear") {
        cell = {"clear", Shade::clear};
    } else if (outcome == "delivered") {
        const std::string word = lower(v.get("tls_word"));
        cell = {word, word == "verified" ? Shade::verified : Shade::encrypted};
    } else if (outcome == "bounced") {
        cell = {"bounces " + v.get("dsn"), Shade::bounces};
    } else {
        cell = {"waits " + v.get("dsn"), Shade::waits};
    }
    if (v.get("mx_took").size() > 2 && v.get("mx_took") != "MX1")
        cell.text += " " + v.get("mx_took");
    const std::string later = v.get("final_outcome");
    if (later.empty() || later == outcome) return cell;
    cell.text += ", then " + (later == "delivered" ? v.get("final_wire") : later);
    if (later == "delivered" && v.get("final_wire") == "clear") cell.shade = Shade::clear;
    return cell;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::string html(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

}  // namespace

Grid grid_of(const core::CsvTable& table, const script::MatrixEntry& entry) {
    Grid grid;
    grid.title = entry.title;
    const auto row_keys = static_cast<std::ptrdiff_t>(entry.rows.size());
    for (const script::Axis& axis : entry.rows)
        grid.corner += (grid.corner.empty() ? "" : " ") + axis.name;
    for (const core::CsvTable::Row& row : table.rows) {
        const std::string name = joined({row.key.begin(), row.key.begin() + row_keys});
        const std::string column = joined({row.key.begin() + row_keys, row.key.end()});
        if (grid.rows.empty() || grid.rows.back() != name) {
            grid.rows.push_back(name);
            grid.cells.emplace_back();
        }
        if (grid.rows.size() == 1) grid.columns.push_back(column);
        grid.cells.back().push_back(cell_of(Values(row, entry.prefix)));
    }
    return grid;
}

std::string as_text(const Grid& grid, const Look& look) {
    std::vector<std::size_t> width(grid.columns.size() + 1, grid.corner.size());
    for (const std::string& row : grid.rows) width[0] = std::max(width[0], row.size());
    for (std::size_t c = 0; c < grid.columns.size(); ++c) {
        width[c + 1] = grid.columns[c].size();
        for (const auto& row : grid.cells)
            width[c + 1] = std::max(width[c + 1], row[c].text.size());
    }
    std::string out = padded(grid.corner, width[0]);
    for (std::size_t c = 0; c < grid.columns.size(); ++c)
        out += "  " + padded(grid.columns[c], c + 1 < grid.columns.size() ? width[c + 1] : 0);
    out += '\n';
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
        out += padded(grid.rows[r], width[0]);
        for (std::size_t c = 0; c < grid.columns.size(); ++c) {
            const GridCell& cell = grid.cells[r][c];
            const bool last = c + 1 == grid.columns.size();
            const std::string text = last ? cell.text : padded(cell.text, width[c + 1]);
            out += look.colour ? fmt::format("  {}{}\033[0m", paint(cell.shade).terminal, text)
                               : "  " + text;
        }
        out += '\n';
    }
    return out;
}

std::string as_markdown(const Grid& grid) {
    std::string out = fmt::format("## {}\n\n| {} |", grid.title, grid.corner);
    for (const std::string& column : grid.columns) out += fmt::format(" {} |", column);
    out += "\n|---|";
    for (std::size_t c = 0; c < grid.columns.size(); ++c) out += "---|";
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
        out += fmt::format("\n| {} |", grid.rows[r]);
        for (const GridCell& cell : grid.cells[r]) out += fmt::format(" {} |", cell.text);
    }
    return out + "\n";
}

std::string as_dot(const Grid& grid) {
    std::string out =
        "digraph heat_map {\n  graph [fontname=\"Inter, Helvetica, sans-serif\"];\n"
        "  node [shape=plain, fontname=\"Inter, Helvetica, sans-serif\", fontsize=10];\n"
        "  table [label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"1\" "
        "CELLPADDING=\"4\">\n";
    out += fmt::format("<TR><TD COLSPAN=\"{}\" ALIGN=\"LEFT\"><B>{}</B></TD></TR>\n<TR><TD></TD>",
                       grid.columns.size() + 1, html(grid.title));
    for (const std::string& column : grid.columns) out += fmt::format("<TD>{}</TD>", html(column));
    out += "</TR>\n";
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
        out += fmt::format("<TR><TD ALIGN=\"RIGHT\">{}</TD>", html(grid.rows[r]));
        for (const GridCell& cell : grid.cells[r])
            out +=
                fmt::format("<TD BGCOLOR=\"{}\">{}</TD>", paint(cell.shade).fill, html(cell.text));
        out += "</TR>\n";
    }
    return out + "</TABLE>>];\n}\n";
}

}  // namespace report
