#pragma once
// The sender's side of MTA-STS: discovery, fetching, the cache, and its upkeep (RFC 8461 sections
// 3.3 and 5.1). What a policy means is in policy/mta_sts.
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sim/dns/resolver.hpp"
#include "sim/https/client.hpp"
#include "sim/mta/services.hpp"
#include "sim/policy/mta_sts.hpp"

namespace mta {

class StsPolicies {
  public:
    /// Why there is no policy, when there is none although a TXT record promises one: for reports.
    struct Lookup {
        std::optional<policy::mta_sts::Policy> policy;
        Reason trouble = Reason::none;
        std::string why;
    };

    StsPolicies(Services& services, trace::HostId host, dns::Client& dns);
    /// Whom the policy hosts' certificates are checked against. New fetches see it.
    void configure(std::shared_ptr<const tls::TrustStore> trust);

    /// What counts for a delivery to `domain` now: rows F1 to F22 of the decision table.
    Task<Lookup> find(std::string domain);
    /// Is a live policy in the cache?
    bool knows(const std::string& domain) const { return live(domain) != nullptr; }
    /// The same beside what goes on, for nobody yet: a flaw.
    void find_later(std::string domain);

  private:
    struct Entry {
        policy::mta_sts::Policy policy;
        std::string id;
        Instant fetched, expires;
        bool tended = false;  ///< A task refreshes it.
    };
    // The last fetch of an id that failed: it is not tried again for five minutes (STS-11).
    struct Failed {
        std::string id;
        Instant at;
        Failure failure;
    };
    Task<std::string> discover(std::string domain);
    Task<policy::mta_sts::Policy> fetch(std::string domain, std::string id);
    Task<policy::mta_sts::Policy> request(std::string domain);
    Task<policy::mta_sts::Policy> request_in_time(std::string domain);
    Task<Unit> tend(std::string domain);
    Task<Unit> find_for_nobody(std::string domain);
    const Entry* live(const std::string& domain) const;
    void keep(const std::string& domain, const std::string& id,
              const policy::mta_sts::Policy& policy);
    Lookup applied(const std::string& domain, std::optional<policy::mta_sts::Policy> policy,
                   std::string_view source, std::string why);

    Services& services_;
    trace::HostId host_;
    dns::Client& dns_;
    std::shared_ptr<const tls::SharedConfig> tls_;
    std::map<std::string, Entry> cache_;
    std::map<std::string, Failed> failed_;
    Nursery tending_;
};

}  // namespace mta
