#pragma once
// The world of the measurements: alice's gateway sends, bob's receives.
#include <string>

#include "sim/policy/postfix_level.hpp"
#include "sim/world.hpp"

namespace bench {

enum class Tls { absent, offered };

/// A server's, from the lab's root, for a year from the world's beginning.
tls::CertificateWish certificate_for(const std::string& host, core::Instant begins);
/// What a sender of level `level` is told that trusts the lab's root.
mta::OutboundSettings outbound_at(sim::World& world, policy::Level level);
mta::InboundSettings inbound_for(sim::World& world, const std::string& host,
                                 const std::string& domain, Tls offer);
/// A receiver of its own domain, published in DNS.
sim::Gateway& add_receiver(sim::World& world, const std::string& host, const std::string& domain,
                           Tls offer);
/// A content of one kibibyte, headers and all.
std::string kibibyte(const std::string& from, const std::string& to);
smtp::Message mail(sim::World& world, const std::string& from, const std::string& to,
                   std::string content);

struct Town {
    Town(Tls offer, tls::Curves curves);
    /// A mail of one kibibyte from alice to bob; it is on its way when this returns.
    void send_mail();
    /// Lets one virtual minute pass: every mail sent before has arrived.
    void deliver();
    std::size_t delivered() const { return bob->inbound->mailbox().size(); }

    sim::World world;
    sim::Gateway* alice;
    sim::Gateway* bob;

  private:
    std::string content_;
};

}  // namespace bench
