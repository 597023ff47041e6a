#pragma once
// The JSON of a report, as it comes from others: RFC 8460 section 4.4.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/policy/tls_report.hpp"

namespace policy::tls_report {

/// More than any day's report needs, in bytes of JSON.
inline constexpr std::size_t largest_report = 4 * 1024 * 1024;

/// What a report says. Texts are the peer's: data, never markup.
struct Report {
    struct Policy {
        PolicyType type = PolicyType::no_policy_found;
        std::string domain;  ///< Lower case; for TLSA records their base (RPT-09); may be empty.
        std::uint64_t successes = 0, failures = 0;
        std::map<std::string, std::uint64_t> details;  ///< By result type, of sessions.
    };
    Reporter reporter;
    std::string id;
    std::string begins, ends;  ///< RFC 3339.
    std::vector<Policy> policies;
    /// What is not as table 5.2 has it and could be read all the same: real senders write it.
    std::vector<std::string> notes;
};

/// Members that are not known are passed over. So is what is null or missing, where the report
/// still says how many sessions there were, whose, and when; a note tells of it. A Failure says
/// report-invalid, and which member is not as table 5.2 has it.
core::Result<Report> read_json(std::string_view json);

}  // namespace policy::tls_report
