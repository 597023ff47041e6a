#include "sim/mta/tls_reports.hpp"

#include <fmt/format.h>

#include "sim/mta/tls_report_mail.hpp"

namespace mta {

using namespace trace;
namespace tls_report = policy::tls_report;

namespace {

constexpr std::string_view selector = "tlsrpt";
constexpr Duration longest_delay = hours(4);  // so that not all report at once (RPT-06)

// "starttls-not-supported=3" line by line.
std::string failures_text(const std::map<Reason, std::uint64_t>& failures) {
    std::string out;
    for (const auto& [reason, count] : failures)
        out += fmt::format("{}{}={}", out.empty() ? "" : "\n", word(reason), count);
    return out;
}

}  // namespace

TlsReports::TlsReports(Services& services, HostId host, dns::Client& dns, Post& post)
    : services_(services),
      host_(host),
      dns_(dns),
      post_(post),
      chance_(services.chance.child(fmt::format("tls reports {}", static_cast<unsigned>(host)))),
      tasks_(services.loop) {}

void TlsReports::count(const std::string& domain, const tls_report::PolicyKey& policy,
                       const std::optional<tls_report::FailureKey>& failure) {
    if (!services_.tls_reports_wanted || submitter_.empty()) return;
    const Instant now = services_.loop.now();
    const auto [day, fresh] = days_.try_emplace(domain, now);
    if (fresh) tasks_.start(look_up(domain, day->second.counter.begins()));
    if (failure)
        day->second.counter.failed(policy, {*failure});
    else
        day->second.counter.succeeded(policy);
    if (std::exchange(watching_, true)) return;
    tasks_.start(watch_midnight());
}

Task<Unit> TlsReports::look_up(std::string domain, Instant day) {
    const std::string name = tls_report::record_name(domain);
    const Result<dns::Message> answer = co_await attempt(dns_.ask(name, dns::Type::TXT));
    std::vector<std::string> texts;
    if (answer.ok())
        for (const dns::Record& r : answer.value().answers)
            if (r.type == dns::Type::TXT) texts.push_back(r.data);
    const auto found = days_.find(domain);
    if (found != days_.end() && found->second.counter.begins() == day)
        found->second.record = tls_report::parse_record(texts);
    co_return Unit{};
}

// Reports are made the moment a day is over: 00:00 to 24:00 UTC (RPT-06).
Task<Unit> TlsReports::watch_midnight() {
    while (!days_.empty()) {
        const Instant now = services_.loop.now();
        const Instant midnight{(now.ns / days(1).ns + 1) * days(1).ns};
        co_await Sleep(midnight - now);
        std::map<std::string, Day> over = std::exchange(days_, {});
        for (auto& [domain, day] : over) make(domain, std::move(day));
    }
    watching_ = false;
    co_return Unit{};
}

void TlsReports::make(const std::string& domain, Day day) {
    if (!day.record || day.record->destinations.empty()) return;  // RPT-02
    const tls_report::Reporter reporter{submitter_, "postmaster@" + submitter_};
    const std::string id = tls_report::report_id(submitter_, domain, day.counter.begins());
    const std::string json = tls_report::json(reporter, id, day.counter);
    std::uint64_t successes = 0;
    std::map<Reason, std::uint64_t> failures;
    for (const auto& [key, sums] : day.counter.policies()) {
        successes += sums.successes;
        for (const auto& [failure, count] : sums.details) failures[failure.result] += count;
    }
    Trace& trace = services_.trace;
    const std::string file =
        tls_report::file_name(submitter_, domain, day.counter, tls_report::Packing::none);
    trace.add(host_, TlsReportMade{trace.keep(domain), day.counter.begins(), successes,
                                   trace.keep(failures_text(failures)), trace.keep(file),
                                   trace.keep(json)});
    for (const tls_report::Destination& to : day.record->destinations)
        tasks_.start(send_later(to, domain, day.counter, json));
}

Task<Unit> TlsReports::send_later(tls_report::Destination to, std::string domain,
                                  tls_report::Counter counter, std::string json) {
    const auto delay = chance_.below(static_cast<std::uint64_t>(longest_delay.ns));
    co_await Sleep(nanoseconds(static_cast<std::int64_t>(delay)));
    if (to.way == tls_report::Destination::Way::https) {
        Trace& trace = services_.trace;
        trace.add(host_, AdminAlerted{trace.keep(fmt::format(
                             "the TLS report for {} is not posted to {}: reports go by mail alone",
                             domain, to.where))});
        co_return Unit{};
    }
    const tls::SigningKey key = services_.mint.signing_key("tlsrpt " + submitter_);
    dns::Record record;  // RPT-04
    record.name = dkim::key_name(selector, submitter_);
    record.type = dns::Type::TXT;
    record.data = dkim::key_record(key);
    services_.resolver.zones().remove(record.name, dns::Type::TXT);
    services_.resolver.zones().add(std::move(record));
    TlsReportMail mail;
    mail.submitter = submitter_;
    mail.domain = domain;
    mail.from = "tls-reports@" + submitter_;
    mail.to = {to.where};
    mail.report_id = tls_report::report_id(submitter_, domain, counter.begins());
    mail.json = std::move(json);
    mail.file_name = tls_report::file_name(submitter_, domain, counter, tls_report::Packing::gzip);
    mail.now = services_.loop.now();
    const dkim::Signer signer{submitter_, std::string(selector), key, mail.now};
    post_.send_report(to.where, report_message(mail, signer));
    co_return Unit{};
}

}  // namespace mta
