#pragma once
// What an MTA's own configuration says of outgoing mail, asked domain by domain and host by host.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/policy/demand.hpp"

namespace mta {

class Rulebook {
  public:
    virtual ~Rulebook() = default;

    /// A host that is named for a domain, or the name whose MX records name them.
    struct Hop {
        std::string host;
        bool by_mx = false;
    };
    struct Way {
        std::optional<core::Failure> refusal;  ///< No mail goes there.
        std::vector<Hop> hops;                 ///< Tried in their order. Empty: by MX.
        std::uint16_t port = 25;
        std::size_t tls = 0;  ///< The place of its TLS settings in OutboundSettings::rule_tls.
        int most_tries = 0;   ///< Of hosts in one attempt; 0: as the MTA has it.
    };
    virtual Way way_of(const std::string& domain) const = 0;
    /// What a session with a host must reach. `address` as text.
    virtual policy::Requirement wanted(const std::string& domain, const std::string& host,
                                       const std::string& address) const = 0;
    /// Is the address left out?
    virtual bool ignores(const std::string& domain, const std::string& address) const = 0;
};

}  // namespace mta
