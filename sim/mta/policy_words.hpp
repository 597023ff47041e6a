#pragma once
// What policy wants and finds, in the trace's words.
#include <algorithm>

#include "sim/policy/dane.hpp"
#include "sim/policy/judge.hpp"
#include "sim/trace/ids.hpp"

namespace mta {

// What opportunistic TLS finds unproven goes all the same. DANE proves the peer where DNSSEC names
// the host (DANE-14) and a record is sound (DANE-30); else it asks for encryption alone.
inline trace::Demanded demanded_word(const policy::Plan& plan, policy::NamedBy named) {
    if (!policy::demands_tls(plan.demand)) return trace::Demanded::nothing;
    const bool proves = policy::is_vouched_for(named) &&
                        std::any_of(plan.tlsa.begin(), plan.tlsa.end(), policy::is_well_formed);
    if (plan.demand == policy::Demand::dane && !proves) return trace::Demanded::encryption;
    return plan.demand == policy::Demand::encrypted ? trace::Demanded::encryption
                                                    : trace::Demanded::authentication;
}

inline trace::Peer peer_word(policy::Standing standing) {
    switch (standing) {
        case policy::Standing::untrusted: return trace::Peer::untrusted;
        case policy::Standing::trusted: return trace::Peer::trusted;
        case policy::Standing::verified: return trace::Peer::verified;
    }
    return trace::Peer::untrusted;
}

}  // namespace mta
