#pragma once
// The gallery that a mail administrator's rules are played against: what can become of mail to one
// partner, each case a scenario.
#include <string>
#include <string_view>
#include <vector>

#include "harness/many/policy_partner.hpp"

namespace many {

struct PolicyCase {
    std::string_view name;  ///< "no-starttls".
    std::string_view what;  ///< "no STARTTLS".
    Promise promise = Promise::nothing;
};

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
