// A TLS report is taken out of its mail: RFC 8460 section 5.3, as far as RFC 2045 and 2046 are
// needed for it.
#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/mta/gzip.hpp"
#include "sim/mta/mime.hpp"
#include "sim/mta/tls_report_mail.hpp"
#include "sim/policy/tls_report_read.hpp"

namespace mta {

using mime::body_parts;
using mime::field_value;
using mime::media_type;
using mime::parameter;

namespace {

using core::Result;

core::Failure bad_report(std::string why) {
    return {core::Reason::report_invalid, std::move(why), "5.6.0"};
}

bool is_report(const std::string& type) {
    return type == "application/tlsrpt+gzip" || type == "application/tlsrpt+json";
}

}  // namespace

Result<std::string> read_report_body(std::string_view type, std::string_view body) {
    if (type == "application/tlsrpt+json") return std::string(body);
    if (type != "application/tlsrpt+gzip")
        return bad_report(fmt::format("the media type '{}' is no TLS report", type));
    return gunzip(body, policy::tls_report::largest_report);
}

std::string report_submitter(std::string_view message) {
    const dkim::Parts parts = dkim::parts_of(message);
    const std::string submitter = field_value(parts, "tls-report-submitter");
    if (!submitter.empty()) return core::lower(submitter);
    const std::string from = field_value(parts, "from");
    const std::string domain = from.substr(from.rfind('@') + 1);
    return core::lower(core::trimmed(domain.substr(0, domain.find('>'))));
}

Result<ReceivedReport> read_report_message(std::string_view message) {
    const dkim::Parts parts = dkim::parts_of(message);
    const std::string type = field_value(parts, "content-type");
    if (media_type(type) != "multipart/report" ||
        core::lower(parameter(type, "report-type")) != "tlsrpt")
        return bad_report("the mail is no multipart/report of the type tlsrpt");
    const std::string boundary = parameter(type, "boundary");
    if (boundary.empty()) return bad_report("the mail names no boundary of its parts");
    for (const std::string_view text : body_parts(parts.body, boundary, mime::Unended::left_out)) {
        const dkim::Parts part = dkim::parts_of(text);
        const std::string inner = media_type(field_value(part, "content-type"));
        if (!is_report(inner)) continue;
        const std::string encoding = core::lower(field_value(part, "content-transfer-encoding"));
        Result<std::string> bytes = mime::decoded(part.body, encoding);
        if (!bytes.ok()) return bad_report("the report " + bytes.failure().detail);
        Result<std::string> json = read_report_body(inner, bytes.value());
        if (!json.ok()) return json.take_failure();
        return ReceivedReport{report_submitter(message),
                              core::lower(field_value(parts, "tls-report-domain")),
                              std::move(json.value())};
    }
    return bad_report("the mail has no part of the type application/tlsrpt");
}

}  // namespace mta
