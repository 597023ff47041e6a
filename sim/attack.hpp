#pragma once
// What an attacker does on a path. Each is a rule; it leaves, and from then on lets everything
// pass.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/net/rule.hpp"

namespace sim {

/// A watcher, or an attacker with his acts in order. Everything that passes goes through each act.
class Attacker final : public net::Rule {
  public:
    net::Verdict judge(const net::Passing& passing) override;
    /// Deletes `keyword` from EHLO replies that pass in clear text (A01). RFC 3207 section 6.
    void strip(std::string keyword);
    void leave() { here_ = false; }
    bool here() const { return here_; }

  private:
    // What one connection has shown so far in the direction of the client.
    struct Flow {
        std::string held;     ///< The front of a reply whose end has not come yet.
        bool sealed = false;  ///< TLS has begun: nothing is readable any more.
    };
    net::Verdict strip_from(Flow& flow, const net::Passing& passing);
    std::vector<std::string> stripped_;
    std::map<net::ConnectionId, Flow> flows_;
    bool here_ = true;
};

/// Takes `keywords` out of a complete EHLO reply; the last line keeps its space (RFC 5321
/// section 4.2.1).
std::string without_keywords(const std::string& reply, const std::vector<std::string>& keywords);

}  // namespace sim
