#pragma once
// Where mail for a domain goes: RFC 5321 section 5.1, and what DNSSEC says on the way (RFC 7672
// section 2.2).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/dns/resolver.hpp"
#include "sim/mta/personality.hpp"
#include "sim/policy/judge.hpp"

namespace mta {

using namespace core;

/// Which addresses a gateway asks for.
enum class Addresses : std::uint8_t { ipv4, both };

/// One address of one host, in the order of trying.
struct Route {
    std::string host;     ///< As the MX record names it.
    std::string address;  ///< As text.
    std::string base;     ///< The TLSA base domain: the host, aliases followed where all is secure.
    bool aliased = false;  ///< The name of the host is an alias, wherever that leads.
    /// The domain at the end of its aliases, where it has any and all of them are secure; or empty.
    std::string expanded_domain;
    std::uint16_t preference = 0;
    policy::NamedBy named = policy::NamedBy::insecure_mx;
    dns::Security addresses = dns::Security::insecure;
};

/// The gateway that looks for a way.
struct Asker {
    dns::Client& dns;
    Chance& chance;
    const net::Ground& ground;
    net::HostId self;
    const SenderHabits& habits;
    Addresses which = Addresses::ipv4;
};

/// The address in an address literal, as text: "192.0.2.1" of "[192.0.2.1]", "2001:db8::1" of
/// "[IPv6:2001:DB8::1]" (RFC 5321 section 4.1.3). Nothing: it is none.
std::optional<std::string> address_in(std::string_view literal);

/// The way to an address: no MX records, and no DNS at all (RFC 5321 section 4.1.3). A Failure:
/// mail-loop, where it is the asker's own; no-such-host, where it has no such addresses itself.
Result<std::vector<Route>> route_to(const Asker& asker, const std::string& address);

/// A domain's hosts by preference, equal ones shuffled (SMTP-23), with at most so many addresses
/// in all as the asker takes. Where the asker finds itself, it and what is worse are left out
/// (SMTP-26). A Failure: dns-failure, no-such-domain, no-such-host, null-mx, mail-loop.
Task<std::vector<Route>> find_routes(Asker asker, std::string domain);

/// The addresses of one host that the administrator named, and no MX records: a smart host.
Task<std::vector<Route>> find_next_hop(Asker asker, std::string host);

/// Asks for TLSA records of a host that listens on `port` (RFC 7672 section 2.2.2, DANE-05 to
/// DANE-07): at its base domain, then at the name itself. Where an alias leads to an insecure name,
/// at the alias alone, and only if the alias itself is secure.
Task<policy::DnsFacts> find_tlsa(dns::Client& dns, Route route, std::uint16_t port);

}  // namespace mta
