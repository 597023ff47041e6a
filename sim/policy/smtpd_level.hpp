#pragma once
// OpenSMTPD's words for what is demanded: the `tls` of a relay action, the schema of its URL
// (smtpd.conf(5)). A front end: the decisions know requirements alone.
#include <optional>
#include <string_view>

#include "sim/policy/demand.hpp"
#include "sim/policy/smtpd_table.hpp"

namespace policy::smtpd {

/// "default", "tls", "no-verify", "notls".
std::string_view word(Tls tls);
std::optional<Tls> tls_of(std::string_view word);
/// The text that rules what it demands.
std::string_view source(Tls tls);
Requirement requirement_of(Tls tls);

}  // namespace policy::smtpd
