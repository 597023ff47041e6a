#pragma once
// The world of the measurements: alice's gateway sends, bob's receives.
#include <string>

#include "sim/world.hpp"

namespace bench {

struct Town {
    enum class Tls { absent, offered };
    Town(Tls offer, tls::Curves curves);
    /// A receiver of its own domain, published in DNS.
    sim::Gateway& add_receiver(const std::string& host, const std::string& domain, Tls offer);
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
