#pragma once
// Which next hop a mail has: transport_maps, relayhost and their like (trivial-rewrite(8)).
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/postfix_main.hpp"

namespace policy::postfix {

struct Way {
    std::string service = "smtp";  ///< Of master.cf.
    std::string next_hop;          ///< As tables are asked for it, in lower case.
    std::string setting;           ///< What decided, as "relayhost"; empty: the domain itself.
};

class Routing {
  public:
    Routing(Ways ways, const Beside& beside, const Answers& answers, std::vector<Remark>& remarks);
    /// For mail to a domain. Nothing: another transport than smtp(8) takes it, which has no TLS
    /// rules of these; `not_smtp` names it.
    std::optional<Way> way_of(std::string_view domain, std::string& not_smtp) const;
    /// All next hops that are named for more than one domain, and who names them.
    std::vector<Way> relays() const;

  private:
    std::optional<Way> by_transport(std::string_view value, std::string_view domain,
                                    std::string& not_smtp) const;
    Ways ways_;
    std::map<std::string, std::string, std::less<>> transports_;
    std::vector<std::string> sender_relays_;
};

}  // namespace policy::postfix
