#pragma once
// TLS reports as mails: RFC 8460 section 5.3.
#include <string>
#include <string_view>
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
/// The same without a signature: nobody may believe it (RPT-04).
std::string unsigned_report_message(const TlsReportMail& mail);

/// What came in such a mail.
struct ReceivedReport {
    std::string submitter;  ///< TLS-Report-Submitter, or the domain of From; lower case.
    std::string domain;     ///< TLS-Report-Domain; lower case; may be empty.
    std::string json;       ///< Unpacked.
};
/// Who says to have sent the mail; needs nothing but its header. May be empty.
std::string report_submitter(std::string_view message);
/// A Failure says report-invalid, and what is not as section 5.3 has it.
core::Result<ReceivedReport> read_report_message(std::string_view message);
/// The JSON of a body of the media type application/tlsrpt+json or +gzip (section 5.3.1, 6.3, 6.4).
core::Result<std::string> read_report_body(std::string_view media_type, std::string_view body);

}  // namespace mta
