#pragma once
// Whoever sits on a path: an eavesdropper, or an attacker with his acts in order.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/attack/client.hpp"
#include "sim/attack/filter.hpp"
#include "sim/attack/interception.hpp"
#include "sim/attack/key_theft.hpp"
#include "sim/dns/resolver.hpp"

namespace attack {

/// One end of the path: a host, and the domains whose names lie behind it.
struct Side {
    HostId host = HostId::nobody;
    std::set<std::string> domains;
};

/// Everything that passes goes through each act, in order. He leaves, and from then on lets
/// everything pass; a connection that he holds already, or has ended, stays as it is.
class Attacker final : public net::Rule, public dns::Forger {
  public:
    Attacker(const Lab& lab, HostId lane, Side one, Side other);
    ~Attacker() override;

    net::Verdict judge(const Passing& passing) override;
    net::Gate opens(const net::Opening& opening) override;
    void recorded() override;
    std::optional<dns::Forgery> forge(HostId asker, const dns::Question& question) override;
    HostId lane() const override { return host; }

    /// Whoever acts is there, though he may have left before.
    Act& add(std::unique_ptr<Act> act);
    /// Answers questions of the two ends for this name and type.
    void forge_answer(const std::string& name, dns::Type type, dns::Forgery forgery);
    /// What each end asks about the other's domains is lost.
    void silence_dns();
    /// Ends TLS in the place of `victim` (A10), with the identity that `as_server` shows. `name` is
    /// whom he asks for on the other side.
    void impersonate(HostId victim, std::string name,
                     std::shared_ptr<const tls::SharedConfig> as_server,
                     std::shared_ptr<const tls::SharedConfig> as_client);
    /// Opens a connection of his own, and speaks.
    void speak(const std::string& address, std::shared_ptr<const Speech> speech);
    /// From now on he holds this host's private key (DER), and reads with it what passed him before
    /// and what will. False: he holds it already.
    bool steal(HostId whose, const std::string& key);
    /// What clients said on the last connection to `victim` that passed, segment by segment.
    std::vector<std::string> captured(HostId victim) const;
    void leave() { here_ = false; }
    bool here() const { return here_; }
    const Side& one() const { return one_; }
    const Side& other() const { return other_; }
    /// A domain has come to lie behind this end.
    void add_domain(HostId end, const std::string& domain);
    const std::vector<std::unique_ptr<Act>>& acts() const { return acts_; }
    /// Lets go of all he holds, before the world ends.
    void dismiss();

  private:
    // What he does on one connection.
    struct Flow {
        Chain chain;
        std::vector<std::string> said;  ///< By the client.
        HostId server = HostId::nobody;
    };
    void follow(Flow& flow, const Passing& passing);
    Chain inside(const Passing& first);
    bool asks_about_other(HostId asker, const std::string& name) const;

    Lab lab_;
    Side one_, other_;
    std::vector<std::unique_ptr<Act>> acts_;
    std::map<net::ConnectionId, Flow> flows_;
    std::map<std::pair<std::string, dns::Type>, dns::Forgery> forged_;
    bool dns_silent_ = false;
    bool here_ = true;
    bool dismissed_ = false;
    Nursery speeches_;
    std::vector<std::unique_ptr<KeyTheft>> thefts_;
};

}  // namespace attack
