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

// What a reading finds: the first thing that is wrong, and what will do.
struct Findings {
    std::string trouble;
    std::vector<std::string> notes;

    void note(std::string what) {
        constexpr std::size_t most = 8;  // a hostile report has no more to say
        if (notes.size() < most) notes.push_back(std::move(what));
    }
};

// Reads one object.
class Members {
  public:
    Members(const Json& object, std::string where, Findings& findings)
        : object_(object), where_(std::move(where)), findings_(findings) {
        if (!object.is_object()) wrong(where_, "an object");
    }
    std::string text(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr || !value->is_string()) return wrong(path(name), "a text");
        return value->get<std::string>();
    }
    /// Is it null, or not there at all? That is noted: senders leave out what they do not know.
    bool is_left_out(const char* name) {
        const Json* const value = find(name);
        if (value != nullptr && !value->is_null()) return false;
        if (object_.is_object())
            findings_.note(fmt::format("{} is {}", path(name), value ? "null" : "missing"));
        return true;
    }
    std::string text_if_any(const char* name) {
        return is_left_out(name) ? std::string() : text(name);
    }
    std::uint64_t count_if_any(const char* name) { return is_left_out(name) ? 0 : count(name); }
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
    void note(const char* name, std::string_view what) {
        findings_.note(fmt::format("{} {}", path(name), what));
    }
    std::string path(const char* name) const {
        return where_.empty() ? std::string(name) : where_ + "." + name;
    }
    std::string wrong(const std::string& where, std::string_view expected) {
        if (findings_.trouble.empty())
            findings_.trouble =
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
    Findings& findings_;
};

std::optional<PolicyType> type_of(std::string_view name) {
    for (const PolicyType type : {PolicyType::tlsa, PolicyType::sts, PolicyType::no_policy_found})
        if (word(type) == name) return type;
    return std::nullopt;
}

void read_details(Members& entry, Report::Policy& out, Findings& findings) {
    if (!entry.has("failure-details")) return;  // a report may have none (section 4.4)
    if (entry.is_left_out("failure-details")) return;
    std::size_t index = 0;
    for (const Json& detail : entry.array("failure-details")) {
        const std::string where = fmt::format("{}[{}]", entry.path("failure-details"), index++);
        Members members(detail, where, findings);
        const std::string result = members.text("result-type");
        if (!all(result, [](char c) { return is_letter_or_digit(c) || c == '-'; }))
            members.wrong(members.path("result-type"), "a result type");  // section 6.6
        out.details[result] += members.count_if_any("failed-session-count");
    }
}

// Without a policy there is nothing that a domain could have defined, and some leave it out.
std::string read_domain(Members& policy, PolicyType type) {
    if (type == PolicyType::no_policy_found && policy.is_left_out("policy-domain")) return {};
    std::string domain = core::lower(policy.text("policy-domain"));
    if (domain.ends_with('.')) {
        policy.note("policy-domain", "ends with a dot");
        domain.pop_back();
    }
    if (!is_domain(domain)) policy.wrong(policy.path("policy-domain"), "a domain");
    return domain;
}

Report::Policy read_policy(const Json& json, const std::string& where, Findings& findings) {
    Report::Policy out;
    Members entry(json, where, findings);
    Members policy(entry.object("policy"), entry.path("policy"), findings);
    const std::optional<PolicyType> type = type_of(policy.text("policy-type"));
    if (type)
        out.type = *type;
    else
        policy.wrong(policy.path("policy-type"), "tlsa, sts or no-policy-found");
    out.domain = read_domain(policy, out.type);
    Members summary(entry.object("summary"), entry.path("summary"), findings);
    out.successes = summary.count_if_any("total-successful-session-count");
    out.failures = summary.count_if_any("total-failure-session-count");
    read_details(entry, out, findings);
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
    Findings findings;
    constexpr std::string_view mark = "\xEF\xBB\xBF";  // RFC 8259 section 8.1: it may be ignored
    if (text.starts_with(mark)) {
        findings.note("a byte order mark stands before it");
        text.remove_prefix(mark.size());
    }
    const Json json = Json::parse(text, shallow, false);
    if (json.is_discarded()) return invalid("the report is no JSON");
    Report out;
    Members report(json, "", findings);
    out.reporter.organization = report.text_if_any("organization-name");
    out.reporter.contact = report.text_if_any("contact-info");
    out.id = report.text_if_any("report-id");
    Members range(report.object("date-range"), "date-range", findings);
    out.begins = range.text("start-datetime");
    out.ends = range.text("end-datetime");
    std::size_t index = 0;
    for (const Json& entry : report.array("policies")) {
        out.policies.push_back(read_policy(entry, fmt::format("policies[{}]", index++), findings));
        if (!findings.trouble.empty()) break;
    }
    if (!findings.trouble.empty()) return invalid(std::move(findings.trouble));
    out.notes = std::move(findings.notes);
    return out;
}

}  // namespace policy::tls_report
