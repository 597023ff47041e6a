// Exim: its configuration.
#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "harness/many/policy_books.hpp"
#include "harness/many/policy_exim.hpp"
#include "sim/policy/postfix_table.hpp"

namespace many {
namespace {

namespace exim = policy::exim;

std::string hop_text(const exim::Hop& hop) {
    if (hop.by_mx) return hop.host;
    return hop.port == 0 ? fmt::format("[{}]", hop.host)
                         : fmt::format("[{}]:{}", hop.host, hop.port);
}

class EximBook {
  public:
    explicit EximBook(const RuleFiles& files)
        : config_(std::make_shared<exim::Config>(
              exim::read_config(files.exim->text, files.exim->name, files.beside))),
          roll_(files.exim->name) {}
    RuleBook read(const std::vector<std::string>& listed);

  private:
    void add(const std::string& domain);
    void add_named_hosts();
    void add_domain_of(std::string_view option, const std::string& host);
    void add_relays();
    void tell_of(const EximRule& rule, const Partner& partner, const exim::Way& way);
    void tell_how();
    std::shared_ptr<const std::vector<std::string>> named(const exim::Transport* transport);
    Partner at(const std::string& destination, const std::string& domain, const exim::Way& way,
               const std::optional<exim::Hop>& hop);

    std::shared_ptr<const exim::Config> config_;
    Roll roll_;
    std::vector<std::pair<std::string, exim::Way>>
        more_hops_;                // Of domains: ways with several hosts.
    std::set<std::string> hosts_;  // That mail is sent to.
    std::map<const exim::Transport*, std::shared_ptr<const std::vector<std::string>>> named_;
    std::map<const exim::Transport*, bool> used_;  // By it mail goes out; with DANE?
};

std::shared_ptr<const std::vector<std::string>> EximBook::named(const exim::Transport* transport) {
    std::shared_ptr<const std::vector<std::string>>& known = named_[transport];
    if (known == nullptr)
        known = std::make_shared<const std::vector<std::string>>(hosts_named_by(*transport));
    return known;
}

Partner EximBook::at(const std::string& destination, const std::string& domain,
                     const exim::Way& way, const std::optional<exim::Hop>& hop) {
    Partner out;
    out.destination = destination;
    out.next_hop = hop ? hop_text(*hop) : domain;
    if (!way.router.empty()) out.way = "router " + way.router;
    const auto rule =
        std::make_shared<EximRule>(EximWay{domain, way, hop, config_, named(way.transport)});
    hosts_.insert(rule->usual_host());
    used_[way.transport] = used_[way.transport] || rule->asks_dane();
    tell_of(*rule, out, way);
    out.rule = rule;
    return out;
}

// Lists may have this host of a partner, and not that.
void EximBook::tell_of(const EximRule& rule, const Partner& partner, const exim::Way& way) {
    if (partner.next_hop.starts_with('[') || !roll_.has_room_for_notes()) return;
    const auto say = [&](std::string text) { roll_.note(way.transport->line, std::move(text)); };
    const std::string usual = "mx." + partner.next_hop, other = "mx.somebody.test";
    const std::string own = rule.asked();
    const auto options = [&](const std::string& host) {
        return EximRule::told(rule.options_for(host, "192.0.2.1"));
    };
    if (rule.usual_host() != usual && options(usual) != own)
        say(fmt::format(
            "{}: {} is played as its MX, which lists of {} name ({}); for hosts of "
            "other names: {}",
            partner.destination, rule.usual_host(), way.transport->name, own, options(usual)));
    else if (options(other) != own)
        say(fmt::format("{}: lists of {} have hosts below it ({}), and none of other names: {}",
                        partner.destination, way.transport->name, own, options(other)));
    if (options(partner.next_hop) != own && options(other) == own)
        say(
            fmt::format("{0}: lists of {1} name {0}, which is a host of that name and no domain: "
                        "its MX {2} is on none ({3})",
                        partner.destination, way.transport->name, usual, own));
}

void EximBook::add(const std::string& domain) {
    if (!roll_.is_new(domain)) return;
    std::string why_not;
    const std::optional<exim::Way> way = config_->way_of(domain, why_not);
    if (!way) return roll_.note(0, fmt::format("{} is left out: {}", domain, why_not));
    if (way->transport->protocol != "smtp")
        return roll_.note(way->transport->line,
                          fmt::format("{} is left out: the transport {} speaks {}", domain,
                                      way->transport->name, way->transport->protocol));
    const bool by_mx = way->hops.empty();
    roll_.add(at(domain, domain, *way, by_mx ? std::nullopt : std::optional(way->hops.front())));
    if (way->hops.size() > 1 || !way->fallback_hosts.empty()) more_hops_.emplace_back(domain, *way);
}

// Mail goes to the next of them where the first takes none: each is a partner of his own.
void EximBook::add_relays() {
    std::set<std::string> known;
    for (const Partner& partner : roll_.partners()) known.insert(partner.next_hop);
    const auto add_hop = [&](const std::string& domain, const exim::Way& way,
                             const exim::Hop& hop) {
        const std::string text = hop_text(hop);
        if (known.insert(text).second && roll_.is_new(text)) roll_.add(at(text, domain, way, hop));
    };
    for (const auto& [domain, way] : more_hops_) {
        for (const exim::Hop& hop : way.hops) add_hop(domain, way, hop);
        for (const exim::Hop& hop : way.fallback_hosts) add_hop(domain, way, hop);
    }
}

// Whom a list of hosts names is a partner, too: the domain that such a host may be an MX of.
void EximBook::add_domain_of(std::string_view option, const std::string& host) {
    const bool below = host.starts_with("*.");
    const std::string bare = below ? host.substr(2) : host;
    if (bare.find('.') == bare.npos) return;
    if (hosts_.contains(bare)) return;
    const std::string relay = "[" + bare + "]";
    for (const Partner& partner : roll_.partners())
        if (is_at(bare, partner.destination) || partner.next_hop == relay) return;
    const std::string parent = bare.substr(bare.find('.') + 1);
    const bool is_host = !below && parent.find('.') != parent.npos;
    const std::string domain = is_host ? parent : bare;
    if (is_host)
        roll_.note(0, fmt::format("{} of {} is taken for an MX of {}", bare, option, domain));
    add(domain);
}

void EximBook::add_named_hosts() {
    for (const exim::Transport& transport : config_->transports)
        for (const auto& [option, list] : tls_lists(transport)) {
            for (const std::string& domain : list->domains()) add(domain);
            for (const std::string& host : list->hosts()) add_domain_of(option, host);
        }
}

// How it is played, where the file does not say.
void EximBook::tell_how() {
    bool dane = false;
    for (const auto& [transport, asks_dane] : used_) dane = dane || asks_dane;
    if (dane)
        roll_.note(0,
                   "DANE is played as with a resolver whose AD bit is believed (trust-ad in "
                   "resolv.conf): without that, or without DNSSEC, there is none");
    for (const exim::Transport& transport : config_->transports)
        if (used_.contains(&transport) && transport.ca != "system" && !transport.ca.empty())
            roll_.note(transport.line, fmt::format("tls_verify_certificates = {} is taken for the "
                                                   "public CAs",
                                                   transport.ca));
}

RuleBook EximBook::read(const std::vector<std::string>& listed) {
    if (has_mistake(config_->remarks)) return roll_.finish(config_->remarks);
    for (const std::string& domain : config_->named_domains()) add(domain);
    for (const std::string& domain : listed) add(domain);
    add_named_hosts();
    if (listed.empty()) add(std::string(anybody));
    add_relays();
    tell_how();
    return roll_.finish(config_->remarks);
}

}  // namespace

RuleBook exim_book(const RuleFiles& files, const std::vector<std::string>& listed) {
    return EximBook(files).read(listed);
}

}  // namespace many
