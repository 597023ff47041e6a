#include "sim/world.hpp"

namespace sim {

using namespace trace;

World::World(std::uint64_t seed, tls::Curves curves, tls::KeyCache* keys, Instant begins)
    : seed_(seed),
      chance_(seed),
      loop_(begins),
      trace_(loop_),
      network_(loop_, trace_),
      library_(loop_, chance_.child("tls"), curves),
      mint_(library_, seed, keys),
      resolver_(network_, "resolver.example"),
      services_{loop_, trace_, network_, library_, resolver_, mails_, mint_, chance_.child("mta")},
      lab_{loop_, trace_, network_, library_} {
    network_.draw_from(chance_.child("network"));
}

// What attackers hold of TLS goes before the library does.
World::~World() {
    for (const std::shared_ptr<attack::Attacker>& watcher : watchers_) watcher->dismiss();
}

// A host of that name, and its address in DNS.
HostId World::join(const std::string& name, Role role, std::string_view company) {
    const HostId host = network_.join(name, role, company);
    dns::Record address;
    address.name = name;
    address.type = dns::Type::A;
    address.data = network_.host(host).address;
    zones().add(std::move(address));
    return host;
}

Gateway& World::add_gateway(const std::string& name, Role role, std::string_view company) {
    auto gateway = std::make_unique<Gateway>();
    gateway->name = name;
    gateway->host = join(name, role, company);
    const auto [place, added] = gateways_.emplace(dns::canonical(name), std::move(gateway));
    ENSURE(added);
    return *place->second;
}

Gateway* World::find_gateway(std::string_view name) {
    const auto found = gateways_.find(dns::canonical(name));
    return found == gateways_.end() ? nullptr : found->second.get();
}

// What comes in may go on, and so do reports to the people whose mail goes on.
void World::introduce(Gateway& gateway) {
    if (!gateway.inbound || !gateway.outbound) return;
    gateway.inbound->hand_on_to(gateway.outbound.get());
    gateway.outbound->set_onward([&inbound = *gateway.inbound](const std::string& domain) {
        const mta::InboundSettings& settings = inbound.settings();
        return settings.serves.contains(domain) ? settings.relays_to : mta::NextHop();
    });
}

void World::receive(Gateway& gateway, mta::InboundSettings settings) {
    if (!gateway.inbound) gateway.inbound = std::make_unique<mta::Inbound>(services_, gateway.host);
    gateway.inbound->configure(std::move(settings));
    introduce(gateway);
}

void World::send(Gateway& gateway, mta::OutboundSettings settings) {
    if (!gateway.outbound)
        gateway.outbound = std::make_unique<mta::Outbound>(services_, gateway.host, gateway.name);
    gateway.outbound->configure(std::move(settings));
    introduce(gateway);
}

void World::take_down(Gateway& gateway) {
    network_.take_down(gateway.host);
    gateway.inbound->drop_sessions();
}

void World::bring_back(Gateway& gateway) { network_.bring_back(gateway.host); }

void World::show_policy(const std::string& domain, mta::PolicyHostSettings settings) {
    std::unique_ptr<mta::PolicyHost>& host = policy_hosts_[dns::canonical(domain)];
    if (!host)
        host = std::make_unique<mta::PolicyHost>(services_,
                                                 join("mta-sts." + domain, Role::policy_host));
    host->configure(std::move(settings));
    for (const std::shared_ptr<attack::Attacker>& watcher : watchers_)
        for (const attack::Side& end : {watcher->one(), watcher->other()})
            if (end.domains.contains(dns::canonical(domain))) watch_domain(end.host, domain);
}

std::optional<HostId> World::policy_host_of(const std::string& domain) const {
    const auto found = policy_hosts_.find(dns::canonical(domain));
    if (found == policy_hosts_.end()) return std::nullopt;
    return found->second->host();
}

void World::show_collector(const std::string& name, mta::ReportCollectorSettings settings) {
    std::unique_ptr<mta::ReportCollector>& host = collectors_[dns::canonical(name)];
    if (!host)
        host = std::make_unique<mta::ReportCollector>(services_, join(name, Role::report_collector),
                                                      dns::canonical(name));
    host->configure(std::move(settings));
}

void World::collect_reports(const std::string& box, const std::string& domain) {
    services_.report_boxes[box].insert(dns::canonical(domain));
}

bool World::collects_reports(const std::string& box, const std::string& domain) const {
    const auto found = services_.report_boxes.find(box);
    return found != services_.report_boxes.end() && found->second.contains(dns::canonical(domain));
}

void World::flush() {
    for (const auto& [name, gateway] : gateways_)
        if (gateway->outbound) gateway->outbound->flush();
}

void World::close_queues(Instant at) {
    services_.queues_close = at;
    trace_.add(HostId::nobody, trace::WorldChanged{trace_.keep(
                                   "what waits in a queue is given up at " + calendar_date(at))});
}

attack::Attacker& World::add_watcher(const std::string& name, Role role, attack::Side one,
                                     attack::Side other) {
    const HostId lane = network_.join(name, role);
    auto watcher = std::make_shared<attack::Attacker>(lab_, lane, std::move(one), std::move(other));
    network_.add_rule(watcher->one().host, watcher->other().host, watcher);
    resolver_.add_forger(*watcher);
    watchers_.push_back(watcher);
    for (const attack::Side* end : {&watcher->one(), &watcher->other()}) {
        const std::set<std::string> domains = end->domains;
        for (const std::string& domain : domains) watch_domain(end->host, domain);
    }
    return *watcher;
}

// The policy host of a domain lies where the domain's mail hosts lie.
void World::watch_domain(HostId end, const std::string& domain) {
    const auto policy_host = policy_hosts_.find(dns::canonical(domain));
    for (const std::shared_ptr<attack::Attacker>& watcher : watchers_) {
        watcher->add_domain(end, dns::canonical(domain));
        const bool here = end == watcher->one().host || end == watcher->other().host;
        if (!here || policy_host == policy_hosts_.end()) continue;
        const HostId far = end == watcher->one().host ? watcher->other().host : watcher->one().host;
        const HostId web = policy_host->second->host();
        if (watched_.insert({watcher->host, far, web}).second) network_.add_rule(far, web, watcher);
    }
}

}  // namespace sim
