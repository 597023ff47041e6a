#include "harness/script/rule_files.hpp"

#include <algorithm>

#include "harness/script/postfix_rules.hpp"
#include "sim/policy/exim_config.hpp"
#include "sim/policy/exim_level.hpp"
#include "sim/policy/smtpd_config.hpp"
#include "sim/policy/smtpd_level.hpp"
#include "sim/tls/certificate.hpp"

namespace script {
namespace {

using core::Failure;
using core::Reason;

// Whom a way believes: the system's CAs are the lab's root here, and nobody is nobody.
Value trusting(const std::string& ca, bool system) {
    if (system) return Value::list({std::string(tls::lab_root)});
    return ca.empty() ? Value::list() : authorities({ca});
}

class EximRules final : public mta::Rulebook {
  public:
    explicit EximRules(policy::exim::Config config) : config_(std::move(config)) {}

    Way way_of(const std::string& domain) const override {
        Way out;
        std::string why_not;
        const auto way = config_.way_of(domain, why_not);
        if (!way) {
            out.refusal =
                Failure(Reason::no_such_domain, "Unrouteable address: " + why_not, "5.1.2");
            return out;
        }
        const policy::exim::Transport& transport = *way->transport;
        for (const auto* const list : {&way->hops, &way->fallback_hosts})
            for (const policy::exim::Hop& hop : *list) out.hops.push_back({hop.host, hop.by_mx});
        out.port = transport.port;
        if (!way->hops.empty() && way->hops.front().port != 0) out.port = way->hops.front().port;
        out.tls = static_cast<std::size_t>(way->transport - config_.transports.data());
        out.most_tries = static_cast<int>(transport.hosts_max_try);
        return out;
    }

    policy::Requirement wanted(const std::string& domain, const std::string& host,
                               const std::string& address) const override {
        std::string why_not;
        const auto way = config_.way_of(domain, why_not);
        if (!way) return policy::exim::requirement_of(policy::exim::Options());
        const policy::exim::Options options =
            policy::exim::options_for(config_, *way, {domain, host, address});
        policy::Requirement out =
            policy::exim::requirement_of(options, policy::exim::word_of(options));
        out.server_name = way->transport->server_name;
        return out;
    }

    bool ignores(const std::string& domain, const std::string& address) const override {
        std::string why_not;
        const auto way = config_.way_of(domain, why_not);
        return way && way->ignored.matches({}, address, domain);
    }

  private:
    policy::exim::Config config_;
};

class SmtpdRules final : public mta::Rulebook {
  public:
    explicit SmtpdRules(policy::smtpd::Config config) : config_(std::move(config)) {}

    Way way_of(const std::string& domain) const override {
        Way out;
        std::string why_not;
        const auto way = config_.way_of(domain, why_not);
        if (!way) {
            out.refusal = Failure(Reason::smtp_refused, "Invalid recipient: " + why_not, "5.1.1");
            return out;
        }
        if (!way->hop.held.empty())
            out.refusal = Failure(Reason::validation_failure, way->hop.held, "4.3.5");
        if (!way->hop.host.empty()) out.hops.push_back({way->hop.host, false});
        out.port = way->hop.port;
        out.tls = static_cast<std::size_t>(way->action - config_.actions.data());
        return out;
    }

    policy::Requirement wanted(const std::string& domain, const std::string&,
                               const std::string&) const override {
        std::string why_not;
        const auto way = config_.way_of(domain, why_not);
        return policy::smtpd::requirement_of(way ? way->hop.tls
                                                 : policy::smtpd::Tls::opportunistic);
    }

    bool ignores(const std::string&, const std::string&) const override { return false; }

  private:
    policy::smtpd::Config config_;
};

void add_relay(std::vector<mta::NextHop>& relays, const std::string& host, std::uint16_t port) {
    if (!host.empty()) relays.push_back({host, port});
}

}  // namespace

RuleFile read_exim_config(std::string_view text, const std::string& file,
                          const policy::Beside& beside) {
    RuleFile out;
    policy::exim::Config config = policy::exim::read_config(text, file, beside);
    out.remarks = config.remarks;
    for (const policy::exim::Transport& t : config.transports) {
        out.tls.push_back(Value::table(
            {{"trusts", trusting(t.ca, t.ca == "system")}, {"protocols", Value(t.versions)}}));
        for (const policy::exim::Hop& hop : t.hosts)
            add_relay(out.relays, hop.host, hop.port != 0 ? hop.port : t.port);
    }
    for (const policy::exim::Hop& hop : config.relays())
        if (!hop.by_mx) add_relay(out.relays, hop.host, hop.port != 0 ? hop.port : 25);
    out.book = std::make_shared<EximRules>(std::move(config));
    return out;
}

RuleFile read_smtpd_config(std::string_view text, const std::string& file,
                           const policy::Beside& beside) {
    RuleFile out;
    policy::smtpd::Config config = policy::smtpd::read_config(text, file, beside);
    out.remarks = config.remarks;
    for (const policy::smtpd::Action& action : config.actions) {
        const bool system = action.ca_file.empty() && !action.trusts_nobody;
        out.tls.push_back(Value::table(
            {{"trusts", trusting(action.trusts_nobody ? std::string() : action.ca_file, system)}}));
        for (const policy::smtpd::Hop& hop : action.hops) add_relay(out.relays, hop.host, hop.port);
        for (const auto& [domain, hop] : action.by_domain)
            add_relay(out.relays, hop.host, hop.port);
    }
    out.book = std::make_shared<SmtpdRules>(std::move(config));
    return out;
}

}  // namespace script
