#pragma once
// The resolver all gateways of a world ask, what it knows, and how a gateway asks it.
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/core/chance.hpp"
#include "sim/dns/zones.hpp"
#include "sim/net/ground.hpp"

namespace dns {

inline constexpr std::uint16_t port = 53;

/// What somebody says in the place of those who know.
struct Forgery {
    enum class How : std::uint8_t { answers, says_no_name, fails, says_nothing };
    How how = How::answers;
    std::vector<Record> records;  ///< For `answers`; none: there is no such record.
};

/// Sits between a host's resolver and those who know.
class Forger {
  public:
    virtual std::optional<Forgery> forge(net::HostId asker, const Question& question) = 0;
    /// His lane in the trace.
    virtual net::HostId lane() const = 0;

  protected:
    ~Forger() = default;
};

/// A caching, recursive resolver: answers questions that come to its port 53. It validates, but
/// for clients whose own resolver would not.
class Resolver final : public net::DatagramHandler {
  public:
    Resolver(net::Ground& ground, std::string name);
    /// What the servers of the world say; the resolver asks them at no cost of time.
    Zones& zones() { return zones_; }
    net::HostId host() const { return host_; }
    /// How answers to one client are made: its resolver is one that validates, or one that does
    /// not. Each client's is the former until told otherwise.
    void answer_for(net::HostId client, Validation validation);
    /// From now on, before any other. It must outlive the resolver's last answer.
    void add_forger(Forger& forger) { forgers_.push_back(&forger); }

  private:
    // An answer is kept for as long as its TTL says, negative ones as well (RFC 2308 section 5).
    struct Kept {
        Message answer;
        Instant since, until;
    };
    void receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) override;
    std::optional<Message> answer(const Question& question, Validation validation);
    struct Forged {
        std::optional<Message> answer;
    };
    std::optional<Forged> forged(net::HostId asker, const Question& question,
                                 Validation validation);
    Message as_validated(const Question& question, const Forgery& forgery,
                         Validation validation) const;
    void record(const Forger& forger, const Question& question, const Forgery& forgery);
    net::Ground& ground_;
    net::HostId host_;
    Zones zones_;
    std::set<net::HostId> not_validated_for_;
    std::map<std::tuple<std::string, Type, Validation>, Kept> cache_;
    std::vector<Forger*> forgers_;
    /// Forged answers are kept as well, for whoever was deceived.
    std::map<std::tuple<net::HostId, std::string, Type>, Kept> deceived_;
};

/// A gateway's side: asks, waits, asks once more, gives up.
class Client final : public net::DatagramHandler {
  public:
    Client(net::Ground& ground, net::HostId host, net::HostId resolver, Chance chance);
    /// The answer, whatever its status. Failure dns-failure when none comes.
    Task<Message> ask(std::string name, Type type);

  private:
    struct Pending;
    void receive(net::HostId from, std::uint16_t from_port, std::string_view bytes) override;
    Task<Message> exchange(Question question);
    Task<Message> within_limit(Question question);
    net::Ground& ground_;
    net::HostId host_, resolver_;
    Chance chance_;
    std::vector<Pending*> pending_;
};

}  // namespace dns
