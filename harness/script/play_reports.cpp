// TLS reports: where a domain takes them, and what was reported.
#include <algorithm>

#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/core/text.hpp"
#include "sim/policy/tls_report.hpp"

namespace script {

namespace {

// "starttls-not-supported=3" line by line.
void add_counts(std::string_view lines, std::map<std::string, std::int64_t>& out) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        const std::size_t equals = line.find('=');
        out[std::string(line.substr(0, equals))] +=
            std::stoll(std::string(line.substr(equals + 1)));
    }
}

// What reports say together.
struct Sums {
    std::int64_t made = 0, successes = 0;
    Value texts = Value::list();
    std::map<std::string, std::int64_t> failures;

    void add(const auto& report) {
        ++made;
        successes += static_cast<std::int64_t>(report.successes);
        add_counts(report.failures, failures);
    }
    Value json() const {
        Value out = Value::table({{"made", made},
                                  {"texts", texts},
                                  {"successes", successes},
                                  {"failures", Value::table()}});
        for (const auto& [word, count] : failures) out["failures"][word] = count;
        return out;
    }
};

}  // namespace

// The web server of a URL. Empty: all went well.
std::string Play::show_collector(const https::Url& url, const Value& o) {
    const std::string at = fmt::format("tls_rpt: {}", url.text());
    if (url.port != https::port) return at + ": a collector of reports listens on port 443 alone";
    if (world_->find_gateway(url.host) != nullptr || url.host.starts_with("mta-sts."))
        return at + ": that host has other work; name one of its own";
    mta::ReportCollectorSettings s;
    const std::string https = text(o, "https", "ok");
    using Answer = mta::ReportCollectorSettings::Answer;
    if (https == "stalls") s.answer = Answer::stalls;
    if (https == "refused") s.listens = false;
    if (https == "redirect") s.status = 301;
    if (https.find_first_not_of("0123456789") == std::string::npos) s.status = std::stoi(https);
    if (s.status != 201) s.answer = Answer::status;
    const tls::CertificateWish wish =
        certificate_wish(Value::table({{"authority", tls::lab_root}}), url.host);
    s.tls.identity = world_->mint().issue(wish);
    world_->show_collector(url.host, std::move(s));
    return {};
}

// The TXT records, and whoever reads what comes. Empty: all went well.
std::string Play::publish_tls_rpt(const std::string& domain, const Value& options) {
    Value& o = rpt_options_.try_emplace(domain, Value::table()).first->second;
    if (options.contains("rua")) o.erase("txt");
    o.update(options);
    std::vector<std::string> texts;
    if (o.contains("txt")) {
        for (const Value& text : o["txt"]) texts.push_back(text.text());
    } else {
        std::string all;
        for (const Value& uri : o["rua"]) all += (all.empty() ? "" : ",") + uri.text();
        texts.push_back("v=TLSRPTv1; rua=" + all);
    }
    const std::string owner = policy::tls_report::record_name(domain);
    world_->zones().remove(owner, dns::Type::TXT, dns::Source::words);
    for (const std::string& text : texts) {
        dns::Record record;
        record.name = owner;
        record.type = dns::Type::TXT;
        record.data = text;
        world_->zones().add(std::move(record), dns::Source::words);
    }
    world_->want_tls_reports();
    for (const auto& to : policy::tls_report::parse_record(texts).destinations) {
        std::string box = lower(to.where);
        if (to.way == policy::tls_report::Destination::Way::https) {
            const std::optional<https::Url> url = https::parse_url(to.where);
            ENSURE(url.has_value());
            if (std::string why = show_collector(*url, o); !why.empty())
                return fmt::format("domain '{}'.{}", domain, why);
            box = url->text();
        }
        world_->collect_reports(box, domain);
    }
    return {};
}

// The sums of the reports that a host made for a domain, of one day or of all; and their texts.
Value Play::reports(const Value& a) {
    const trace::HostId at = host(a[0]).gateway->host;
    const std::string domain = dns::canonical(a[1].text());
    std::optional<Instant> day;
    if (a.size() > 2 && !a[2].is_null())
        day = policy::tls_report::Counter(parse_calendar_date(a[2].text()).value_or(Instant{}))
                  .begins();
    Sums sums;
    world_->trace().each_of<trace::TlsReportMade>(
        [&](const trace::Event& event, const trace::TlsReportMade& report) {
            if (event.host != at || report.domain != domain) return;
            if (day && report.day != *day) return;
            sums.add(report);
            sums.texts.push_back(std::string(report.content));
        });
    return well(sums.json());
}

// The sums of all reports that a domain's collectors believe.
Value Play::taken_reports(const Value& a) {
    const std::string domain = dns::canonical(domain_of(a[0]));
    const std::string from = dns::canonical(a[1].text());
    std::string notes;
    Sums sums;
    world_->trace().each_of<trace::TlsReportTaken>(
        [&](const trace::Event&, const trace::TlsReportTaken& report) {
            if (report.domain != domain || (!from.empty() && report.from != from)) return;
            sums.add(report);
            if (!report.notes.empty()) notes += std::string(report.notes) + "\n";
        });
    Value out = sums.json();
    out["notes"] = notes;
    return well(std::move(out));
}

Value Play::refused_reports(const Value& a) {
    const std::string domain = dns::canonical(domain_of(a[0]));
    Value out = Value::list();
    world_->trace().each_of<trace::TlsReportRefused>(
        [&](const trace::Event&, const trace::TlsReportRefused& report) {
            if (world_->collects_reports(std::string(report.box), domain))
                out.push_back(Value::table({{"from", report.from}, {"why", report.why}}));
        });
    return well(std::move(out));
}

}  // namespace script
