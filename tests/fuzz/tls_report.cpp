// TLS reports as they come from others: RFC 8460 sections 4.4 and 5.3. The first byte chooses:
// JSON, a mail, or a body that was posted.
#include <nlohmann/json.hpp>

#include "sim/mta/tls_report_mail.hpp"
#include "sim/policy/tls_report_read.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy::tls_report;

namespace {

void check_failure(const core::Failure& failure) {
    ENSURE(failure.reason == core::Reason::report_invalid && !failure.detail.empty());
}

// What is believed is JSON, and says no more sessions than a day can have.
void check_json(std::string_view text) {
    const core::Result<Report> read = read_json(text);
    if (!read.ok()) return check_failure(read.failure());
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    ENSURE(json.is_object() && json["policies"].size() == read.value().policies.size());
    ENSURE(json["report-id"] == read.value().id);
    std::size_t index = 0;
    for (const Report::Policy& policy : read.value().policies) {
        const nlohmann::json& entry = json["policies"][index++];
        ENSURE(entry["policy"]["policy-type"] == word(policy.type));
        ENSURE(entry["summary"]["total-successful-session-count"] == policy.successes);
        ENSURE(entry["summary"]["total-failure-session-count"] == policy.failures);
        ENSURE(!policy.domain.empty() && policy.domain.size() <= 253);
        for (const auto& [result, count] : policy.details)
            ENSURE(!result.empty() && result.find_first_of("=\n") == std::string::npos);
    }
}

void check_mail(std::string_view message) {
    const core::Result<mta::ReceivedReport> read = mta::read_report_message(message);
    if (!read.ok()) return check_failure(read.failure());
    ENSURE(read.value().json.size() <= std::max(largest_report, message.size()));
    ENSURE(read.value().submitter == mta::report_submitter(message));
    check_json(read.value().json);
}

void check_body(fuzz::Input& input) {
    const bool packed = input.byte() % 2 == 0;
    const std::string_view body = input.text();
    const core::Result<std::string> json =
        mta::read_report_body(packed ? "application/tlsrpt+gzip" : "application/tlsrpt+json", body);
    if (!json.ok()) return check_failure(json.failure());
    ENSURE(packed ? json.value().size() <= largest_report : json.value() == body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    switch (input.byte() % 3) {
        case 0: check_json(input.text()); break;
        case 1: check_mail(input.text()); break;
        case 2: check_body(input); break;
    }
    return 0;
}
