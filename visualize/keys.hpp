#pragma once
// A session key is negotiated: who knows which secret of a handshake, from the shares down to the
// keys that seal.
#include <optional>
#include <string>

#include "sim/trace/trace.hpp"
#include "visualize/caption.hpp"

namespace visualize {

/// The path of one handshake: that of `connection`, or the first that made keys, of a mail session
/// (not of HTTPS) where there is one. `seed`: of the world (tls::negotiations_of). A run without
/// any says so. Nothing: `connection` has no handshake.
std::optional<Drawn> keys_of(const trace::Trace& trace, std::optional<std::uint64_t> seed,
                             const std::string& title,
                             trace::ConnectionId connection = trace::ConnectionId::none);

}  // namespace visualize
