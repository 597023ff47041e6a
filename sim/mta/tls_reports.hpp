#pragma once
// The sender's side of TLSRPT (RFC 8460): counts sessions by domain and UTC day, and mails or posts
// a report when the day is over.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "sim/dns/resolver.hpp"
#include "sim/https/client.hpp"
#include "sim/mta/services.hpp"
#include "sim/policy/tls_report.hpp"

namespace mta {

/// Reports that are wrong on purpose (A33).
enum class ReportFlaw : std::uint8_t {
    is_not_signed,
    is_signed_with_another_key,
    names_another_domain,
    leaves_policy_domain_out,  ///< RPT-09.
    is_a_zip_bomb,
};

class TlsReports {
  public:
    /// Takes a report on its way.
    class Post {
      public:
        virtual void send_report(std::string to, std::string content) = 0;

      protected:
        ~Post() = default;
    };

    TlsReports(Services& services, trace::HostId host, dns::Client& dns, Post& post);
    /// `submitter`: the domain that reports; empty: no reports.
    /// `trust`: who vouches for the servers that take reports; it is told, and stops nothing.
    void configure(std::string submitter, std::set<ReportFlaw> flaws,
                   std::shared_ptr<const tls::TrustStore> trust);

    /// One session with a host of `domain` (RPT-07): no failure is a success.
    void count(const std::string& domain, const policy::tls_report::PolicyKey& policy,
               const std::optional<policy::tls_report::FailureKey>& failure);

  private:
    // The record is asked for when the first session of a day is counted.
    struct Day {
        explicit Day(Instant when) : counter(when) {}
        policy::tls_report::Counter counter;
        std::optional<policy::tls_report::Record> record;
    };
    Task<Unit> look_up(std::string domain, Instant day);
    Task<Unit> watch_midnight();
    // One day's report, and where it goes.
    struct Parcel {
        policy::tls_report::Destination to;
        std::string domain;
        policy::tls_report::Counter counter;
        std::string json;
    };
    void make(const std::string& domain, Day day);
    Task<Unit> send_later(Parcel parcel);
    void mail(const Parcel& parcel);
    tls::SigningKey publish_key();
    Task<Unit> post(Parcel parcel);
    Task<int> post_once(https::Url url, std::string packed);
    Task<int> post_in_time(https::Url url, std::string packed);

    Services& services_;
    trace::HostId host_;
    dns::Client& dns_;
    Post& post_;
    Chance chance_;
    std::string submitter_;
    std::set<ReportFlaw> flaws_;
    std::shared_ptr<const tls::SharedConfig> tls_;
    std::map<std::string, Day> days_;
    bool watching_ = false;
    Nursery tasks_;
};

}  // namespace mta
