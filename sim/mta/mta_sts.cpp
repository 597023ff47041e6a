#include "sim/mta/mta_sts.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/dns/answers.hpp"
#include "sim/policy/identity.hpp"

namespace mta {

using namespace trace;
using policy::mta_sts::Policy;

namespace {

constexpr Duration fetch_limit = minutes(1);          // section 3.3, STS-10
constexpr Duration pause_after_failure = minutes(5);  // section 3.3, STS-11
constexpr Duration refresh_every = days(1);           // section 3.3, STS-16

Failure webpki(std::string why) { return {Reason::sts_webpki_invalid, std::move(why), "4.7.5"}; }

// A trusted chain, dates that hold, and the policy host's name as a DNS-ID (section 3.3, STS-07).
class PolicyHostCheck final : public https::PeerCheck {
  public:
    explicit PolicyHostCheck(std::string name) : name_(std::move(name)) {}
    Result<Unit> judge(const tls::PeerCertificate& peer) const override {
        if (!peer.trusted || peer.expired || peer.not_yet_valid)
            return webpki(fmt::format("the policy host's certificate: {}", peer.trouble));
        const policy::PresentedNames shown{peer.dns_names, peer.common_name};
        if (!matching_name(shown, {{name_}}, policy::NameRules::rfc9525))
            return webpki(fmt::format("the policy host's certificate does not name {}", name_));
        return Unit{};
    }

  private:
    std::string name_;
};

Result<Policy> read_policy(const https::Response& response) {
    if (response.status != 200)  // STS-08
        return Failure(
            Reason::sts_policy_fetch_error,
            fmt::format("the policy host answers {} {}", response.status, response.phrase),
            "4.7.5");
    if (response.media_type() != "text/plain")  // STS-09
        return Failure(
            Reason::sts_policy_invalid,
            fmt::format("the policy's media type is '{}', not text/plain", response.media_type()),
            "4.7.5");
    return policy::mta_sts::parse(response.body);
}

}  // namespace

StsPolicies::StsPolicies(Services& services, HostId host, dns::Client& dns)
    : services_(services), host_(host), dns_(dns), tending_(services.loop) {}

void StsPolicies::configure(std::shared_ptr<const tls::TrustStore> trust) {
    tls::Settings settings;
    settings.trust = std::move(trust);
    tls_ = tls::prepare_client(services_.library, std::move(settings));
}

const StsPolicies::Entry* StsPolicies::live(const std::string& domain) const {
    const auto found = cache_.find(domain);
    const bool counts = found != cache_.end() && services_.loop.now() < found->second.expires;
    return counts ? &found->second : nullptr;
}

StsPolicies::Lookup StsPolicies::applied(const std::string& domain, std::optional<Policy> policy,
                                         std::string_view source, std::string why) {
    Trace& trace = services_.trace;
    trace.add(host_, StsApplied{trace.keep(domain), policy ? word(policy->mode) : "none",
                                policy ? source : "none", trace.keep(why)});
    Lookup out;
    out.policy = std::move(policy);
    out.why = std::move(why);
    return out;
}

// The id, or empty where there is no policy to be had; the trace says why.
Task<std::string> StsPolicies::discover(std::string domain) {
    const std::string name = "_mta-sts." + domain;
    const Result<dns::Message> answer = co_await attempt(dns_.ask(name, dns::Type::TXT));
    policy::mta_sts::Discovery found;
    if (!answer.ok() || answer.value().status == dns::Status::server_failure) {
        found.why = "DNS could not answer TXT of " + name;  // F3, F4
    } else {
        found = policy::mta_sts::discover(dns::data_of(answer.value(), dns::Type::TXT));
    }
    Trace& trace = services_.trace;
    trace.add(host_,
              StsDiscovered{trace.keep(domain), trace.keep(found.id), trace.keep(found.why)});
    co_return std::move(found.id);
}

Task<Policy> StsPolicies::request(std::string domain) {
    const std::string name = "mta-sts." + domain;  // STS-05
    const dns::Message addresses = co_await dns_.ask(name, dns::Type::A);
    const std::vector<std::string> found = dns::data_of(addresses, dns::Type::A);
    if (found.empty())
        co_return Failure(Reason::sts_policy_fetch_error, name + " has no address", "4.7.5");
    const PolicyHostCheck check(name);
    const https::Asker asker{services_.ground, services_.library, host_, tls_};
    const https::Url url{name, https::port, "/.well-known/mta-sts.txt"};
    Task<https::Response> exchange = https::exchange(asker, url, found.front(), https::Request(),
                                                     check, policy::mta_sts::largest_policy);
    const https::Response response = co_await std::move(exchange);
    co_return read_policy(response);
}

Task<Policy> StsPolicies::request_in_time(std::string domain) {
    Policy policy = co_await within(fetch_limit, "fetching the policy", request(domain));
    co_return std::move(policy);
}

// One fetch, and what it says in the trace. Whatever fails short of the policy itself is a failed
// fetch (RFC 8460 section 4.3.2.2).
Task<Policy> StsPolicies::fetch(std::string domain, std::string id) {
    Result<Policy> policy = co_await attempt(request_in_time(domain));
    Trace& trace = services_.trace;
    const auto record = [&](Reason reason, std::string_view why, std::string_view lines) {
        trace.add(host_, StsFetched{trace.keep(domain), trace.keep(id), trace.keep(lines), reason,
                                    trace.keep(why)});
    };
    if (policy.ok()) {
        std::string lines;
        for (const std::string& line : policy::mta_sts::lines(policy.value()))
            lines += (lines.empty() ? "" : "\n") + line;
        record(Reason::none, "the policy is fetched", lines);
        keep(domain, id, policy.value());
        co_return std::move(policy.value());
    }
    Failure failure = policy.take_failure();
    const bool about_policy = failure.reason == Reason::sts_policy_invalid ||
                              failure.reason == Reason::sts_webpki_invalid;
    if (!about_policy) failure.reason = Reason::sts_policy_fetch_error;
    record(failure.reason, failure.detail, {});
    failed_.insert_or_assign(domain, Failed{id, services_.loop.now(), failure});
    co_return std::move(failure);
}

void StsPolicies::keep(const std::string& domain, const std::string& id, const Policy& policy) {
    const Instant now = services_.loop.now();
    Entry& entry = cache_[domain];
    entry.policy = policy;
    entry.id = id;
    entry.fetched = now;
    entry.expires = now + policy.max_age;
    failed_.erase(domain);
    if (entry.tended || now >= entry.expires) return;
    entry.tended = true;
    tending_.start(tend(domain));
}

// Before it expires and about once a day the policy is fetched again, though its id may be the same
// (section 10.2): so an attacker must hold back DNS or HTTPS for all of max_age.
Task<Unit> StsPolicies::tend(std::string domain) {
    for (;;) {
        const Entry& entry = cache_.at(domain);
        const Duration wait = std::min(refresh_every, entry.policy.max_age / 2);
        const Instant next = std::max(entry.fetched, services_.loop.now()) + wait;
        co_await Sleep(next - services_.loop.now());
        if (live(domain) == nullptr) break;
        std::string id = co_await discover(domain);
        if (id.empty()) id = cache_.at(domain).id;
        Result<Policy> fetched = co_await attempt(fetch(domain, id));
        const Entry* const kept = live(domain);
        if (!fetched.ok() && kept != nullptr && kept->policy.mode != policy::mta_sts::Mode::none) {
            Trace& trace = services_.trace;  // STS-17
            trace.add(host_, AdminAlerted{trace.keep(fmt::format(
                                 "the MTA-STS policy of {} could not be refreshed, and ends at {}: "
                                 "{}",
                                 domain, calendar_date(kept->expires), fetched.failure().detail))});
        }
        if (kept == nullptr) break;
    }
    cache_.at(domain).tended = false;
    co_return Unit{};
}

Task<StsPolicies::Lookup> StsPolicies::find(std::string domain) {
    const std::string id = co_await discover(domain);
    if (id.empty()) {  // F1 to F6: a cached policy survives (STS-02, STS-15)
        const Entry* const kept = live(domain);
        if (kept == nullptr) co_return applied(domain, {}, "none", "no policy is to be had");
        co_return applied(domain, kept->policy, "cache",
                          "no policy is found, the cached one lives");
    }
    if (const Entry* const kept = live(domain); kept != nullptr && kept->id == id)  // F8, STS-18
        co_return applied(domain, kept->policy, "cache", "the cached policy has this id");
    const auto failed = failed_.find(domain);
    const bool too_soon = failed != failed_.end() && failed->second.id == id &&
                          services_.loop.now() - failed->second.at < pause_after_failure;  // F21
    std::optional<Failure> failure;
    if (too_soon) {
        failure = failed->second.failure;
    } else {
        Result<Policy> fetched = co_await attempt(fetch(domain, id));
        if (fetched.ok()) co_return applied(domain, fetched.value(), "fresh", "fetched now");
        failure = fetched.take_failure();
    }
    const Entry* const kept = live(domain);  // F9 to F16 (STS-14)
    Lookup out =
        kept != nullptr
            ? applied(domain, kept->policy, "cache", "the fetch failed, the cached one lives")
            : applied(domain, {}, "none", "the fetch failed, and nothing is cached");
    out.trouble = failure->reason;
    out.why = failure->detail;
    co_return std::move(out);
}

void StsPolicies::find_later(std::string domain) {
    tending_.start(find_for_nobody(std::move(domain)));
}

Task<Unit> StsPolicies::find_for_nobody(std::string domain) {
    const Lookup found = co_await find(std::move(domain));
    co_return Unit{};
}

}  // namespace mta
