#pragma once
// The resolver all gateways of a world ask, what it knows, and how a gateway asks it.
#include <map>
#include <string>
#include <vector>

#include "sim/core/chance.hpp"
#include "sim/dns/message.hpp"
#include "sim/net/network.hpp"

namespace dns {

inline constexpr std::uint16_t port = 53;

/// What the world's DNS says, by name and type. Names are canonical.
class Records {
  public:
    void add(Record record);
    /// Takes away all records of this name and type.
    void remove(std::string_view name, Type type);
    /// Makes every question about `name` fail, or be answered again.
    void set_status(std::string_view name, Status status);
    /// The answer to a question, CNAMEs followed (RFC 1034 section 4.3.2).
    Message answer(const Question& question) const;

  private:
    std::map<std::pair<std::string, Type>, std::vector<Record>> records_;
    std::map<std::string, std::size_t>
        names_;  ///< Records a name has: a name with none does not exist.
    std::map<std::string, Status> failing_;
};

/// A recursive resolver: answers questions that come to its port 53.
class Resolver final : public net::DatagramHandler {
  public:
    Resolver(net::Network& network, std::string name);
    Records& records() { return records_; }
    net::HostId host() const { return host_; }

  private:
    void receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) override;
    net::Network& network_;
    net::HostId host_;
    Records records_;
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
