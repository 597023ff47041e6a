#pragma once
// The gallery that a mail administrator's rules are played against: what can become of mail to one
// partner, each case a scenario.
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/postfix_table.hpp"

namespace many {

using namespace core;

/// Whom the sender believes.
enum class Trust : std::uint8_t { public_roots, nobody };

/// What main.cf makes of the sender, beside its rules.
struct SenderFacts {
    Trust trust = Trust::public_roots;
    bool soft_bounce = false, asks_mx = true;
    std::vector<std::string> discards;  ///< EHLO keywords that it takes for absent.
};

/// Somebody mail goes to, and the rule that holds for him.
struct Partner {
    std::string destination;  ///< As the table or the list names it.
    policy::postfix::Entry rule;
    enum class By : std::uint8_t { table, level_for_all } by = By::table;
    std::string next_hop;  ///< Where mail to him goes, as rules are looked up: his domain, or a
                           ///< relay's name.
    std::string way;       ///< What says so, as "relayhost"; empty: nothing but his domain.
    SenderFacts sender;
    std::size_t number = 0;  ///< His place among all.
};

/// What his zone holds.
enum class Promise : std::uint8_t { nothing, dane, mta_sts };

struct PolicyCase {
    std::string_view name;  ///< "no-starttls".
    std::string_view what;  ///< "no STARTTLS".
    Promise promise = Promise::nothing;
};

/// Are policies of MTA-STS looked for, where the partner has no rule of his own?
enum class StsResolver : std::uint8_t { none, behind_the_table };

/// The cases that count for a partner: those with DANE or MTA-STS only where his rule asks for it.
std::vector<PolicyCase> policy_cases(const Partner& partner, StsResolver resolver);
/// The cases of an ordinary receiver: his certificate names his MX host, in his domain or at a
/// hoster's.
inline constexpr std::string_view ordinary = "good", ordinary_hosted = "good-at-hoster";

/// What of a partner decides what comes of his cases: partners for whom it is the same are alike.
std::string kind_of(const Partner& partner);

/// "bob.example, with DANE: no STARTTLS".
std::string title_of(const Partner& partner, const PolicyCase& one);
/// The scenario, in Lua. It expects that nobody reads the mail.
std::string scenario_of(const Partner& partner, const PolicyCase& one, StsResolver resolver);

/// Who sits in these scenarios: the one who only listens, the one who acts, and his own host.
inline constexpr std::string_view listener = "eve", impostor = "mallory";
std::string host_of_impostor(const Partner& partner);

}  // namespace many
