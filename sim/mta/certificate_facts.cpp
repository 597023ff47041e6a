#include "sim/mta/certificate_facts.hpp"

#include "sim/dns/zone_file.hpp"
#include "sim/policy/dane.hpp"

namespace mta {
namespace {

policy::ShownCertificate shown(const tls::ShownCertificate& c) {
    return {c.certificate, c.key,        c.certificate_sha256, c.certificate_sha512,
            c.key_sha256,  c.key_sha512, c.anchors_leaf,       c.dates_hold};
}

// Anchors that TLSA records hold in full, tried on the chain (RFC 7671 section 5.2.3).
std::vector<policy::PublishedAnchor> published(tls::Channel& channel, const policy::Plan& plan) {
    std::vector<policy::PublishedAnchor> out;
    for (const policy::TlsaRecord& r : plan.tlsa) {
        if (r.usage != 2 || r.matching != 0 || !policy::is_well_formed(r)) continue;
        const tls::FullData kind =
            r.selector == 0 ? tls::FullData::certificate : tls::FullData::key;
        const tls::AnchorTrial trial = channel.under_anchor(kind, r.data);
        out.push_back({r.selector, r.data, trial.anchors_leaf, trial.dates_hold});
    }
    return out;
}

}  // namespace

// The chain is taken apart only where a rule looks at it.
policy::CertificateFacts facts_of(tls::Channel& channel, const policy::Plan& plan) {
    const tls::PeerCertificate& peer = channel.peer();
    policy::CertificateFacts facts;
    facts.trusted = peer.trusted;
    facts.weakly_signed = peer.weakly_signed;
    facts.for_no_server = peer.for_no_server;
    facts.weak_and_for_no_server = peer.weak_and_for_no_server;
    facts.expired = peer.expired;
    facts.not_yet_valid = peer.not_yet_valid;
    facts.own_dates_hold = peer.own_dates_hold;
    facts.trouble = peer.trouble;
    facts.names.dns_names = peer.dns_names;
    facts.names.common_name = peer.common_name;
    for (const std::string& address : peer.addresses)
        if (address.size() == 4 || address.size() == 16)
            facts.names.addresses.push_back(dns::address_text(address));
    const bool named = plan.demand == policy::Demand::fingerprint;
    if (plan.demand != policy::Demand::dane && !named) return facts;
    for (const tls::ShownCertificate& c : channel.shown_chain()) facts.chain.push_back(shown(c));
    facts.published = published(channel, plan);
    return facts;
}

}  // namespace mta
