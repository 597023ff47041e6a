#pragma once
#include "sim/policy/judge.hpp"
#include "sim/tls/channel.hpp"

namespace mta {

/// What the peer of a session shows, in policy's words.
policy::CertificateFacts facts_of(tls::Channel& channel, const policy::Plan& plan);

}  // namespace mta
