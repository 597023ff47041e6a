// The routers one behind the other, and what they name.
#include <algorithm>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_names.hpp"
#include "sim/policy/exim_routers.hpp"

namespace policy::exim {
namespace {

// Of Evaluator::steps(): where all are asked, and for one mail.
constexpr std::size_t most_asking = 20'000'000, most_for_one = 4'000'000;

std::string passed_key(const Driver& router, const Verdict& verdict) {
    return router.name + " " + verdict.option;
}

// Routers whose mail leaves the machine.
bool is_remote(const Driver& router, const std::vector<Driver>& transports) {
    if (router.driver == "dnslookup" || router.driver == "manualroute") return true;
    const auto is_smtp = [&](const Driver& t) {
        return t.name == router.value("transport") && t.driver == "smtp";
    };
    return router.driver == "accept" && std::any_of(transports.begin(), transports.end(), is_smtp);
}

}  // namespace

Way Routers::way_by(const Driver& router, const Verdict& verdict) const {
    Way out;
    out.router = router.name;
    out.hops = verdict.hops;
    out.fallback_hosts = hops_of(router.value("fallback_hosts"));
    out.dnssec_request_domains = {known_, std::string(router.value("dnssec_request_domains"))};
    out.ignored = HostList(known_, std::string(router.value("ignore_target_hosts")));
    return out;
}

std::optional<Way> Routers::way_of(std::string_view domain,
                                   const std::vector<Transport>& transports,
                                   std::string& why_not) const {
    const std::string name = core::lower(domain);
    std::size_t work = 0;
    for (const Driver& router : sections_.routers) {
        const Verdict verdict = ask(router, name);
        work += verdict.steps;
        if (work > most_for_one) {
            why_not =
                fmt::format("there is too much to be asked, up to the router {}", router.name);
            return std::nullopt;
        }
        const bool more = truth_of(router.value("more")) != Answer::no;
        switch (verdict.kind) {
            case Verdict::Kind::skipped:
            case Verdict::Kind::copied: continue;
            case Verdict::Kind::declined:
                if (more) continue;
                why_not = fmt::format("the router {} declines, and is the last one (no_more)",
                                      router.name);
                return std::nullopt;
            case Verdict::Kind::ended: why_not = verdict.why; return std::nullopt;
            case Verdict::Kind::unknown:
                if (passed_over_.contains(passed_key(router, verdict))) continue;
                why_not = fmt::format("{} of the router {} cannot be decided here: {}",
                                      verdict.option, router.name, verdict.why);
                return std::nullopt;
            case Verdict::Kind::sent: break;
        }
        Way out = way_by(router, verdict);
        const auto is_it = [&](const Transport& t) { return t.name == verdict.transport; };
        const auto found = std::find_if(transports.begin(), transports.end(), is_it);
        if (found == transports.end()) {
            why_not = fmt::format("the transport {} is not sound", verdict.transport);
            return std::nullopt;
        }
        out.transport = &*found;
        const bool by_dns = router.driver == "dnslookup";
        if (found->hosts_override || (out.hops.empty() && !by_dns)) {
            out.hops = found->hosts;
            out.dnssec_request_domains = found->dnssec_request_domains;
        }
        if (out.fallback_hosts.empty()) out.fallback_hosts = found->fallback_hosts;
        out.asks_dnssec = out.dnssec_request_domains.matches(name);
        if (!out.hops.empty() || by_dns) return out;
        why_not = fmt::format("neither the router {} nor the transport {} names a host",
                              router.name, found->name);
        return std::nullopt;
    }
    why_not = "no router takes it";
    return std::nullopt;
}

std::vector<Remark> Routers::undecided(const std::vector<std::string>& domains) {
    std::vector<Remark> out;
    std::size_t work = 0;
    for (const std::string& domain : domains) {
        for (const Driver& router : sections_.routers) {
            if (work > most_asking) return out;
            const Verdict verdict = ask(router, domain);
            work += verdict.steps + 100;
            const bool goes_on = verdict.kind == Verdict::Kind::skipped ||
                                 verdict.kind == Verdict::Kind::copied ||
                                 verdict.kind == Verdict::Kind::unknown ||
                                 (verdict.kind == Verdict::Kind::declined &&
                                  truth_of(router.value("more")) != Answer::no);
            if (verdict.kind == Verdict::Kind::unknown &&
                passed_over_.insert(passed_key(router, verdict)).second) {
                const auto set = router.settings.find(verdict.option);
                const Place place = set == router.settings.end() ? router.place : set->second.place;
                out.push_back({Remark::Kind::unsupported, *place.file, place.line, verdict.option,
                               fmt::format("{} of the router {} cannot be decided here: {}; the "
                                           "router is passed over",
                                           verdict.option, router.name, verdict.why)});
            }
            if (!goes_on) break;
        }
    }
    return out;
}

std::vector<std::string> Routers::named_domains() const {
    Names out(*known_);
    for (const Driver& router : sections_.routers) {
        if (!is_remote(router, sections_.transports)) continue;
        out.add_list(ListOf::domains, router.value("domains"));
        for (const std::string& rule : list_items(router.value("route_list"), ';'))
            out.add_list(ListOf::domains,
                         std::string_view(rule).substr(0, rule.find_first_of(" \t")));
        out.add_lookups(router.value("route_data"));
    }
    return out.domains();
}

std::vector<Hop> Routers::relays() const {
    std::vector<Hop> out;
    std::size_t work = 0;
    for (const std::string& domain : named_domains()) {
        for (const Driver& router : sections_.routers) {
            if (work > most_asking) return out;
            const Verdict verdict = ask(router, domain);
            work += verdict.steps + 100;
            if (verdict.kind != Verdict::Kind::sent) continue;
            out.insert(out.end(), verdict.hops.begin(), verdict.hops.end());
            break;
        }
    }
    for (const Driver& router : sections_.routers) {
        const Verdict verdict = ask(router, "any.other.example");
        if (verdict.kind == Verdict::Kind::sent)
            out.insert(out.end(), verdict.hops.begin(), verdict.hops.end());
    }
    return out;
}

}  // namespace policy::exim
