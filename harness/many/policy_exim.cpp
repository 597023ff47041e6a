#include "harness/many/policy_exim.hpp"

#include <fmt/ranges.h>

#include "harness/script/value.hpp"
#include "sim/policy/postfix_table.hpp"

namespace many {
namespace {

namespace exim = policy::exim;
using script::Value;

constexpr std::string_view usual_address = "192.0.2.1";  // Of the first host of a case.

// Of the hosts that lists name, one below the domain: so the rule for it is seen at work.
std::string named_host(const std::vector<std::string>& named, const std::string& domain) {
    for (const std::string& host : named)
        if (host != domain && is_at(host, domain)) return host;
    return {};
}

}  // namespace

std::vector<std::pair<std::string_view, const exim::HostList*>> tls_lists(
    const exim::Transport& t) {
    return {{"hosts_require_tls", &t.hosts_require_tls},
            {"hosts_require_dane", &t.hosts_require_dane},
            {"tls_verify_hosts", &t.tls_verify_hosts},
            {"hosts_avoid_tls", &t.hosts_avoid_tls},
            {"hosts_try_dane", &t.hosts_try_dane},
            {"tls_verify_cert_hostnames", &t.tls_verify_cert_hostnames}};
}

std::vector<std::string> hosts_named_by(const exim::Transport& transport) {
    std::vector<std::string> out;
    for (const auto& [name, list] : tls_lists(transport))
        for (std::string& host : list->hosts())
            if (!host.starts_with('*')) out.push_back(std::move(host));
    return out;
}

EximRule::EximRule(EximWay way) : way_(std::move(way)) {
    if (way_.hop && !way_.hop->by_mx) {
        host_ = way_.hop->host;
    } else {
        const std::string domain = way_.hop ? way_.hop->host : way_.domain;
        host_ = named_host(*way_.named, domain);
        if (host_.empty()) host_ = "mx." + domain;
    }
    usual_ = options_for(host_, std::string(usual_address));
}

bool EximRule::is_by_address() const {
    return way_.hop && policy::postfix::is_address(way_.hop->host);
}

exim::Options EximRule::options_for(const std::string& host, const std::string& address) const {
    exim::Scene scene{way_.domain, host, address};
    if (way_.hop && !way_.hop->by_mx) scene.host = way_.hop->host;
    if (is_by_address()) scene.address = way_.hop->host;
    exim::Options out = exim::options_for(*way_.config, way_.way, scene);
    // Without a version of TLS no handshake begins: where TLS is demanded no mail goes, else it
    // goes without.
    out.hosts_avoid_tls = out.hosts_avoid_tls || transport().versions.empty();
    return out;
}

std::string EximRule::told(const exim::Options& options) {
    std::vector<std::string_view> words;
    for (const exim::OptionWords& option : exim::option_words()) {
        const bool matters =
            option.said != &exim::Options::tls_verify_cert_hostnames || options.tls_verify_hosts;
        if (matters && options.*option.said != exim::Options{}.*option.said)
            words.push_back(option.otherwise);
    }
    if (words.empty() || words.front() == exim::no_dnssec) words.insert(words.begin(), "default");
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string EximRule::asked() const { return told(usual_); }

bool EximRule::asks_dane() const {
    return !is_by_address() &&
           ((usual_.hosts_try_dane && usual_.dnssec) || usual_.hosts_require_dane);
}

bool EximRule::shakes_hands(Promise promise) const {
    const bool has_dane = promise == Promise::dane && usual_.dnssec;
    return !usual_.hosts_avoid_tls && (!usual_.hosts_require_dane || has_dane);
}

Value EximRule::options(const Shown& shown) const {
    const bool is_usual = shown.reached == host_ && shown.address == usual_address;
    const exim::Options mine = is_usual ? usual_ : options_for(shown.reached, shown.address);
    const exim::Transport& t = transport();
    Value out = Value::table({{"level", "default"}});
    for (const exim::OptionWords& option : exim::option_words())
        if (mine.*option.said != exim::Options{}.*option.said) out[option.name] = mine.*option.said;
    if (t.versions.size() == 1) out["protocols"] = Value(t.versions);
    if (t.ca.empty()) out["trusts"] = Value::list();
    return out;
}

std::string EximRule::mx_host(const std::string&) const { return spelled(host_); }

std::string EximRule::why_nobody() const {
    const exim::Options& o = usual_;
    if (o.hosts_avoid_tls && o.hosts_require_tls)
        return "TLS is demanded (hosts_require_tls) and never begun (hosts_avoid_tls, or no "
               "version is left)";
    if (o.hosts_require_dane && !o.dnssec)
        return "hosts_require_dane, and DNSSEC is not asked for (dnssec_request_domains, "
               "dns_dnssec_ok): all of it bounces";
    if (o.hosts_require_tls && o.tls_verify_hosts && transport().ca.empty())
        return "no CA is trusted: tls_verify_certificates is empty";
    if (o.hosts_require_tls && o.tls_verify_hosts && is_by_address())
        return "the host is named by its address, and an ordinary certificate by its name";
    return PartnerRule::why_nobody();
}

// The same for each host that a case leads mail to is the same in every case.
std::string EximRule::kind(const std::string&, const std::vector<Shown>& all) const {
    std::string out = asks_dane() ? "dane" : "";
    for (const Shown& shown : all) out += " " + script::as_lua(options(shown));
    return out;
}

}  // namespace many
