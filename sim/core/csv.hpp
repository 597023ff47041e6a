#pragma once
// Tables as CSV: RFC 4180.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// Some columns are keys, the others results.
struct CsvTable {
    std::vector<std::string> keys, results;
    struct Row {
        std::vector<std::string> key;
        std::map<std::string, std::string> values;
    };
    std::vector<Row> rows;
    /// nullptr: no row has that key.
    const Row* find(const std::vector<std::string>& key) const;
};

/// A field that a spreadsheet would calculate ("=1+1", "@sum", "+x") has a "'" in front, which
/// parse_csv takes away.
std::string to_csv(const CsvTable& table);
/// `wrong` says in a sentence why a text is no table with these key columns.
CsvTable parse_csv(std::string_view text, const std::vector<std::string>& keys, std::string& wrong);

}  // namespace core
