#pragma once
// TLSRPT: RFC 8460. Where reports of a domain go, what a day's report counts, and its JSON.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/reason.hpp"
#include "sim/core/units.hpp"
#include "sim/policy/dane.hpp"
#include "sim/policy/mta_sts.hpp"

namespace policy::tls_report {

/// One place that takes reports: section 3.
struct Destination {
    enum class Way : std::uint8_t { mail, https } way = Way::mail;
    std::string where;  ///< An address, or a URL.
    bool operator==(const Destination&) const = default;
};

/// What the TXT records at _smtp._tls.<domain> say.
struct Record {
    std::vector<Destination> destinations;  ///< Empty: the domain does not do TLSRPT.
    std::string why;                        ///< One sentence, where there are none.
};
/// `texts`: one string a record, its parts joined. Exactly one may begin with "v=TLSRPTv1;";
/// unknown fields and URIs of other schemes are passed over (RPT-01, RPT-02).
Record parse_record(const std::vector<std::string>& texts);
/// "_smtp._tls.bob.example".
std::string record_name(std::string_view domain);

enum class PolicyType : std::uint8_t { tlsa, sts, no_policy_found };
/// "no-policy-found".
std::string_view word(PolicyType type);

/// The policy that was applied to a session: section 4.4.
struct PolicyKey {
    PolicyType type = PolicyType::no_policy_found;
    std::string domain;                ///< A-labels; for TLSA records their base (RPT-09).
    std::vector<std::string> lines;    ///< policy-string (RPT-10).
    std::vector<std::string> mx_host;  ///< Patterns of an STS policy.
    auto operator<=>(const PolicyKey&) const = default;
};
/// Records in order of their text: DNS has none.
PolicyKey tlsa_policy(std::string base, const std::vector<TlsaRecord>& records);
PolicyKey sts_policy(std::string domain, const mta_sts::Policy& policy);
PolicyKey no_policy(std::string domain);

/// Is it a result type of section 4.3? The network's and SMTP's own troubles are not reported
/// (RPT-16).
bool is_result_type(core::Reason reason);

/// What went wrong, and between whom. A text that is empty is left out of the report.
struct FailureKey {
    core::Reason result = core::Reason::validation_failure;
    std::string sending_mta_ip, receiving_mx_hostname, receiving_mx_helo, receiving_ip;
    std::string additional_information;  ///< A URI.
    std::string failure_reason_code;
    auto operator<=>(const FailureKey&) const = default;
};

/// The sessions of one UTC day with one recipient domain (RPT-06).
class Counter {
  public:
    struct Sums {
        std::uint64_t successes = 0, failures = 0;
        std::map<FailureKey, std::uint64_t> details;  ///< Not exclusive (RPT-08).
    };

    /// Of the day in which `when` lies.
    explicit Counter(core::Instant when);
    core::Instant begins() const { return begins_; }
    core::Instant ends() const;  ///< The day's last second.
    bool covers(core::Instant when) const;

    /// A session that the policy accepted (RPT-07).
    void succeeded(const PolicyKey& policy);
    /// One session that was not established, for one reason or several.
    void failed(const PolicyKey& policy, const std::set<FailureKey>& why);
    const std::map<PolicyKey, Sums>& policies() const { return policies_; }
    bool empty() const { return policies_.empty(); }

  private:
    core::Instant begins_;
    std::map<PolicyKey, Sums> policies_;
};

/// Who reports.
struct Reporter {
    std::string organization, contact;  ///< organization-name, contact-info.
};
/// A name for the report of one day: "20260101.bob.example@mail.alice.example".
std::string report_id(std::string_view submitter, std::string_view domain, core::Instant day);
/// Section 4.4; policies are in the order of their keys.
std::string json(const Reporter& reporter, std::string_view report_id, const Counter& counter);
/// "mail.alice.example!bob.example!1767225600!1767311999.json.gz": section 5.1, RPT-11.
enum class Packing : std::uint8_t { none, gzip };
std::string file_name(std::string_view submitter, std::string_view domain, const Counter& counter,
                      Packing packing);

}  // namespace policy::tls_report
