// What a transport says of one host.
#include <algorithm>

#include "sim/core/text.hpp"
#include "sim/policy/exim_config.hpp"

namespace policy::exim {
namespace {

struct ListOption {
    std::string_view name;
    HostList Transport::*list;
    bool Options::*said;
};
constexpr ListOption list_options[] = {
    {"hosts_avoid_tls", &Transport::hosts_avoid_tls, &Options::hosts_avoid_tls},
    {"hosts_require_tls", &Transport::hosts_require_tls, &Options::hosts_require_tls},
    {"tls_verify_hosts", &Transport::tls_verify_hosts, &Options::tls_verify_hosts},
    {"tls_verify_cert_hostnames", &Transport::tls_verify_cert_hostnames,
     &Options::tls_verify_cert_hostnames},
    {"hosts_try_dane", &Transport::hosts_try_dane, &Options::hosts_try_dane},
    {"hosts_require_dane", &Transport::hosts_require_dane, &Options::hosts_require_dane},
};

// The hop that names a host; where none does, the first whose MX records are asked for.
const Hop* hop_of(const Way& way, const Scene& scene) {
    const std::string name = core::lower(scene.host);
    const auto is_named = [&](const Hop& h) {
        return !h.by_mx && (h.host == name || h.host == scene.address);
    };
    auto found = std::find_if(way.hops.begin(), way.hops.end(), is_named);
    if (found == way.hops.end())
        found =
            std::find_if(way.hops.begin(), way.hops.end(), [](const Hop& h) { return h.by_mx; });
    if (found == way.hops.end()) found = way.hops.begin();
    return found == way.hops.end() ? nullptr : &*found;
}

}  // namespace

bool HostList::matches(std::string_view host_name, std::string_view address,
                       std::string_view domain) const {
    if (known_ == nullptr || text_.empty()) return false;
    const Scene scene{std::string(domain), std::string(host_name), std::string(address)};
    return Evaluator(*known_, scene).in_list(ListOf::hosts, text_, host_name).answer == Answer::yes;
}

std::optional<bool> HostList::of_any_host(std::string_view domain) const {
    if (known_ == nullptr || text_.empty()) return false;
    const Scene scene{std::string(domain), {}, {}};
    const Found found = Evaluator(*known_, scene).in_list(ListOf::hosts, text_, {});
    if (found.answer == Answer::unknown) return std::nullopt;
    return found.answer == Answer::yes;
}

bool DomainList::matches(std::string_view domain) const {
    if (known_ == nullptr || text_.empty()) return false;
    const Scene scene{std::string(domain), {}, {}};
    return Evaluator(*known_, scene).in_list(ListOf::domains, text_, domain).answer == Answer::yes;
}

Options options_for(const Config& config, const Way& way, const Scene& scene, bool trusts_ad) {
    const Hop* const hop = hop_of(way, scene);
    Options out;
    for (const ListOption& option : list_options)
        out.*option.said =
            (way.transport->*option.list).matches(scene.host, scene.address, scene.domain);
    out.tls_tempfail_tryclear = way.transport->tls_tempfail_tryclear;
    const std::string_view asked = hop == nullptr ? scene.domain : hop->host;
    const bool by_name = hop != nullptr && hop->by_name;
    out.dnssec =
        trusts_ad && config.asks_dnssec && !by_name && way.dnssec_request_domains.matches(asked);
    return out;
}

std::optional<Options> options_for_any_host(const Config& config, const Way& way,
                                            std::string_view domain, std::string& asks_host,
                                            bool trusts_ad) {
    Options out = options_for(config, way, {std::string(domain), {}, {}}, trusts_ad);
    for (const ListOption& option : list_options) {
        const std::optional<bool> said = (way.transport->*option.list).of_any_host(domain);
        if (!said) {
            asks_host = option.name;
            return std::nullopt;
        }
        out.*option.said = *said;
    }
    return out;
}

}  // namespace policy::exim
