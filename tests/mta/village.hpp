#pragma once
// A small world in C++: alice's gateway sends, others receive.
#include <string>
#include <vector>

#include "sim/policy/postfix_level.hpp"
#include "sim/world.hpp"

struct Village {
    explicit Village(std::uint64_t seed = 1, core::Instant begins = core::world_begins);
    /// A receiver of `domain` with an MX record; settings may be changed through `inbound`.
    sim::Gateway& receiver(const std::string& host, const std::string& domain,
                           std::uint16_t preference = 10);
    void mx(const std::string& domain, const std::string& host, std::uint16_t preference);
    void record(const std::string& line);
    void sender(mta::OutboundSettings settings);
    /// Sends and lets `wait` pass.
    trace::MailId send(const std::vector<std::string>& to, core::Duration wait = core::hours(1));
    void pass(core::Duration wait) { world.loop().run_until(world.loop().now() + wait); }

    /// Hosts that were connected or refused, by address, in order.
    std::vector<std::string> addresses_tried() const;
    template <class T>
    std::vector<T> events() const {
        std::vector<T> out;
        world.trace().each_of<T>([&](const trace::Event&, const T& e) { out.push_back(e); });
        return out;
    }

    sim::World world;
    sim::Gateway* alice = nullptr;
};
