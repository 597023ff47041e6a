#pragma once
// An administrator's files, put together: who is a partner, where mail to him goes, and the rule
// that holds there.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/many/policy_gallery.hpp"
#include "sim/policy/postfix_master.hpp"
#include "sim/policy/postfix_ways.hpp"

namespace many {

/// A file that was named, and its text.
struct NamedText {
    std::string name, text;
};
struct RuleFiles {
    std::optional<NamedText> table, main, master, answers;
    policy::postfix::Beside beside;
};

/// Who has no rule, where nobody is named.
inline constexpr std::string_view anybody = "elsewhere.example";
/// More are not played at once.
inline constexpr std::size_t most_partners = 200'000;

/// The partners of the table, the hosts that take mail for others, those listed; nobody twice.
/// Where none is listed and main.cf is there, `anybody`, too.
struct RuleBook {
    std::vector<policy::postfix::Remark> remarks;
    std::vector<Partner> partners;
};
RuleBook rule_book(const RuleFiles& files, const std::vector<std::string>& listed);

}  // namespace many
