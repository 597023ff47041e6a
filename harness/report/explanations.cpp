#include "harness/report/explanations.hpp"

#include <map>

#include "harness/script/sources.hpp"
#include "sim/core/csv.hpp"
#include "sim/core/ensure.hpp"

namespace report {

namespace {

using Explanations = std::map<std::string, Explanation, std::less<>>;

const Explanations& all_explanations() {
    static const Explanations all = [] {
        std::string wrong;
        const core::CsvTable table = core::parse_csv(script::sources::explanations, {"id"}, wrong);
        ENSURE(wrong.empty());
        Explanations out;
        for (const core::CsvTable::Row& row : table.rows)
            out[row.key.front()] = {row.values.at("text"), row.values.at("clause")};
        return out;
    }();
    return all;
}

}  // namespace

const Explanation* explanation_of(std::string_view field_id) {
    const Explanations& all = all_explanations();
    const auto found = all.find(field_id);
    return found == all.end() ? nullptr : &found->second;
}

void each_explanation(const std::function<void(const std::string&, const Explanation&)>& f) {
    for (const auto& [id, explanation] : all_explanations()) f(id, explanation);
}

}  // namespace report
