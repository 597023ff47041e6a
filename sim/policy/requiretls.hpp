#pragma once
// RFC 8689: a mail may demand TLS all the way, or ask that its lack stop nothing.
#include <string_view>

#include "sim/core/result.hpp"
#include "sim/policy/judge.hpp"

namespace policy::requiretls {

/// Does the message say "TLS-Required: No", once and nothing else? (Section 3, REQ-08.)
bool tls_is_optional(std::string_view content);

/// A trusted chain that names the MX host (section 4.2.1, REQ-03), in the words of the usual one.
Requirement requirement(const Requirement& usual);
/// `proven`: the name of the host comes by DNSSEC, from an MTA-STS policy, or from the
/// administrator (REQ-02).
Plan plan(bool proven, std::string_view host);

/// A host that failed for lack of TLS fails as one that cannot keep the promise: reason
/// requiretls-not-met, code X.7.10, or X.7.30 where REQUIRETLS alone is missing. Of class 4, since
/// another host may do (REQ-05). Other failures stay as they are.
core::Failure unmet(core::Failure failure);

/// What is said where the next host does not offer REQUIRETLS and gets the mail all the same.
inline constexpr std::string_view relaxed =
    "REQUIRETLS, relaxed: TLS and a proven host are enough, though the demand does not go along";

}  // namespace policy::requiretls
