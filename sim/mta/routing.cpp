#include "sim/mta/routing.hpp"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/dns/answers.hpp"
#include "sim/dns/zone_file.hpp"
#include "sim/tls/anchor.hpp"

namespace mta {
namespace {

struct MxHost {
    std::uint16_t preference;
    std::string name;
    MxHost(std::uint16_t p, std::string n) : preference(p), name(std::move(n)) {}
};

// Lower first; equal ones shuffled (SMTP-23).
void order(std::vector<MxHost>& hosts, Chance& chance) {
    for (std::size_t i = hosts.size(); i > 1; --i)
        std::swap(hosts[i - 1], hosts[static_cast<std::size_t>(chance.below(i))]);
    std::stable_sort(hosts.begin(), hosts.end(),
                     [](const MxHost& a, const MxHost& b) { return a.preference < b.preference; });
}

// The name at the end of the chain of aliases; the name itself where anything on the way is
// insecure (RFC 7672 section 2.2.2).
std::string base_domain(const std::string& host, const dns::Message& answer) {
    if (answer.security != dns::Security::secure) return host;
    std::string name = host;
    for (const dns::Record& r : answer.answers)
        if (r.type == dns::Type::CNAME && r.name == name) name = r.data;
    return name;
}

// Its own address, or one that every host has for itself (RFC 1122 section 3.2.1.3, RFC 4291
// section 2.5.3).
bool is_own(const Asker& asker, const std::string& address) {
    return address.starts_with("127.") || address == "::1" ||
           asker.ground.find(address) == asker.self;
}

// Whoever finds itself there must not go on to worse hosts: they would send the mail back
// (SMTP-26).
void drop_self_and_worse(const Asker& asker, std::vector<Route>& routes) {
    int best = std::numeric_limits<int>::max();
    for (const Route& r : routes)
        if (is_own(asker, r.address)) best = std::min<int>(best, r.preference);
    std::erase_if(routes, [&](const Route& r) { return r.preference >= best; });
}

Task<Unit> add_addresses(Asker asker, std::string host, dns::Type type, Route pattern,
                         std::vector<Route>& routes) {
    const dns::Message answer = co_await asker.dns.ask(host, type);
    if (answer.status == dns::Status::server_failure)
        co_return Failure(Reason::dns_failure,
                          fmt::format("DNS could not answer {} of {}", dns::word(type), host),
                          "4.4.3");
    pattern.base = base_domain(host, answer);
    pattern.aliased = !answer.answers.empty() && answer.answers[0].type == dns::Type::CNAME;
    pattern.addresses = answer.security;
    bool any = false;
    for (const dns::Record& r : answer.answers) {
        if (r.type != type) continue;
        any = true;
        pattern.address = r.data;
        if (routes.size() < asker.habits.most_addresses) routes.push_back(pattern);
    }
    if (!any) co_return asker.habits.no_ways.no_host.failure(host);
    co_return Unit{};
}

// All addresses of the hosts, in their order. `way`: what all of them have in common.
Task<std::vector<Route>> find_hosts(Asker asker, std::string domain, std::vector<MxHost> hosts,
                                    Route way) {
    std::vector<Route> routes;
    Failure trouble = asker.habits.no_ways.no_host.failure(domain);
    for (const MxHost& host : hosts) {
        Route pattern = way;
        pattern.host = host.name;
        pattern.preference = host.preference;
        for (const dns::Type type : {dns::Type::AAAA, dns::Type::A}) {
            if (type == dns::Type::AAAA && asker.which == Addresses::ipv4) continue;
            Task<Unit> task = add_addresses(asker, host.name, type, pattern, routes);
            const Result<Unit> added = co_await attempt(std::move(task));
            // What may pass counts more than what is final: the mail waits (DANE-02).
            if (!added.ok() && trouble.permanent()) trouble = added.failure();
        }
    }
    if (routes.empty()) co_return std::move(trouble);
    co_return std::move(routes);
}

}  // namespace

std::optional<std::string> address_in(std::string_view literal) {
    if (literal.size() < 2 || !literal.starts_with('[') || !literal.ends_with(']'))
        return std::nullopt;
    const std::string inside = lower(literal.substr(1, literal.size() - 2));
    constexpr std::string_view tag = "ipv6:";
    const bool tagged = inside.starts_with(tag);
    const std::optional<std::string> bytes =
        dns::address_bytes(std::string_view(inside).substr(tagged ? tag.size() : 0));
    if (!bytes || tagged != (bytes->size() == 16)) return std::nullopt;
    return dns::address_text(*bytes);
}

Result<std::vector<Route>> route_to(const Asker& asker, const std::string& address) {
    const bool ipv6 = address.find(':') != std::string::npos;
    Route way;
    way.host = "[" + std::string(ipv6 ? "IPv6:" : "") + address + "]";
    way.address = address;
    way.named = policy::NamedBy::no_mx;
    if (is_own(asker, address)) return asker.habits.no_ways.loop.failure(way.host);
    if (ipv6 && asker.which == Addresses::ipv4)
        return asker.habits.no_ways.no_host.failure(way.host);
    return std::vector<Route>{way};
}

Task<std::vector<Route>> find_next_hop(Asker asker, std::string host) {
    std::vector<MxHost> hosts;
    hosts.emplace_back(std::uint16_t{0}, host);
    Route way;
    way.named = policy::NamedBy::no_mx;
    Task<std::vector<Route>> task = find_hosts(asker, host, std::move(hosts), std::move(way));
    std::vector<Route> routes = co_await std::move(task);
    if (std::any_of(routes.begin(), routes.end(),
                    [&](const Route& r) { return is_own(asker, r.address); }))
        co_return asker.habits.no_ways.loop.failure(host);
    co_return std::move(routes);
}

Task<std::vector<Route>> find_routes(Asker asker, std::string domain) {
    const dns::Message mx = co_await asker.dns.ask(domain, dns::Type::MX);
    if (mx.status == dns::Status::server_failure)  // SMTP-25, DANE-02
        co_return Failure(Reason::dns_failure, "DNS could not answer MX of " + domain, "4.4.3");
    if (mx.status == dns::Status::name_error)
        co_return asker.habits.no_ways.no_domain.failure(domain);
    std::vector<MxHost> hosts;
    for (const dns::Record& r : mx.answers)
        if (r.type == dns::Type::MX) hosts.emplace_back(r.preference, r.data);
    // RFC 7505, SMTP-31. It stands alone there; beside others it counts for Postfix all the same.
    if (std::any_of(hosts.begin(), hosts.end(), [](const MxHost& h) { return h.name.empty(); }))
        co_return asker.habits.no_ways.null_mx.failure(domain);
    Route way;
    if (mx.security == dns::Security::secure) way.named = policy::NamedBy::secure_mx;
    if (const std::string end = base_domain(domain, mx); end != domain) way.expanded_domain = end;
    if (hosts.empty()) {  // implicit MX, SMTP-24
        way.named = policy::NamedBy::no_mx;
        hosts.emplace_back(std::uint16_t{0}, domain);
    }
    order(hosts, asker.chance);
    Task<std::vector<Route>> task = find_hosts(asker, domain, std::move(hosts), std::move(way));
    std::vector<Route> routes = co_await std::move(task);
    drop_self_and_worse(asker, routes);
    if (routes.empty()) co_return asker.habits.no_ways.loop.failure(domain);
    co_return std::move(routes);
}

namespace {

// The names at which TLSA records may stand, in the order of asking; none: nothing is proven. A
// Failure: that look-up failed (RFC 7672 section 2.2.2, DANE-05).
Task<std::vector<std::string>> base_domains(dns::Client& dns, Route route) {
    std::vector<std::string> out;
    if (route.addresses == dns::Security::secure) {
        out.push_back(route.base);
        if (route.base != route.host) out.push_back(route.host);
        co_return std::move(out);
    }
    if (!route.aliased) co_return std::move(out);
    // "Insecure CNAME": an answer tells of its whole chain, so the first link is asked for alone.
    Task<dns::Message> task = dns.ask(route.host, dns::Type::CNAME);
    const dns::Message link = co_await std::move(task);
    if (link.status == dns::Status::server_failure)
        co_return Failure(Reason::dns_failure, "DNS could not answer CNAME of " + route.host);
    const std::vector<std::string> targets = dns::data_of(link, dns::Type::CNAME);
    if (link.security == dns::Security::secure && !targets.empty()) out.push_back(route.host);
    co_return std::move(out);
}

void keep_records(const dns::Message& answer, std::vector<policy::TlsaRecord>& out) {
    for (const std::string& data : dns::data_of(answer, dns::Type::TLSA)) {
        std::optional<dns::Tlsa> tlsa = dns::parse_tlsa(data);
        if (!tlsa) continue;
        const tls::FullData kind =
            tlsa->selector == 0 ? tls::FullData::certificate : tls::FullData::key;
        const bool readable = tlsa->matching != 0 || tls::is_readable(kind, tlsa->data);
        out.push_back(
            {tlsa->usage, tlsa->selector, tlsa->matching, std::move(tlsa->data), readable});
    }
}

}  // namespace

Task<policy::DnsFacts> find_tlsa(dns::Client& dns, Route route, std::uint16_t port) {
    policy::DnsFacts facts;
    facts.named = route.named;
    Task<std::vector<std::string>> task = base_domains(dns, route);
    const Result<std::vector<std::string>> candidates = co_await attempt(std::move(task));
    if (!candidates.ok()) facts.lookup = policy::TlsaLookup::failed;
    if (!candidates.ok() || candidates.value().empty()) co_return std::move(facts);
    facts.lookup = policy::TlsaLookup::absent;
    for (const std::string& base : candidates.value()) {
        const std::string name = fmt::format("_{}._tcp.{}", port, base);
        const Result<dns::Message> answer = co_await attempt(dns.ask(name, dns::Type::TLSA));
        if (!answer.ok() || answer.value().status == dns::Status::server_failure) {
            facts.lookup = policy::TlsaLookup::failed;
            break;
        }
        if (answer.value().security != dns::Security::secure) continue;
        keep_records(answer.value(), facts.records);
        if (facts.records.empty()) continue;
        facts.lookup = policy::TlsaLookup::found;
        facts.base = base;
        break;
    }
    co_return std::move(facts);
}

}  // namespace mta
