#include "sim/policy/tls_report.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/ensure.hpp"
#include "sim/core/json.hpp"

namespace policy::tls_report {
namespace {

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(c));
    return out;
}

// Members of one object, or elements of one array, with commas between them.
class Items {
  public:
    Items(std::string& out, char open, char close) : out_(out), close_(close) { out_ += open; }
    Items(const Items&) = delete;
    ~Items() { out_ += close_; }

    std::string& next() {
        if (!first_) out_ += ',';
        first_ = false;
        return out_;
    }
    std::string& member(std::string_view name) {
        core::append_json_string(next(), name);
        return out_ += ':';
    }
    void text(std::string_view name, std::string_view value) {
        core::append_json_string(member(name), value);
    }
    void text_if_any(std::string_view name, std::string_view value) {
        if (!value.empty()) text(name, value);
    }
    void number(std::string_view name, std::uint64_t value) {
        member(name) += std::to_string(value);
    }
    void texts(std::string_view name, const std::vector<std::string>& values) {
        Items array(member(name), '[', ']');
        for (const std::string& value : values) core::append_json_string(array.next(), value);
    }

  private:
    std::string& out_;
    char close_;
    bool first_ = true;
};

void append_policy(std::string& out, const PolicyKey& key) {
    Items policy(out, '{', '}');
    policy.text("policy-type", word(key.type));
    if (key.type != PolicyType::no_policy_found) policy.texts("policy-string", key.lines);
    policy.text("policy-domain", key.domain);
    if (key.type == PolicyType::sts) policy.texts("mx-host", key.mx_host);
}

void append_failure(std::string& out, const FailureKey& key, std::uint64_t count) {
    Items failure(out, '{', '}');
    failure.text("result-type", core::word(key.result));
    failure.text_if_any("sending-mta-ip", key.sending_mta_ip);
    failure.text_if_any("receiving-mx-hostname", key.receiving_mx_hostname);
    failure.text_if_any("receiving-mx-helo", key.receiving_mx_helo);
    failure.text_if_any("receiving-ip", key.receiving_ip);
    failure.number("failed-session-count", count);
    failure.text_if_any("additional-information", key.additional_information);
    failure.text_if_any("failure-reason-code", key.failure_reason_code);
}

void append_sums(std::string& out, const PolicyKey& key, const Counter::Sums& sums) {
    Items entry(out, '{', '}');
    append_policy(entry.member("policy"), key);
    {
        Items summary(entry.member("summary"), '{', '}');
        summary.number("total-successful-session-count", sums.successes);
        summary.number("total-failure-session-count", sums.failures);
    }
    if (sums.details.empty()) return;
    Items details(entry.member("failure-details"), '[', ']');
    for (const auto& [failure, count] : sums.details)
        append_failure(details.next(), failure, count);
}

}  // namespace

std::string_view word(PolicyType type) {
    return type == PolicyType::tlsa ? "tlsa" : type == PolicyType::sts ? "sts" : "no-policy-found";
}

PolicyKey tlsa_policy(std::string base, const std::vector<TlsaRecord>& records) {
    PolicyKey key{PolicyType::tlsa, std::move(base), {}, {}};
    for (const TlsaRecord& record : records)
        key.lines.push_back(parameters(record) + " " + hex(record.data));
    std::sort(key.lines.begin(), key.lines.end());
    return key;
}

PolicyKey sts_policy(std::string domain, const mta_sts::Policy& policy) {
    return {PolicyType::sts, std::move(domain), mta_sts::lines(policy), policy.mx};
}

PolicyKey no_policy(std::string domain) {
    return {PolicyType::no_policy_found, std::move(domain), {}, {}};
}

bool is_result_type(core::Reason reason) {
    return reason >= core::Reason::starttls_not_supported &&
           reason <= core::Reason::sts_webpki_invalid;
}

Counter::Counter(core::Instant when) {
    constexpr std::int64_t day = core::days(1).ns;
    begins_.ns = when.ns - ((when.ns % day) + day) % day;
}

core::Instant Counter::ends() const { return begins_ + core::days(1) - core::seconds(1); }

bool Counter::covers(core::Instant when) const {
    return when >= begins_ && when < begins_ + core::days(1);
}

void Counter::succeeded(const PolicyKey& policy) { ++policies_[policy].successes; }

void Counter::failed(const PolicyKey& policy, const std::set<FailureKey>& why) {
    Sums& sums = policies_[policy];
    ++sums.failures;
    for (const FailureKey& key : why) {
        ENSURE(is_result_type(key.result));
        ++sums.details[key];
    }
}

std::string report_id(std::string_view submitter, std::string_view domain, core::Instant day) {
    const core::CivilTime t = core::civil_time(day.unix_seconds());
    return fmt::format("{:04}{:02}{:02}.{}@{}", t.year, t.month, t.day, domain, submitter);
}

std::string json(const Reporter& reporter, std::string_view report_id, const Counter& counter) {
    std::string out;
    {
        Items report(out, '{', '}');
        report.text("organization-name", reporter.organization);
        {
            Items range(report.member("date-range"), '{', '}');
            range.text("start-datetime", core::internet_date(counter.begins()));
            range.text("end-datetime", core::internet_date(counter.ends()));
        }
        report.text("contact-info", reporter.contact);
        report.text("report-id", report_id);
        Items policies(report.member("policies"), '[', ']');
        for (const auto& [key, sums] : counter.policies()) append_sums(policies.next(), key, sums);
    }
    return out + "\n";
}

std::string file_name(std::string_view submitter, std::string_view domain, const Counter& counter,
                      Packing packing) {
    return fmt::format("{}!{}!{}!{}.json{}", submitter, domain, counter.begins().unix_seconds(),
                       counter.ends().unix_seconds(), packing == Packing::gzip ? ".gz" : "");
}

}  // namespace policy::tls_report
