#pragma once
// An administrator's files, put together: who is a partner, where mail to him goes, and the rule
// that holds there.
#include <optional>
#include <string>
#include <vector>

#include "harness/many/policy_gallery.hpp"
#include "sim/policy/remark.hpp"

namespace many {

/// A file that was named, and its text.
struct NamedText {
    std::string name, text;
};
/// Of one MTA: Postfix's, or one of the others.
struct RuleFiles {
    std::optional<NamedText> table, main, master, answers;  ///< Postfix's.
    std::optional<NamedText> exim, opensmtpd;               ///< exim.conf, smtpd.conf.
    policy::Beside beside;                                  ///< Is kept.
};

/// Who has no rule, where nobody is named.
inline constexpr std::string_view anybody = "elsewhere.example";
/// More are not played at once.
inline constexpr std::size_t most_partners = 200'000;
policy::Remark too_many_partners();

/// The partners that the files name, the hosts that take mail for others, those listed; nobody
/// twice. Where none is listed and the files speak for all, `anybody`, too.
struct RuleBook {
    std::vector<policy::Remark> remarks;
    std::vector<Partner> partners;
    bool holds_mail = false;  ///< Of somebody who is not among the partners for that.
};
RuleBook rule_book(const RuleFiles& files, const std::vector<std::string>& listed);

}  // namespace many
