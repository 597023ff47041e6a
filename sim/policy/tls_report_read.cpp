#include "sim/policy/tls_report_read.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::tls_report {
namespace {

using Json = nlohmann::json;

// No day has more sessions; sums of such counts stay far below 2^64.
constexpr std::uint64_t largest_count = 1'000'000'000'000;

// Reads one object, and keeps the first thing that is wrong.
class Members {
  public:
    Members(const Json& object, std::string where, std::string& trouble)
        : object_(object), where_(std::move(where)), trouble_(trouble) {
        if (!object.is_object()) wrong(where_, "an object");
    }
    std::string text(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr || !value->is_string()) return wrong(path(name), "a text");
        return value->get<std::string>();
    }
    std::uint64_t count(const char* name) {
        const Json* const value = find(name);
        const bool good = value != nullptr && value->is_number_unsigned() &&
                          value->get<std::uint64_t>() <= largest_count;
        if (good) return value->get<std::uint64_t>();
        wrong(path(name), "a count");
        return 0;
    }
    const Json& object(const char* name) {
        return member(name, Json::value_t::object, "an object");
    }
    const Json& array(const char* name) { return member(name, Json::value_t::array, "an array"); }
    bool has(const char* name) const { return object_.is_object() && object_.contains(name); }
    std::string path(const char* name) const {
        return where_.empty() ? std::string(name) : where_ + "." + name;
    }
    std::string wrong(const std::string& where, std::string_view expected) {
        if (trouble_.empty())
            trouble_ =
                fmt::format("the report's {} is not {}", where.empty() ? "JSON" : where, expected);
        return {};
    }

  private:
    const Json* find(const char* name) const {
        if (!object_.is_object()) return nullptr;
        const auto found = object_.find(name);
        return found == object_.end() ? nullptr : &*found;
    }
    const Json& member(const char* name, Json::value_t type, std::string_view expected) {
        static const Json nothing;
        const Json* const value = find(name);
        if (value != nullptr && value->type() == type) return *value;
        wrong(path(name), expected);
        return nothing;
    }
    const Json& object_;
    std::string where_;
    std::string& trouble_;
};

std::optional<PolicyType> type_of(std::string_view name) {
    for (const PolicyType type : {PolicyType::tlsa, PolicyType::sts, PolicyType::no_policy_found})
        if (word(type) == name) return type;
    return std::nullopt;
}

void read_details(Members& entry, Report::Policy& out, std::string& trouble) {
    if (!entry.has("failure-details")) return;
    std::size_t index = 0;
    for (const Json& detail : entry.array("failure-details")) {
        const std::string where = fmt::format("{}[{}]", entry.path("failure-details"), index++);
        Members members(detail, where, trouble);
        const std::string result = members.text("result-type");
        if (!all(result, [](char c) { return is_letter_or_digit(c) || c == '-'; }))
            members.wrong(members.path("result-type"), "a result type");  // section 6.6
        out.details[result] += members.count("failed-session-count");
    }
}

Report::Policy read_policy(const Json& json, const std::string& where, std::string& trouble) {
    Report::Policy out;
    Members entry(json, where, trouble);
    Members policy(entry.object("policy"), entry.path("policy"), trouble);
    const std::optional<PolicyType> type = type_of(policy.text("policy-type"));
    if (type)
        out.type = *type;
    else
        policy.wrong(policy.path("policy-type"), "tlsa, sts or no-policy-found");
    out.domain = core::lower(policy.text("policy-domain"));
    if (!is_domain(out.domain)) policy.wrong(policy.path("policy-domain"), "a domain");
    Members summary(entry.object("summary"), entry.path("summary"), trouble);
    out.successes = summary.count("total-successful-session-count");
    out.failures = summary.count("total-failure-session-count");
    read_details(entry, out, trouble);
    return out;
}

}  // namespace

core::Result<Report> read_json(std::string_view text) {
    const auto invalid = [](std::string why) {
        return core::Failure(core::Reason::report_invalid, std::move(why), "5.6.0");
    };
    if (text.size() > largest_report)
        return invalid(fmt::format("the report is longer than {} bytes", largest_report));
    // What lies deeper than a report can be is passed over: it would only cost memory.
    const auto shallow = [](int depth, Json::parse_event_t, const Json&) { return depth <= 8; };
    const Json json = Json::parse(text, shallow, false);
    if (json.is_discarded()) return invalid("the report is no JSON");
    std::string trouble;
    Report out;
    Members report(json, "", trouble);
    out.reporter.organization = report.text("organization-name");
    out.reporter.contact = report.text("contact-info");
    out.id = report.text("report-id");
    Members range(report.object("date-range"), "date-range", trouble);
    out.begins = range.text("start-datetime");
    out.ends = range.text("end-datetime");
    std::size_t index = 0;
    for (const Json& entry : report.array("policies")) {
        out.policies.push_back(read_policy(entry, fmt::format("policies[{}]", index++), trouble));
        if (!trouble.empty()) break;
    }
    if (!trouble.empty()) return invalid(std::move(trouble));
    return out;
}

}  // namespace policy::tls_report
