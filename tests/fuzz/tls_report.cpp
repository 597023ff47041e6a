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

using Json = nlohmann::json;

// What stands there; null where there is nothing.
Json at(const Json& object, const char* name) {
    return object.is_object() ? object.value(name, Json()) : Json();
}

// What a sender left out counts as none (RFC 8460 section 4.4 has it there).
std::uint64_t count_at(const Json& object, const char* name) {
    const Json value = at(object, name);
    ENSURE(value.is_null() || value.is_number_unsigned());
    return value.is_null() ? 0 : value.get<std::uint64_t>();
}

// What is believed is JSON, and says no more sessions than a day can have.
void check_json(std::string_view text) {
    const core::Result<Report> read = read_json(text);
    if (!read.ok()) return check_failure(read.failure());
    const Json json = Json::parse(text, nullptr, false);
    ENSURE(json.is_object() && at(json, "policies").size() == read.value().policies.size());
    const Json id = at(json, "report-id");
    ENSURE(id.is_null() ? read.value().id.empty() : id == read.value().id);
    std::size_t index = 0;
    for (const Report::Policy& policy : read.value().policies) {
        const Json& entry = json["policies"][index++];
        const Json summary = at(entry, "summary");
        ENSURE(at(at(entry, "policy"), "policy-type") == word(policy.type));
        ENSURE(count_at(summary, "total-successful-session-count") == policy.successes);
        ENSURE(count_at(summary, "total-failure-session-count") == policy.failures);
        ENSURE(!policy.domain.empty() || policy.type == PolicyType::no_policy_found);
        ENSURE(policy.domain.size() <= 253);
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
