// MTA-STS policy files: RFC 8461 section 3.2.
#include "sim/policy/mta_sts.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy::mta_sts;

namespace {

void check_failure(const core::Failure& failure, std::string_view body) {
    ENSURE(failure.reason == core::Reason::sts_policy_invalid);
    ENSURE(failure.code == "4.7.5");
    ENSURE(failure.detail.starts_with("policy"));
    ENSURE(failure.detail.size() <= body.size() + 100);
}

void check_hosts(const Policy& policy) {
    for (const std::string& mx : policy.mx) {
        const bool wildcard = mx.starts_with("*.");
        ENSURE(fuzz::is_host(wildcard ? std::string_view(mx).substr(2) : mx));
        if (!wildcard) {
            ENSURE(names(policy, mx));
            continue;
        }
        // Section 4.1: one label, whole.
        ENSURE(names(policy, "a" + mx.substr(1)));
        ENSURE(!names({policy.mode, {mx}, policy.max_age}, mx.substr(2)));
        ENSURE(!names({policy.mode, {mx}, policy.max_age}, "a.b" + mx.substr(1)));
    }
}

std::string file_of(const Policy& policy) {
    std::string out;
    for (const std::string& line : lines(policy)) out += line + "\r\n";
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body = fuzz::Input(data, size).text();
    const auto parsed = parse(body);
    if (!parsed.ok()) {
        check_failure(parsed.failure(), body);
        return 0;
    }
    const Policy& policy = parsed.value();
    ENSURE(policy.max_age >= core::seconds(0));
    ENSURE(policy.max_age <= core::seconds(longest_max_age));
    ENSURE(policy.mode == Mode::none || !policy.mx.empty());
    check_hosts(policy);
    const auto again = parse(file_of(policy));
    ENSURE(again.ok() && again.value() == policy);
    return 0;
}
