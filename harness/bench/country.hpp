#pragma once
// Ten domains that mail each other, as careful as the RFCs ask them to be: RFC 7672 (DANE), RFC
// 8461 (MTA-STS) and RFC 8460 (reports).
#include <array>
#include <string>

#include "sim/world.hpp"

namespace bench {

struct Domain {
    /// Half of the domains enforce an MTA-STS policy, half have TLSA records in signed zones; some
    /// do both, some neither.
    bool mta_sts = false, dane = false;
    std::string name;
    sim::Gateway* sender = nullptr;
    sim::Gateway* receiver = nullptr;
};

/// Each domain has a gateway that sends and one that receives. All of them ask for TLS reports.
class Country {
  public:
    static constexpr std::size_t size = 10;

    /// Keys depend on the world's seed alone, so they may come out of `keys`.
    Country(tls::Curves curves, tls::KeyCache& keys);
    /// One virtual day: every hour each domain mails the next one of the nine others.
    void live_a_day();
    /// Lets a morning pass in which nobody writes: reports on the day before are on their way.
    void pass_a_morning();
    /// Mails and reports that each domain has taken.
    std::size_t taken() const;
    const std::array<Domain, size>& domains() const { return domains_; }

    sim::World world;

  private:
    void settle(Domain& domain);
    void publish_tlsa(const Domain& domain);
    void publish_policy(const Domain& domain);
    void send(const Domain& from, const Domain& to);
    std::array<Domain, size> domains_;
    std::size_t hours_ = 0;
};

}  // namespace bench
