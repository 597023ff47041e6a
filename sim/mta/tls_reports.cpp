#include "sim/mta/tls_reports.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/dns/answers.hpp"
#include "sim/mta/gzip.hpp"
#include "sim/mta/tls_report_mail.hpp"
#include "sim/policy/tls_report_read.hpp"

namespace mta {

using namespace trace;
namespace tls_report = policy::tls_report;

namespace {

constexpr std::string_view selector = "tlsrpt";
constexpr Duration longest_delay = hours(4);  // so that not all report at once (RPT-06)
constexpr Duration first_retry = minutes(5);  // of a POST; doubles ...
constexpr Duration longest_retry = hours(4);  // ... up to this
constexpr Duration post_limit = minutes(5);
constexpr std::size_t largest_answer = 64 * 1024;  // nobody reads it

// "starttls-not-supported=3" line by line.
std::string failures_text(const std::map<Reason, std::uint64_t>& failures) {
    std::string out;
    for (const auto& [reason, count] : failures)
        out += fmt::format("{}{}={}", out.empty() ? "" : "\n", word(reason), count);
    return out;
}

// A report must not be held back by the very trouble it tells of: any certificate will do (section
// 3).
class AnyPeer final : public https::PeerCheck {
  public:
    Result<Unit> judge(const tls::PeerCertificate&) const override { return Unit{}; }
};

// What a report says, where it is wrong on purpose: its policy-domain members.
std::string flawed(std::string json, const tls_report::Counter& counter,
                   const std::set<ReportFlaw>& flaws) {
    const auto replace_all = [&](const std::string& from, const std::string& to) {
        for (std::size_t at = json.find(from); at != std::string::npos;
             at = json.find(from, at + to.size()))
            json.replace(at, from.size(), to);
    };
    for (const auto& entry : counter.policies()) {
        const std::string member = fmt::format(R"("policy-domain":"{}")", entry.first.domain);
        if (flaws.contains(ReportFlaw::names_another_domain))
            replace_all(member, R"("policy-domain":"another.example")");
        if (flaws.contains(ReportFlaw::leaves_policy_domain_out)) replace_all("," + member, "");
    }
    return json;
}
std::string padded(std::string json, const std::set<ReportFlaw>& flaws) {
    if (flaws.contains(ReportFlaw::is_a_zip_bomb)) json.append(4 * tls_report::largest_report, ' ');
    return json;
}

}  // namespace

void TlsReports::configure(std::string submitter, std::set<ReportFlaw> flaws,
                           std::shared_ptr<const tls::TrustStore> trust) {
    submitter_ = std::move(submitter);
    flaws_ = std::move(flaws);
    tls::Settings settings;
    settings.trust = std::move(trust);
    tls_ = tls::prepare_client(services_.library, std::move(settings));
}

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
    if (answer.ok()) texts = dns::data_of(answer.value(), dns::Type::TXT);
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
    const std::string json =
        flawed(tls_report::json(reporter, id, day.counter), day.counter, flaws_);
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
        tasks_.start(send_later({to, domain, day.counter, padded(json, flaws_)}));
}

Task<Unit> TlsReports::send_later(Parcel parcel) {
    const auto delay = chance_.below(static_cast<std::uint64_t>(longest_delay.ns));
    co_await Sleep(nanoseconds(static_cast<std::int64_t>(delay)));
    if (parcel.to.way == tls_report::Destination::Way::https) {
        Task<Unit> posted = post(std::move(parcel));
        co_await std::move(posted);
    } else {
        mail(parcel);
    }
    co_return Unit{};
}

// RPT-04.
tls::SigningKey TlsReports::publish_key() {
    tls::SigningKey key = services_.mint.signing_key("tlsrpt " + submitter_);
    dns::Record record;
    record.name = dkim::key_name(selector, submitter_);
    record.type = dns::Type::TXT;
    record.data = dkim::key_record(key);
    services_.resolver.zones().remove(record.name, dns::Type::TXT);
    services_.resolver.zones().add(std::move(record));
    return key;
}

void TlsReports::mail(const Parcel& parcel) {
    tls::SigningKey key = publish_key();
    if (flaws_.contains(ReportFlaw::is_signed_with_another_key))
        key = services_.mint.signing_key("another key of " + submitter_);
    TlsReportMail mail;
    mail.submitter = submitter_;
    mail.domain = parcel.domain;
    mail.from = "tls-reports@" + submitter_;
    mail.to = {parcel.to.where};
    mail.report_id = tls_report::report_id(submitter_, parcel.domain, parcel.counter.begins());
    mail.json = parcel.json;
    mail.file_name =
        tls_report::file_name(submitter_, parcel.domain, parcel.counter, tls_report::Packing::gzip);
    mail.now = services_.loop.now();
    const dkim::Signer signer{submitter_, std::string(selector), key, mail.now};
    post_.send_report(parcel.to.where, flaws_.contains(ReportFlaw::is_not_signed)
                                           ? unsigned_report_message(mail)
                                           : report_message(mail, signer));
}

// Until it is taken, for a day (section 5.5, RPT-15).
Task<Unit> TlsReports::post(Parcel parcel) {
    const std::string packed = gzip(parcel.json);
    const Instant last = services_.loop.now() + days(1);
    Trace& trace = services_.trace;
    for (Duration gap = first_retry;; gap = std::min(gap * 2, longest_retry)) {
        const std::optional<https::Url> url = https::parse_url(parcel.to.where);
        ENSURE(url.has_value());  // parse_record has read it
        Result<int> status = co_await attempt(post_in_time(*url, packed));
        if (status.ok() && status.value() / 100 == 2) {
            trace.add(host_, TlsReportPosted{trace.keep(parcel.domain), trace.keep(parcel.to.where),
                                             static_cast<std::uint16_t>(status.value())});
            co_return Unit{};
        }
        const std::string why =
            status.ok() ? fmt::format("the answer is {}", status.value()) : status.failure().detail;
        const Instant next = services_.loop.now() + gap;
        if (next > last) {
            trace.add(host_, TlsReportLost{trace.keep(parcel.domain), trace.keep(parcel.to.where),
                                           trace.keep(why)});
            co_return Unit{};
        }
        trace.add(host_, TlsReportDelayed{trace.keep(parcel.domain), trace.keep(parcel.to.where),
                                          trace.keep(why), next});
        co_await Sleep(gap);
    }
}

Task<int> TlsReports::post_once(https::Url url, std::string packed) {
    const dns::Message addresses = co_await dns_.ask(url.host, dns::Type::A);
    const std::vector<std::string> found = dns::data_of(addresses, dns::Type::A);
    if (found.empty())
        co_return Failure(Reason::dns_failure, url.host + " has no address", "4.4.4");
    https::Request request;
    request.method = "POST";
    request.fields["content-type"] = "application/tlsrpt+gzip";  // section 5.4, RPT-14
    request.body = std::move(packed);
    const https::Asker asker{services_.ground, services_.library, host_, tls_};
    const AnyPeer check;
    Task<https::Response> exchange =
        https::exchange(asker, url, found.front(), std::move(request), check, largest_answer);
    const https::Response response = co_await std::move(exchange);
    co_return response.status;
}

Task<int> TlsReports::post_in_time(https::Url url, std::string packed) {
    Task<int> posting = post_once(std::move(url), std::move(packed));
    const int status = co_await within(post_limit, "posting the report", std::move(posting));
    co_return status;
}

}  // namespace mta
