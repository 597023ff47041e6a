#include "harness/report/coverage.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/files/paths.hpp"
#include "harness/files/whole.hpp"
#include "harness/many/matrix.hpp"
#include "harness/play/json_text.hpp"
#include "harness/script/sources.hpp"
#include "harness/suite/suite.hpp"

namespace report {
namespace {

namespace fs = std::filesystem;

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || (c >= 'a' && c <= 'z') || c == '_'; }

// Words such as DANE-16 and A01.
std::set<std::string> ids_in(const std::string& text) {
    std::set<std::string> out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_letter(text[i]) || (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '-')))
            continue;
        std::size_t end = i;
        while (end < text.size() && is_letter(text[end])) ++end;
        if (end < text.size() && text[end] == '-') ++end;
        const std::size_t digits = end;
        while (end < text.size() && is_digit(text[end])) ++end;
        const bool whole = end == text.size() || !is_word(text[end]);
        if (end > digits && whole) out.insert(text.substr(i, end - i));
        i = std::max(i, end > i ? end - 1 : i);
    }
    return out;
}

bool is_source(const fs::path& path) {
    static const std::set<std::string> kinds{".lua", ".cpp", ".hpp", ".dialogue", ".txt"};
    return kinds.contains(path.extension().string());
}

using Places = std::map<std::string, std::vector<std::string>>;

Places places_below(const fs::path& root, const std::string& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder, error))
        if (entry.is_regular_file() && is_source(entry.path())) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    Places out;
    for (const fs::path& file : files)
        for (const std::string& id : ids_in(files::read_file(file.string())))
            out[id].push_back(file.lexically_relative(root).string());
    return out;
}

void append(std::vector<std::string>& to, const Places& places, const std::string& id) {
    if (const auto found = places.find(id); found != places.end())
        to.insert(to.end(), found->second.begin(), found->second.end());
}

// What is wrong with one row of the list of ids that are out of scope; empty: nothing, and it is
// marked.
std::string put_out_of_scope(std::vector<Covered>& all, const std::string& id,
                             const std::string& reason) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Covered& c) { return c.id == id; });
    if (found == all.end()) return fmt::format("out_of_scope.csv: there is no id {}", id);
    if (reason.empty()) return fmt::format("out_of_scope.csv: {} has no reason", id);
    if (!found->out_of_scope.empty()) return fmt::format("out_of_scope.csv: {} stands twice", id);
    if (found->exercised())
        return fmt::format("out_of_scope.csv: {} is exercised by {}", id,
                           found->scenarios.empty() ? found->tests[0] : found->scenarios[0]);
    found->out_of_scope = reason;
    return {};
}

}  // namespace

std::vector<Covered> coverage(const std::string& root, std::string_view out_of_scope,
                              std::string& wrong) {
    std::vector<Covered> out;
    for (const char* const folder : {"scenarios", "tests", "sim"})
        if (!files::is_directory((fs::path(root) / folder).string())) {
            wrong = fmt::format("{}: expected the root of the project, but it has no folder {}/",
                                root, folder);
            return out;
        }
    const core::CsvTable list = core::parse_csv(script::sources::standards, {"id"}, wrong);
    const Places scenarios = places_below(root, "scenarios");
    const Places tests = places_below(root, "tests");
    std::vector<Places> code;
    for (const char* const folder : {"sim", "harness", "visualize"})
        code.push_back(places_below(root, folder));
    for (const core::CsvTable::Row& row : list.rows) {
        Covered& c = out.emplace_back();
        c.id = row.key.front();
        c.section = row.values.at("section");
        c.text = row.values.at("text");
        append(c.scenarios, scenarios, c.id);
        append(c.tests, tests, c.id);
        for (const Places& places : code) append(c.code, places, c.id);
    }
    const core::CsvTable outside = core::parse_csv(out_of_scope, {"id"}, wrong);
    for (const core::CsvTable::Row& row : outside.rows)
        if (wrong.empty()) wrong = put_out_of_scope(out, row.key.front(), row.values.at("reason"));
    return out;
}

std::string coverage_json(const std::vector<Covered>& all) {
    play::Json list = play::Json::array();
    for (const Covered& c : all)
        list.push_back({{"id", c.id},
                        {"section", c.section},
                        {"text", c.text},
                        {"scenarios", c.scenarios},
                        {"tests", c.tests},
                        {"code", c.code},
                        {"out_of_scope", c.out_of_scope}});
    return play::indented(list);
}

}  // namespace report
