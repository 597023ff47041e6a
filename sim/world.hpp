#pragma once
// What a scenario builds and a run owns: hosts, zones, links, a seed, and the trace of all that
// happens.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/attack/attacker.hpp"
#include "sim/dns/resolver.hpp"
#include "sim/mta/inbound.hpp"
#include "sim/mta/outbound.hpp"
#include "sim/mta/policy_host.hpp"
#include "sim/mta/report_collector.hpp"
#include "sim/net/network.hpp"
#include "sim/tls/certificate.hpp"

namespace sim {

using namespace core;

/// A host that handles mail: it receives, sends, or both.
struct Gateway {
    std::string name;
    trace::HostId host = trace::HostId::nobody;
    std::unique_ptr<mta::Inbound> inbound;
    std::unique_ptr<mta::Outbound> outbound;
};

class World {
  public:
    /// The clock begins at `begins`, and so does whatever is dated.
    explicit World(std::uint64_t seed, tls::Curves curves = tls::Curves::fast,
                   tls::KeyCache* keys = nullptr, Instant begins = world_begins);
    World(const World&) = delete;
    ~World();

    std::uint64_t seed() const { return seed_; }
    Loop& loop() { return loop_; }
    trace::Trace& trace() { return trace_; }
    const trace::Trace& trace() const { return trace_; }
    net::Network& network() { return network_; }
    tls::Mint& mint() { return mint_; }
    dns::Zones& zones() { return resolver_.zones(); }
    dns::Resolver& resolver() { return resolver_; }
    tls::Library& library() { return library_; }
    Chance chance(std::string_view name) const { return chance_.child(name); }

    /// A new host with its address in DNS. Host names are unique. `company`: the domain of whose
    /// house it is, or nothing.
    Gateway& add_gateway(const std::string& name, trace::Role role, std::string_view company = {});
    Gateway* find_gateway(std::string_view name);
    void receive(Gateway& gateway, mta::InboundSettings settings);
    void send(Gateway& gateway, mta::OutboundSettings settings);
    /// Does the resolver that the gateway asks validate? It does until this is called.
    void resolve(const Gateway& gateway, dns::Validation validation) {
        resolver_.answer_for(gateway.host, validation);
    }
    /// The host of a gateway that receives loses its power, and gets it back. Its mailbox stays.
    void take_down(Gateway& gateway);
    void bring_back(Gateway& gateway);
    /// Puts a watcher on the path between two hosts, behind those that are there already.
    attack::Attacker& add_watcher(const std::string& name, trace::Role role, attack::Side one,
                                  attack::Side other);
    /// A domain whose names and policy host lie behind `end`: watchers see the way there, too.
    void watch_domain(trace::HostId end, const std::string& domain);
    /// The policy host of a domain, with its address in DNS; made when it is first shown.
    void show_policy(const std::string& domain, mta::PolicyHostSettings settings);
    std::optional<trace::HostId> policy_host_of(const std::string& domain) const;
    /// The web server of that name that takes TLS reports; made when it is first shown. Its name is
    /// no gateway's and no policy host's.
    void show_collector(const std::string& name, mta::ReportCollectorSettings settings);
    /// Reports on `domain` that come to `box`, an address or a URL, are read.
    void collect_reports(const std::string& box, const std::string& domain);
    bool collects_reports(const std::string& box, const std::string& domain) const;
    /// From now on senders count their sessions, for a domain asks for TLS reports.
    void want_tls_reports() { services_.tls_reports_wanted = true; }
    /// Every gateway tries its queue now.
    void flush();
    /// Whatever waits in a queue at that time is given up, when it is tried next.
    void close_queues(Instant at);
    /// A number for the next mail.
    trace::MailId next_mail() { return mails_.next(); }

  private:
    trace::HostId join(const std::string& name, trace::Role role, std::string_view company = {});
    static void introduce(Gateway& gateway);
    std::uint64_t seed_;
    Chance chance_;
    Loop loop_;
    trace::Trace trace_;
    net::Network network_;
    tls::Library library_;
    tls::Mint mint_;
    dns::Resolver resolver_;
    mta::MailNumbers mails_;
    mta::Services services_;
    std::map<std::string, std::unique_ptr<Gateway>, std::less<>> gateways_;
    std::map<std::string, std::unique_ptr<mta::PolicyHost>> policy_hosts_;
    std::map<std::string, std::unique_ptr<mta::ReportCollector>> collectors_;
    std::vector<std::shared_ptr<attack::Attacker>> watchers_;
    attack::Lab lab_;
    /// Paths that a watcher of that lane sits on already.
    std::set<std::tuple<trace::HostId, trace::HostId, trace::HostId>> watched_;
};

}  // namespace sim
