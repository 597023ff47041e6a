#pragma once
// The web server that takes a domain's TLS reports by POST (RFC 8460 section 5.4), well or badly.
#include <memory>
#include <string>

#include "sim/https/server.hpp"
#include "sim/mta/tls_report_desk.hpp"

namespace mta {

struct ReportCollectorSettings {
    enum class Answer : std::uint8_t { as_it_should, status, stalls } answer = Answer::as_it_should;
    int status = 201;  ///< For `status`: nothing is read.
    bool listens = true;
    tls::Settings tls;
};

class ReportCollector final : public https::Site {
  public:
    /// `name`: as in the URLs that lead here.
    ReportCollector(Services& services, trace::HostId host, std::string name);
    void configure(ReportCollectorSettings settings);

  private:
    std::optional<std::string> answer(const https::Request& request) override;
    ReportCollectorSettings settings_;
    Services& services_;
    std::string name_;
    TlsReportDesk desk_;
    https::Server server_;
};

}  // namespace mta
