#pragma once
#include <memory>
#include <optional>

#include "sim/https/message.hpp"
#include "sim/net/ground.hpp"
#include "sim/tls/channel.hpp"

namespace https {

/// How a server's session ends (RFC 8446 section 6.1).
enum class Farewell : std::uint8_t { close_notify, none };

/// What lies behind a server.
class Site {
  public:
    virtual ~Site() = default;
    /// The answer as bytes, so that it need not be HTTP; nothing: the server never answers.
    virtual std::optional<std::string> answer(const Request& request) = 0;
    virtual Farewell farewell() const { return Farewell::close_notify; }
};

/// Takes connections on port 443. One request a connection.
class Server final : public net::Listener {
  public:
    Server(net::Ground& ground, tls::Library& library, trace::HostId host, Site& site);
    /// New connections see the new certificate.
    void configure(tls::Settings settings);
    void listen(bool does);

  private:
    void accept(std::unique_ptr<net::Line> socket) override;
    Task<Unit> session(std::unique_ptr<net::Line> socket,
                       std::shared_ptr<const tls::SharedConfig> tls);
    Task<Unit> serve(net::Stream& stream);
    net::Ground& ground_;
    tls::Library& library_;
    trace::HostId host_;
    Site& site_;
    std::shared_ptr<const tls::SharedConfig> tls_;
    Nursery sessions_;
};

}  // namespace https
