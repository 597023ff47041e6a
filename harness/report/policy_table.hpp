#pragma once
// What check-policy found, as people and as programs read it.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/many/policy_check.hpp"

namespace report {

/// First the rules under which no ordinary receiver gets mail; then a row for each kind of partner;
/// below, for each, what shows that mail can be lost and how to repeat it, and what waits or
/// bounces. `repeat` is the command line that a title is appended to.
std::string as_text(const std::vector<many::PartnerOutcome>& outcomes, const std::string& repeat);

/// Schema mailtls.policy-check/1: docs/commands.md. Each piece is written as it is made: memory
/// does not grow with the text.
void write_json(const std::vector<many::PartnerOutcome>& outcomes, std::uint64_t seed,
                const std::function<void(std::string_view)>& write);

/// "yes", "no", "at its own MX alone", "at a hoster's alone", "with TLSA records alone": does an
/// ordinary receiver get mail?
std::string ordinary_gets_mail(const many::PartnerOutcome& outcome);
/// Why no ordinary receiver gets mail, in one sentence.
std::string why_nobody(const many::PartnerOutcome& outcome);
/// "bob.example and 3 more".
std::string names_of(const many::PartnerOutcome& outcome);
/// "dane", "dane (as may)", "secure (held back)".
std::string level_of(const many::PartnerOutcome& outcome);
/// Where the rule stands: "tls_policy:3", or what says that there is none.
std::string place_of(const many::Partner& partner);
/// In how many cases something is so.
enum class Question : std::uint8_t { in_clear_text, read, taken, waits, bounces };
std::size_t count(const many::PartnerOutcome& outcome, Question question);
bool is_so(const many::CaseOutcome& one, Question question);

}  // namespace report
