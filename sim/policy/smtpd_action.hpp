#pragma once
// The statements action and match of smtpd.conf.
#include "sim/policy/smtpd_config.hpp"
#include "sim/policy/smtpd_statement.hpp"

namespace policy::smtpd {

/// The names of this host: the first of Config::domains.
inline constexpr std::size_t local_names = 0;

/// Behind the word.
void read_action(Statement& s, Config& into);
void read_match(Statement& s, Config& into);
/// What can only be said when all is read: which certificates are whole, which CA is
/// meant, and rules for mail with a tag.
void settle_certificates(Known& known);
void settle_actions(Known& known, Config& into);
void settle_rules(Known& known, Config& into);

}  // namespace policy::smtpd
