#pragma once
// What Exim's smtp transport says of mail to one partner.
#include <optional>

#include "harness/many/policy_partner.hpp"
#include "sim/policy/exim_config.hpp"
#include "sim/policy/exim_level.hpp"

namespace many {

/// How Exim sends mail for a domain to one hop.
struct EximWay {
    std::string domain;                    ///< The recipient's.
    policy::exim::Way way;                 ///< Of `config`.
    std::optional<policy::exim::Hop> hop;  ///< Nothing: the domain's MX hosts.
    std::shared_ptr<const policy::exim::Config> config;
    /// The hosts that lists of the transport name, without stars.
    std::shared_ptr<const std::vector<std::string>> named;
};

class EximRule : public PartnerRule {
  public:
    explicit EximRule(EximWay way);
    std::string_view mta() const override { return "Exim 4.96"; }
    std::string asked() const override;
    std::string file() const override { return transport().file; }
    int line() const override { return transport().line; }
    bool asks_dane() const override;
    bool shakes_hands(Promise promise) const override;
    script::Value options(const Shown& shown) const override;
    std::string mx_host(const std::string& domain) const override;
    std::string why_nobody() const override;
    std::string kind(const std::string& next_hop, const std::vector<Shown>& all) const override;

    /// What the lists come to for a host; where the hop is an address, for that.
    policy::exim::Options options_for(const std::string& host, const std::string& address) const;
    /// Options that are not as they are by default, as "hosts_require_tls"; else "default".
    static std::string told(const policy::exim::Options& options);
    /// His host by the name that the cases give it.
    const std::string& usual_host() const { return host_; }

  private:
    const policy::exim::Transport& transport() const { return *way_.way.transport; }
    bool is_by_address() const;

    EximWay way_;
    std::string host_;
    policy::exim::Options usual_;
};

/// The hosts that the lists of a transport name, without stars.
std::vector<std::string> hosts_named_by(const policy::exim::Transport& transport);

/// The lists of a transport that say something of TLS, with the names of their options.
std::vector<std::pair<std::string_view, const policy::exim::HostList*>> tls_lists(
    const policy::exim::Transport& transport);

}  // namespace many
