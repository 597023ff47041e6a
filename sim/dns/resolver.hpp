#pragma once
// The resolver all gateways of a world ask, what it knows, and how a gateway asks it.
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/core/chance.hpp"
#include "sim/dns/zones.hpp"
#include "sim/net/network.hpp"

namespace dns {

inline constexpr std::uint16_t port = 53;

/// A caching, recursive resolver: answers questions that come to its port 53. It validates, but
/// for clients whose own resolver would not.
class Resolver final : public net::DatagramHandler {
  public:
    Resolver(net::Network& network, std::string name);
    /// What the servers of the world say; the resolver asks them at no cost of time.
    Zones& zones() { return zones_; }
    net::HostId host() const { return host_; }
    /// How answers to one client are made: its resolver is one that validates, or one that does
    /// not. Each client's is the former until told otherwise.
    void answer_for(net::HostId client, Validation validation);

  private:
    // An answer is kept for as long as its TTL says, negative ones as well (RFC 2308 section 5).
    struct Kept {
        Message answer;
        Instant since, until;
    };
    void receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) override;
    std::optional<Message> answer(const Question& question, Validation validation);
    net::Network& network_;
    net::HostId host_;
    Zones zones_;
    std::set<net::HostId> not_validated_for_;
    std::map<std::tuple<std::string, Type, Validation>, Kept> cache_;
};

/// A gateway's side: asks, waits, asks once more, gives up.
class Client final : public net::DatagramHandler {
  public:
    Client(net::Network& network, net::HostId host, net::HostId resolver, Chance chance);
    /// The answer, whatever its status. Failure dns-failure when none comes.
    Task<Message> ask(std::string name, Type type);

  private:
    struct Pending;
    void receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) override;
    Task<Message> exchange(Question question);
    Task<Message> within_limit(Question question);
    net::Network& network_;
    net::HostId host_, resolver_;
    Chance chance_;
    std::vector<Pending*> pending_;
};

}  // namespace dns
