// A TLS report is taken out of its mail: RFC 8460 section 5.3, as far as RFC 2045 and 2046 are
// needed for it.
#include <fmt/core.h>

#include "sim/core/base64.hpp"
#include "sim/core/text.hpp"
#include "sim/mta/dkim_text.hpp"
#include "sim/mta/gzip.hpp"
#include "sim/mta/tls_report_mail.hpp"
#include "sim/policy/tls_report_read.hpp"

namespace mta {
namespace {

using core::Result;

core::Failure bad_report(std::string why) {
    return {core::Reason::report_invalid, std::move(why), "5.6.0"};
}

// The value of the first field of that name, unfolded; empty where there is none.
std::string field_value(const dkim::Parts& parts, std::string_view name) {
    for (const std::string_view field : parts.fields)
        if (dkim::field_name(field) == name) {
            const std::string line = dkim::canonical_field(field, dkim::Form::relaxed);
            return line.substr(line.find(':') + 1);
        }
    return {};
}

// "type/subtype" of a Content-Type, in lower case.
std::string media_type(std::string_view value) {
    return core::lower(core::trimmed(value.substr(0, value.find(';'))));
}

// A parameter of a Content-Type (RFC 2045 section 5.1); empty where there is none. A ";" or an
// escape inside quotes is not understood: no report needs one.
std::string parameter(std::string_view value, std::string_view name) {
    for (std::size_t at = value.find(';'); at != std::string_view::npos; at = value.find(';')) {
        value.remove_prefix(at + 1);
        std::string_view text = core::trimmed(value.substr(0, value.find(';')));
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        if (core::lower(core::trimmed(text.substr(0, equals))) != name) continue;
        text = core::trimmed(text.substr(equals + 1));
        if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
            text = text.substr(1, text.size() - 2);
        return std::string(text);
    }
    return {};
}

// What stands between the lines of the boundary (RFC 2046 section 5.1.1).
std::vector<std::string_view> body_parts(std::string_view body, const std::string& boundary) {
    const std::string delimiter = "--" + boundary;
    std::vector<std::string_view> out;
    const char* begin = nullptr;
    while (!body.empty()) {
        const std::size_t end = body.find("\r\n");
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
        if (!line.starts_with(delimiter)) continue;
        if (begin != nullptr && line.data() >= begin + 2)
            out.emplace_back(begin, static_cast<std::size_t>(line.data() - 2 - begin));
        begin = body.data();
        if (line.substr(delimiter.size()).starts_with("--")) break;
    }
    return out;
}

Result<std::string> decoded(std::string_view body, const std::string& encoding) {
    if (encoding == "base64") {
        std::optional<std::string> bytes = core::parse_base64(dkim::without_space(body));
        if (!bytes) return bad_report("the report is no base64");
        return std::move(*bytes);
    }
    if (encoding.empty() || encoding == "7bit" || encoding == "8bit" || encoding == "binary")
        return std::string(body);
    return bad_report(fmt::format("the report comes in the encoding '{}'", encoding));
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
    for (const std::string_view text : body_parts(parts.body, boundary)) {
        const dkim::Parts part = dkim::parts_of(text);
        const std::string inner = media_type(field_value(part, "content-type"));
        if (!is_report(inner)) continue;
        const std::string encoding = core::lower(field_value(part, "content-transfer-encoding"));
        Result<std::string> bytes = decoded(part.body, encoding);
        if (!bytes.ok()) return bytes.take_failure();
        Result<std::string> json = read_report_body(inner, bytes.value());
        if (!json.ok()) return json.take_failure();
        return ReceivedReport{report_submitter(message),
                              core::lower(field_value(parts, "tls-report-domain")),
                              std::move(json.value())};
    }
    return bad_report("the mail has no part of the type application/tlsrpt");
}

}  // namespace mta
