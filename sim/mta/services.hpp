#pragma once
#include "sim/core/chance.hpp"
#include "sim/dns/resolver.hpp"
#include "sim/net/network.hpp"
#include "sim/tls/channel.hpp"

namespace mta {

using namespace core;

/// What a gateway needs of its world.
struct Services {
    Loop& loop;
    trace::Trace& trace;
    net::Network& network;
    tls::Library& library;
    dns::Resolver& resolver;
    Chance chance;
};

inline constexpr std::uint16_t smtp_port = 25;

}  // namespace mta
