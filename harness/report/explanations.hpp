#pragma once
// What each field of a dissection means, in a sentence or two, with the clause. The table is
// explanations.csv: another language is another file with the same ids.
#include <functional>
#include <string>
#include <string_view>

namespace report {

struct Explanation {
    std::string text, clause;
};

/// nullptr: the table has none.
const Explanation* explanation_of(std::string_view field_id);
/// In the order of their ids.
void each_explanation(const std::function<void(const std::string&, const Explanation&)>& f);

}  // namespace report
