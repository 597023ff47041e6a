#pragma once
// An attacker as a client (PEER in standards.md, section 4): he says what he likes.
#include <memory>
#include <string>
#include <vector>

#include "sim/attack/interception.hpp"

namespace attack {

/// Bytes to be said, or the beginning of TLS. What the server says meanwhile is awaited before the
/// next step, for at most half a minute.
struct Step {
    std::string bytes;
    bool begins_tls = false;
};

struct Speech {
    std::vector<Step> steps;
    std::shared_ptr<const tls::SharedConfig> tls;  ///< A client's that believes everybody.
    std::uint16_t port = 25;
};

/// `lab` outlives it. Says it, and waits until the server has ended the connection, for at most
/// five minutes.
Task<Unit> deliver_speech(const Lab& lab, HostId attacker, std::string address,
                          std::shared_ptr<const Speech> speech);

}  // namespace attack
