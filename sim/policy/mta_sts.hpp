#pragma once
// MTA-STS: RFC 8461. What a TXT record and a policy file say, and what that means for one host.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/core/units.hpp"

namespace policy::mta_sts {

enum class Mode : std::uint8_t { none, testing, enforce };
std::string_view word(Mode mode);
std::optional<Mode> mode_of(std::string_view word);

/// A policy file: section 3.2.
struct Policy {
    Mode mode = Mode::none;
    std::vector<std::string> mx;  ///< Patterns as written: a host, or "*." and a domain.
    core::Duration max_age;
    bool operator==(const Policy&) const = default;
};

/// The longest max_age, in seconds: about a year (section 3.2).
inline constexpr std::int64_t longest_max_age = 31'557'600;
/// The largest policy taken, in bytes: the limit that section 3.3 suggests (STS-10).
inline constexpr std::size_t largest_policy = 64 * 1024;

/// What the TXT records at _mta-sts.<domain> say: section 3.1.
struct Discovery {
    std::string id;   ///< Empty: no policy is to be had.
    std::string why;  ///< One sentence, where there is no id.
};
/// `texts`: one string a record, its parts joined (STS-03). Exactly one may begin with "v=STSv1;",
/// blanks before the semicolon or none (STS-01, STS-02).
Discovery discover(const std::vector<std::string>& texts);

/// Section 3.2, by the grammar there. Failure sts-policy-invalid says what is wrong and in which
/// line. Unknown keys are passed over, and the first of two alike counts (STS-12, STS-13).
core::Result<Policy> parse(std::string_view body);
/// The lines of a policy, as a report quotes them (RFC 8460 section 4.4, RPT-10).
std::vector<std::string> lines(const Policy& policy);

/// Is the host one of the policy's? "*.example.com" stands for one label (section 4.1, STS-19).
bool names(const Policy& policy, std::string_view mx_host);

}  // namespace policy::mta_sts
