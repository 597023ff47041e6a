#pragma once
// What a configuration of Exim 4.96 says of TLS for outgoing mail: its routers choose a transport
// for a domain, and the smtp transport says what is demanded of a host (chapters 15 to 20 and 30 of
// its specification). Text in, facts out.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/exim_eval.hpp"
#include "sim/policy/exim_level.hpp"
#include "sim/policy/remark.hpp"

namespace policy::exim {

/// A list of hosts, as hosts_require_tls has it. A host's name in it stands for that host; Exim
/// asks for its addresses.
class HostList {
  public:
    HostList() = default;
    HostList(std::shared_ptr<const Known> known, std::string text)
        : known_(std::move(known)), text_(std::move(text)) {}
    /// `domain` is the recipient's, where the list asks for it. What nobody knows is no match; a
    /// remark said so when the configuration was read.
    bool matches(std::string_view host_name, std::string_view address,
                 std::string_view domain = {}) const;
    /// What it says of every host that takes mail for the domain; nothing: it asks which one.
    std::optional<bool> of_any_host(std::string_view domain) const;
    /// The hosts that it names, "*.bob.example" as it is; the domains that it looks up. In
    /// alphabetical order, at most a thousand of each.
    std::vector<std::string> hosts() const;
    std::vector<std::string> domains() const;
    const std::string& text() const { return text_; }

  private:
    std::shared_ptr<const Known> known_;
    std::string text_;
};

/// A list of domains, as dnssec_request_domains has it.
class DomainList {
  public:
    DomainList() = default;
    DomainList(std::shared_ptr<const Known> known, std::string text)
        : known_(std::move(known)), text_(std::move(text)) {}
    bool matches(std::string_view domain) const;
    const std::string& text() const { return text_; }

  private:
    std::shared_ptr<const Known> known_;
    std::string text_;
};

/// A host that is named, in lower case.
struct Hop {
    std::string host;        ///< A name, or an address.
    std::uint16_t port = 0;  ///< 0: the transport's.
    bool by_mx = false;      ///< "/MX": the hosts of its MX records.
    bool by_name = false;    ///< byname, gethostbyname, or an address: nothing of DNSSEC is known.
    bool operator==(const Hop&) const = default;
};

/// A transport of driver smtp. A list is empty where it is not set and has no default.
struct Transport {
    std::string name, file;
    int line = 0;
    HostList hosts_avoid_tls, hosts_require_tls;
    HostList tls_verify_hosts, tls_try_verify_hosts;  ///< The second: "*".
    HostList tls_verify_cert_hostnames;               ///< "*".
    HostList hosts_try_dane, hosts_require_dane;      ///< The first: "*".
    bool tls_tempfail_tryclear = true;
    DomainList dnssec_request_domains;  ///< "*"; for the hosts that `hosts` names.
    std::string ca = "system";          ///< tls_verify_certificates: "system", a path, or empty.
    std::string ciphers;                ///< tls_require_ciphers, for the library.
    std::vector<std::string> versions;  ///< Of TLSv1.2 and TLSv1.3, what is left of them.
    std::string server_name;            ///< tls_sni: "hostname", "nexthop", a name, or empty.
    std::string protocol = "smtp";      ///< Or "smtps", "lmtp": a remark said so.
    std::uint16_t port = 25;
    std::vector<Hop> hosts;  ///< Where a router names none, or with hosts_override.
    bool hosts_override = false;
    std::vector<Hop> fallback_hosts;  ///< Where no other host takes a mail.
    unsigned hosts_max_try = 5;
    bool multi_domain = true;
};

/// How mail for a domain goes.
struct Way {
    const Transport* transport = nullptr;  ///< Of the same Config.
    std::vector<Hop> hops;                 ///< In their order. Empty: the domain's MX records.
    std::vector<Hop> fallback_hosts;
    std::string router;  ///< Empty: no router stands in the text.
    /// Of the router, or of the transport where that names the hosts: is DNSSEC asked for? It is
    /// asked about the domain, or where there are hops about the hop's name.
    DomainList dnssec_request_domains;
    bool asks_dnssec = true;  ///< What that says of the domain.
    HostList ignored;         ///< ignore_target_hosts.
};

class Routers;

struct Config {
    std::vector<Transport> transports;  ///< Those of driver smtp, in their order.
    std::vector<Remark> remarks;
    bool asks_dnssec = true;  ///< dns_dnssec_ok and dns_use_edns0 do not say no.
    /// Nothing: no smtp transport takes mail for the domain, and why. Routers whose options nobody
    /// can decide here are passed over; `remarks` names those that were met when the text was read,
    /// and `why_not` any other.
    std::optional<Way> way_of(std::string_view domain, std::string& why_not) const;
    /// The domains that routers of remote mail name, in alphabetical order; "any." stands before
    /// those that are named as "*.domain".
    std::vector<std::string> named_domains() const;
    /// The hosts that routers and transports name, in alphabetical order.
    std::vector<Hop> relays() const;

    std::shared_ptr<const Routers> routers;
};

/// What is demanded of one host that a way of the configuration leads to, be it a hop or what an MX
/// record names. `trusts_ad`: the resolver passes on that an answer is secure. Of a host that is
/// looked up by name, nothing is known of DNSSEC.
Options options_for(const Config& config, const Way& way, const Scene& scene,
                    bool trusts_ad = true);

/// The same of every host of the domain, for rules that stand for destinations. Nothing: an option,
/// named in `asks_host`, says one thing of some hosts and another of others.
std::optional<Options> options_for_any_host(const Config& config, const Way& way,
                                            std::string_view domain, std::string& asks_host,
                                            bool trusts_ad = true);

/// `file` is its name, for remarks. `beside` is kept, and asked while the Config, or a Way or list
/// of it, lives. An smtp transport's text alone will do.
Config read_config(std::string_view text, std::string_view file, const Beside& beside);

}  // namespace policy::exim
