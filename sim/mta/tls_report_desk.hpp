#pragma once
// The receiving end of TLSRPT (RFC 8460): reads the reports that come to a domain, and refuses
// those that nobody may believe (A33).
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/dns/resolver.hpp"
#include "sim/https/message.hpp"
#include "sim/mta/services.hpp"
#include "sim/policy/tls_report_read.hpp"

namespace mta {

class TlsReportDesk {
  public:
    TlsReportDesk(Services& services, trace::HostId host);
    /// A mail that came for `address`, one of Services::report_boxes. Its signature is checked
    /// first, which asks DNS: the outcome is an event, later.
    void take_mail(std::string address, std::string message);
    /// A POST to `url`. The status to answer with: 201 where the report is taken (RPT-14).
    int take_post(const std::string& url, const https::Request& request);

  private:
    Task<Unit> read_mail(std::string address, std::string message);
    Task<std::string> signed_by(std::string_view message);
    bool settle(const std::string& box, const std::string& from,
                const Result<policy::tls_report::Report>& report, const std::string& named_domain);
    // Always false: it is not taken.
    bool refuse(const std::string& box, const std::string& from, std::string_view why);

    Services& services_;
    trace::HostId host_;
    dns::Client dns_;
    Nursery tasks_;
};

}  // namespace mta
