#pragma once
#include <string>
#include <vector>

#include "sim/mta/dkim.hpp"

namespace mta {

/// What a mailed report says, and to whom: RFC 8460 section 5.3 (RPT-13).
struct TlsReportMail {
    std::string submitter;        ///< The domain that reports: TLS-Report-Submitter.
    std::string domain;           ///< The domain reported on: TLS-Report-Domain.
    std::string from;             ///< An address of the submitter.
    std::vector<std::string> to;  ///< Addresses of the domain's TXT record.
    std::string report_id;        ///< policy::tls_report::report_id
    std::string json;             ///< policy::tls_report::json
    std::string file_name;        ///< policy::tls_report::file_name, of the packed file.
    core::Instant now;
};

/// The whole mail, signed.
std::string report_message(const TlsReportMail& mail, const dkim::Signer& signer);

}  // namespace mta
