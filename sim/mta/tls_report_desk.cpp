#include "sim/mta/tls_report_desk.hpp"

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/dns/answers.hpp"
#include "sim/mta/dkim.hpp"
#include "sim/mta/tls_report_mail.hpp"
#include "sim/policy/grammar.hpp"

namespace mta {

using namespace trace;
using policy::tls_report::PolicyType;
using policy::tls_report::Report;

namespace {

// A signature speaks for its domain and those below it.
bool speaks_for(const std::string& signer, const std::string& submitter) {
    return signer == submitter || submitter.ends_with("." + signer);
}

// The domain that a report is about. What it says itself counts, whatever stands on the envelope
// (section 5.6, RPT-17); records of TLSA name a host (RPT-09), so that the envelope must do.
std::string subject_of(const Report& report, const std::string& named) {
    for (const Report::Policy& policy : report.policies)
        if (policy.type != PolicyType::tlsa && !policy.domain.empty()) return policy.domain;
    return named;
}

// By its contact; where it names none, by the name that it has for itself.
std::string reporter_of(const policy::tls_report::Reporter& reporter) {
    const std::size_t at = reporter.contact.rfind('@');
    if (at != std::string::npos) return lower(reporter.contact.substr(at + 1));
    return lower(policy::is_domain(reporter.organization) ? reporter.organization
                                                          : reporter.contact);
}

std::string lines_of(const std::vector<std::string>& notes) {
    std::string out;
    for (const std::string& note : notes) out += (out.empty() ? "" : "\n") + note;
    return out;
}

// Every policy that names its domain must name the same.
std::string stranger_in(const Report& report, const std::string& domain) {
    for (const Report::Policy& policy : report.policies)
        if (policy.type != PolicyType::tlsa && !policy.domain.empty() && policy.domain != domain)
            return policy.domain;
    return {};
}

std::string counts_text(const Report& report) {
    std::map<std::string, std::uint64_t> sums;
    for (const Report::Policy& policy : report.policies)
        for (const auto& [result, count] : policy.details) sums[result] += count;
    std::string out;
    for (const auto& [result, count] : sums)
        out += fmt::format("{}{}={}", out.empty() ? "" : "\n", result, count);
    return out;
}

}  // namespace

TlsReportDesk::TlsReportDesk(Services& services, HostId host)
    : services_(services),
      host_(host),
      dns_(services.ground, host, services.resolver.host(),
           services.chance.child(fmt::format("report desk {}", static_cast<unsigned>(host)))),
      tasks_(services.loop) {}

void TlsReportDesk::take_mail(std::string address, std::string message) {
    tasks_.start(read_mail(std::move(address), std::move(message)));
}

Task<std::string> TlsReportDesk::signed_by(std::string_view message) {
    std::map<std::string, std::vector<std::string>> keys;
    const std::vector<std::string> names = dkim::key_names(message);
    for (const std::string& name : names) {
        const Result<dns::Message> answer = co_await attempt(dns_.ask(name, dns::Type::TXT));
        if (answer.ok()) keys[name] = dns::data_of(answer.value(), dns::Type::TXT);
    }
    Result<std::string> signer =
        dkim::verify(message, [&](const std::string& name) { return keys[name]; });
    if (!signer.ok()) co_return signer.take_failure();
    co_return std::move(signer.value());
}

Task<Unit> TlsReportDesk::read_mail(std::string address, std::string message) {
    const std::string from = report_submitter(message);
    Task<std::string> asked = signed_by(message);
    const Result<std::string> signer = co_await attempt(std::move(asked));
    if (!signer.ok()) {
        refuse(address, from, signer.failure().detail);  // RPT-04
        co_return Unit{};
    }
    if (!speaks_for(signer.value(), from)) {
        refuse(address, from, fmt::format("it is signed by {}, not by {}", signer.value(), from));
        co_return Unit{};
    }
    const Result<ReceivedReport> mail = read_report_message(message);
    if (mail.ok())
        settle(address, from, policy::tls_report::read_json(mail.value().json),
               mail.value().domain);
    else
        refuse(address, from, mail.failure().detail);
    co_return Unit{};
}

// Who posts is known by nothing but the report itself: it may be believed less (section 7).
int TlsReportDesk::take_post(const std::string& url, const https::Request& request) {
    const auto field = request.fields.find("content-type");
    https::Response typed;
    if (field != request.fields.end()) typed.fields.insert(*field);
    const Result<std::string> json = read_report_body(typed.media_type(), request.body);
    if (!json.ok()) {
        refuse(url, "", json.failure().detail);
        return typed.media_type().starts_with("application/tlsrpt+") ? 400 : 415;
    }
    const Result<Report> report = policy::tls_report::read_json(json.value());
    std::string from;
    if (report.ok()) from = reporter_of(report.value().reporter);
    const std::set<std::string>& domains = services_.report_boxes[url];
    const std::string named = domains.size() == 1 ? *domains.begin() : std::string();
    return settle(url, from, report, named) ? 201 : 400;
}

bool TlsReportDesk::settle(const std::string& box, const std::string& from,
                           const Result<Report>& report, const std::string& named_domain) {
    if (!report.ok()) return refuse(box, from, report.failure().detail);
    const std::string domain = subject_of(report.value(), named_domain);
    const std::string stranger = stranger_in(report.value(), domain);
    if (!stranger.empty())
        return refuse(box, from, fmt::format("it is about {} and {}", domain, stranger));
    if (!services_.report_boxes[box].contains(domain))
        return refuse(box, from, fmt::format("it is about '{}', which is not ours", domain));
    std::uint64_t successes = 0;
    for (const Report::Policy& policy : report.value().policies) successes += policy.successes;
    Trace& trace = services_.trace;
    trace.add(host_, TlsReportTaken{trace.keep(box), trace.keep(from), trace.keep(domain),
                                    trace.keep(report.value().begins), successes,
                                    trace.keep(counts_text(report.value())),
                                    trace.keep(lines_of(report.value().notes))});
    return true;
}

bool TlsReportDesk::refuse(const std::string& box, const std::string& from, std::string_view why) {
    Trace& trace = services_.trace;
    trace.add(host_, TlsReportRefused{trace.keep(box), trace.keep(from), Reason::report_invalid,
                                      trace.keep(why)});
    return false;
}

}  // namespace mta
