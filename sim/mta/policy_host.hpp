#pragma once
// The web server that shows a domain's MTA-STS policy (RFC 8461 section 3.3), well or badly.
#include <string>

#include "sim/https/server.hpp"
#include "sim/mta/services.hpp"

namespace mta {

struct PolicyHostSettings {
    /// What comes instead of a good answer.
    enum class Answer : std::uint8_t {
        as_it_should,
        in_chunks,
        status,
        stalls,
        html,
        garbage,
        too_long,
        too_long_in_chunks,
        breaks_off,  ///< Its end is the session's, and the session's is the connection's.
    };
    std::string body;
    Answer answer = Answer::as_it_should;
    std::string media_type = "text/plain";  ///< With its parameters; empty: nothing is said of it.
    int status = 200;  ///< For `status`; 3yz leads to another place on the same host.
    bool listens = true;
    tls::Settings tls;
};

class PolicyHost final : public https::Site {
  public:
    PolicyHost(Services& services, trace::HostId host);
    trace::HostId host() const { return host_; }
    void configure(PolicyHostSettings settings);

  private:
    std::optional<std::string> answer(const https::Request& request) override;
    https::Farewell farewell() const override;
    trace::HostId host_;
    PolicyHostSettings settings_;
    https::Server server_;
};

}  // namespace mta
