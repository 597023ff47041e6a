#include "sim/core/csv.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace core {
namespace {

// A spreadsheet takes such a field for a formula, and calculates it where the table is opened. A
// sign alone, and a number with a sign, are none.
bool is_formula(std::string_view text) {
    if (text.empty()) return false;
    const bool number = text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
    const bool sign = text[0] == '+' || text[0] == '-';
    return std::string_view("=@\t\r").find(text[0]) != std::string_view::npos || (sign && !number);
}

// As spreadsheets mark text; what has the mark by itself gets one more, so that it can be read
// back.
constexpr char mark = '\'';
bool is_marked(std::string_view text) {
    const std::size_t marks = std::min(text.find_first_not_of(mark), text.size());
    return marks > 0 && is_formula(text.substr(marks));
}

std::string field(std::string text) {
    if (is_formula(text) || is_marked(text)) text.insert(0, 1, mark);
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

// Records of fields; `wrong` is set when a quote does not end.
std::vector<std::vector<std::string>> records_of(std::string_view text, std::string& wrong) {
    std::vector<std::vector<std::string>> out;
    std::vector<std::string> record(1);
    bool quoted = false, any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        any = true;
        if (quoted) {
            if (c != '"')
                record.back() += c;
            else if (i + 1 < text.size() && text[i + 1] == '"')
                record.back() += text[++i];
            else
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            record.emplace_back();
        } else if (c == '\n') {
            out.push_back(std::exchange(record, std::vector<std::string>(1)));
            any = false;
        } else if (c != '\r') {
            record.back() += c;
        }
    }
    if (any) out.push_back(std::move(record));
    for (std::vector<std::string>& fields : out)
        for (std::string& one : fields)
            if (is_marked(one)) one.erase(0, 1);
    if (quoted) wrong = "a quoted field does not end";
    return out;
}

}  // namespace

const CsvTable::Row* CsvTable::find(const std::vector<std::string>& key) const {
    for (const Row& row : rows)
        if (row.key == key) return &row;
    return nullptr;
}

std::string to_csv(const CsvTable& table) {
    std::string out;
    const auto add = [&](const std::string& text, bool first) {
        if (!first) out += ',';
        out += field(text);
    };
    for (const std::string& name : table.keys) add(name, out.empty());
    for (const std::string& name : table.results) add(name, false);
    out += '\n';
    for (const CsvTable::Row& row : table.rows) {
        for (std::size_t i = 0; i < row.key.size(); ++i) add(row.key[i], i == 0);
        for (const std::string& name : table.results) {
            const auto found = row.values.find(name);
            add(found == row.values.end() ? std::string() : found->second, false);
        }
        out += '\n';
    }
    return out;
}

CsvTable parse_csv(std::string_view text, const std::vector<std::string>& keys,
                   std::string& wrong) {
    CsvTable table;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // as spreadsheets write it
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const auto records = records_of(text, wrong);
    if (wrong.empty() && records.empty()) wrong = "expected a line of column names";
    if (!wrong.empty()) return table;
    std::vector<std::optional<std::size_t>> key_at(keys.size());
    for (std::size_t i = 0; i < records[0].size(); ++i) {
        const auto key = std::find(keys.begin(), keys.end(), records[0][i]);
        if (key != keys.end())
            key_at[static_cast<std::size_t>(key - keys.begin())] = i;
        else
            table.results.push_back(records[0][i]);
    }
    for (std::size_t i = 0; wrong.empty() && i < keys.size(); ++i)
        if (!key_at[i]) wrong = fmt::format("the key column '{}' is missing", keys[i]);
    for (std::size_t r = 1; wrong.empty() && r < records.size(); ++r) {
        if (records[r].size() != records[0].size()) {
            wrong = fmt::format("row {} has {} fields, the first line has {}", r + 1,
                                records[r].size(), records[0].size());
            break;
        }
        CsvTable::Row& row = table.rows.emplace_back();
        for (const auto& at : key_at) row.key.push_back(records[r][*at]);
        for (std::size_t i = 0; i < records[r].size(); ++i)
            row.values[records[0][i]] = records[r][i];
    }
    table.keys = keys;
    return table;
}

}  // namespace core
