#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/core/chance.hpp"
#include "sim/dns/resolver.hpp"
#include "sim/net/ground.hpp"
#include "sim/tls/channel.hpp"

namespace mta {

using namespace core;

/// Every mail of a world has a number, reports and copies on a later hop too.
class MailNumbers {
  public:
    trace::MailId next() { return trace::MailId{++last_}; }

  private:
    std::uint32_t last_ = 0;
};

/// What a gateway needs of its world.
struct Services {
    Loop& loop;
    trace::Trace& trace;
    net::Ground& ground;
    tls::Library& library;
    dns::Resolver& resolver;
    MailNumbers& mails;
    tls::Mint& mint;
    Chance chance;
    /// Does any domain of the world ask for TLS reports? Where none does, nobody looks.
    bool tls_reports_wanted = false;
    /// What waits in a queue then is given up.
    std::optional<Instant> queues_close = std::nullopt;
    /// Where TLS reports are read, an address (lower case) or a URL, and which domains' reports.
    std::map<std::string, std::set<std::string>> report_boxes = {};
};

inline constexpr std::uint16_t smtp_port = 25;

/// A host that takes all of a mail, whatever the MX records say.
struct NextHop {
    std::string host;  ///< Empty: there is none.
    std::uint16_t port = smtp_port;
    bool empty() const { return host.empty(); }
};

}  // namespace mta
