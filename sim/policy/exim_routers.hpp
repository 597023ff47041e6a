#pragma once
// Which router takes mail for a domain, and where it sends it: chapters 15 to 22 of Exim's
// specification.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/exim_config.hpp"
#include "sim/policy/exim_options.hpp"

namespace policy::exim {

/// What one router makes of a mail.
struct Verdict {
    enum class Kind : std::uint8_t {
        skipped,   ///< It is not for such mail.
        declined,  ///< It is, and cannot say where to.
        sent,      ///< To `hops` by `transport`.
        ended,     ///< No smtp transport takes it: `why`.
        copied,    ///< The same, but the next routers are asked, too (unseen).
        unknown    ///< Nobody can tell here: `option` and `why`.
    } kind = Kind::skipped;
    std::string option, why;
    std::string transport;
    std::vector<Hop> hops;
    std::size_t steps = 0;  ///< What it cost.
};

class Routers {
  public:
    Routers(Sections sections, std::shared_ptr<const Known> known);
    std::optional<Way> way_of(std::string_view domain, const std::vector<Transport>& transports,
                              std::string& why_not) const;
    std::vector<std::string> named_domains() const;
    /// Those of routers alone.
    std::vector<Hop> relays() const;
    /// Remarks on what cannot be decided for one of the domains; from now on it is passed over.
    std::vector<Remark> undecided(const std::vector<std::string>& domains);
    const Known& known() const { return *known_; }

  private:
    struct Asked {
        const Driver* router;
        Evaluator* evaluator;
        const std::string* domain;
    };
    Verdict ask(const Driver& router, const std::string& domain) const;
    std::optional<Verdict> preconditions(const Asked& a) const;
    std::optional<Verdict> who_and_what(const Asked& a) const;
    std::optional<Verdict> files_are_there(const Asked& a) const;
    std::optional<Verdict> conditions_hold(const Asked& a) const;
    Verdict take(const Asked& a) const;
    Verdict by_list(const Asked& a) const;
    Verdict by_data(const Asked& a) const;
    Verdict to_hosts(const Asked& a, std::string_view hosts, std::string_view words) const;
    Verdict redirected(const Asked& a) const;
    Verdict handed_over(const Asked& a, Verdict verdict) const;
    Way way_by(const Driver& router, const Verdict& verdict) const;

    Sections sections_;
    std::shared_ptr<const Known> known_;
    std::set<std::string> passed_over_;  ///< "router option".
};

/// "host", "host:port" and "host/MX" of a list, in lower case.
std::vector<Hop> hops_of(std::string_view list);
/// "smtp", "submissions", "587"; nothing: no port.
std::optional<std::uint16_t> port_of(std::string_view word);

}  // namespace policy::exim
