#include "harness/report/explanations.hpp"

#include <map>

#include "harness/run/matrix.hpp"
#include "harness/script/sources.hpp"
#include "sim/core/ensure.hpp"

namespace report {

const Explanation* explanation_of(std::string_view field_id) {
    static const std::map<std::string, Explanation, std::less<>> all = [] {
        std::string wrong;
        const run::Table table = run::parse_table(script::sources::explanations, {"id"}, wrong);
        ENSURE(wrong.empty());
        std::map<std::string, Explanation, std::less<>> out;
        for (const run::Table::Row& row : table.rows)
            out[row.key.front()] = {row.values.at("text"), row.values.at("clause")};
        return out;
    }();
    const auto found = all.find(field_id);
    return found == all.end() ? nullptr : &found->second;
}

}  // namespace report
