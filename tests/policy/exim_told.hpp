#pragma once
// What the tests of Exim's configurations share: files that stand beside them, and what was read in
// one line.
#include <string>
#include <vector>

#include "sim/policy/exim_config.hpp"

namespace eximtest {

using namespace policy;
using namespace policy::exim;
using Kind = Remark::Kind;

inline core::Result<std::string> files(const std::string& name) {
    if (name == "hubs")
        return std::string(
            "bob.example: mx1.hub.example:mx2.hub.example byname\n"
            "*.carol.example: hub.carol.example::2525\nempty.example:\n");
    if (name == "localdomains") return std::string("alice.example\nmx.alice.example\n");
    if (name == "secondarymx") return std::string("erin.example\n");
    if (name == "domains") return std::string("bob.example # one\n\n*.carol.example\n");
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

inline std::string told(const std::vector<Remark>& remarks, bool notes = false) {
    std::string out;
    for (const Remark& r : remarks) {
        if (r.kind == Kind::note && !notes) continue;
        out += (r.kind == Kind::mistake       ? "mistake "
                : r.kind == Kind::unsupported ? "unsupported " + r.subject + " "
                : r.kind == Kind::harm        ? "harm "
                                              : "note ") +
               r.text() + "\n";
    }
    return out;
}

inline std::string told(const std::vector<Hop>& hops) {
    std::string out;
    for (const Hop& hop : hops)
        out += " " + hop.host + (hop.port == 0 ? "" : ":" + std::to_string(hop.port)) +
               (hop.by_mx     ? "/MX"
                : hop.by_name ? "="
                              : "");
    return out;
}

inline std::string way(const Config& config, const std::string& domain) {
    std::string why_not;
    const std::optional<Way> found = config.way_of(domain, why_not);
    if (!found) return "- " + why_not;
    return found->router + " " + found->transport->name + told(found->hops) +
           (found->asks_dnssec ? "" : " without DNSSEC") +
           (found->fallback_hosts.empty() ? "" : " or" + told(found->fallback_hosts));
}

// The options of a transport that are not the default.
inline std::string told(const Transport& t) {
    std::string out = t.name;
    const auto add = [&](const std::string& name, const std::string& value,
                         const std::string& usual) {
        if (value != usual) out += " " + name + "=" + value;
    };
    add("avoid", t.hosts_avoid_tls.text(), "");
    add("require", t.hosts_require_tls.text(), "");
    add("verify", t.tls_verify_hosts.text(), "");
    add("try_verify", t.tls_try_verify_hosts.text(), "*");
    add("names", t.tls_verify_cert_hostnames.text(), "*");
    add("try_dane", t.hosts_try_dane.text(), "*");
    add("require_dane", t.hosts_require_dane.text(), "");
    add("clear", t.tls_tempfail_tryclear ? "yes" : "no", "yes");
    add("dnssec", t.dnssec_request_domains.text(), "*");
    add("ca", t.ca, "system");
    add("ciphers", t.ciphers, "");
    add("sni", t.server_name, "");
    add("port", std::to_string(t.port), "25");
    add("hosts", told(t.hosts), "");
    add("override", t.hosts_override ? "yes" : "no", "no");
    add("tries", std::to_string(t.hosts_max_try), "5");
    add("multi", t.multi_domain ? "yes" : "no", "yes");
    std::string versions;
    for (const std::string& version : t.versions) versions += version;
    add("versions", versions, "TLSv1.2TLSv1.3");
    return out;
}

}  // namespace eximtest
