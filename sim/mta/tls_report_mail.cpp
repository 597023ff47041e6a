#include "sim/mta/tls_report_mail.hpp"

#include <fmt/core.h>

#include "sim/core/base64.hpp"
#include "sim/mta/gzip.hpp"

namespace mta {

std::string unsigned_report_message(const TlsReportMail& mail) {
    std::string to;
    for (const std::string& address : mail.to) to += (to.empty() ? "<" : ",\r\n <") + address + ">";
    // No line of base64 begins with "-", and none of ours does.
    const std::string boundary = fmt::format("=_mailtls_report_{}", mail.now.unix_seconds());
    std::string out = fmt::format("From: <{}>\r\nTo: {}\r\nDate: {}\r\nMessage-ID: <{}>\r\n",
                                  mail.from, to, core::mail_date(mail.now), mail.report_id);
    out += fmt::format(
        "Subject: Report Domain: {0}\r\n Submitter: {1}\r\n Report-ID: <{2}>\r\n"
        "TLS-Report-Domain: {0}\r\nTLS-Report-Submitter: {1}\r\nAuto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=\"tlsrpt\";\r\n"
        " boundary=\"{3}\"\r\n\r\n",
        mail.domain, mail.submitter, mail.report_id, boundary);
    out += fmt::format(
        "--{0}\r\nContent-Type: text/plain; charset=us-ascii\r\n"
        "Content-Transfer-Encoding: 7bit\r\n\r\n"
        "This is an aggregate TLS report from {1} about {2}.\r\n\r\n",
        boundary, mail.submitter, mail.domain);
    out += fmt::format(
        "--{0}\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment;\r\n filename=\"{1}\"\r\n\r\n{2}\r\n--{0}--\r\n",
        boundary, mail.file_name, core::base64_lines(gzip(mail.json), 76, "\r\n"));
    return out;
}

std::string report_message(const TlsReportMail& mail, const dkim::Signer& signer) {
    return dkim::sign(unsigned_report_message(mail), signer);
}

}  // namespace mta
