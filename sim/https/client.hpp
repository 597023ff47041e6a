#pragma once
#include <memory>

#include "sim/https/message.hpp"
#include "sim/net/ground.hpp"
#include "sim/tls/channel.hpp"

namespace https {

inline constexpr std::uint16_t port = 443;

/// Who asks, and by what means.
struct Asker {
    net::Ground& ground;
    tls::Library& library;
    trace::HostId host;
    std::shared_ptr<const tls::SharedConfig> tls;
};

/// Is this the server that was meant? Asked after the handshake, before a byte of HTTP.
class PeerCheck {
  public:
    virtual ~PeerCheck() = default;
    virtual Result<Unit> judge(const tls::PeerCertificate& peer) const = 0;
};

/// One request to the host of `url` at `address`, in a TLS session of its own with its name as SNI;
/// the request's target is the URL's. Redirects are not followed. Failure: what the network, TLS,
/// the check or HTTP says; no limit of time is set here.
Task<Response> exchange(Asker asker, Url url, std::string address, Request request,
                        const PeerCheck& check, std::size_t largest_body);

}  // namespace https
