#include <algorithm>

#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/dns/zone_file.hpp"

namespace script {
namespace {

// What a TLSA record is made of, by selector and matching type. Values that RFC 6698 does not know
// get a digest of the key, so that only their number is odd.
std::string association(const tls::ShownCertificate& shown, unsigned selector, unsigned matching) {
    const bool whole = selector == 0;
    if (matching == 0) return whole ? shown.certificate : shown.key;
    if (matching == 2) return whole ? shown.certificate_sha512 : shown.key_sha512;
    return whole ? shown.certificate_sha256 : shown.key_sha256;
}

}  // namespace

void Play::publish(const std::string& domain, const std::string& host, std::uint16_t preference,
                   dns::Source source) {
    dns::Record mx;
    mx.name = domain;
    mx.type = dns::Type::MX;
    mx.preference = preference;
    mx.data = host;
    world_->zones().add(std::move(mx), source);
}

// Empty: all went well. A host publishes its MX records, its addresses, and its other name.
std::string Play::publish_receiver(sim::Gateway& gateway, const Value& o) {
    const std::string mx = text(o, "known_as", gateway.name);
    const auto preference = static_cast<std::uint16_t>(o.value("preference", 10));
    if (!o.value("implicit_mx", false))
        for (const Value& domain : o["serves"])
            if (!own_mx_.contains(dns::canonical(domain.text())))
                publish(domain.text(), mx, preference, dns::Source::host);
    if (mx != gateway.name) {
        dns::Record alias;
        alias.name = mx;
        alias.type = dns::Type::CNAME;
        alias.data = gateway.name;
        world_->zones().add(std::move(alias));
    }
    if (!o.contains("addresses")) return {};
    world_->zones().remove(gateway.name, dns::Type::A, dns::Source::host);
    for (const Value& entry : o["addresses"]) {
        const std::string word = entry.text();
        const std::optional<std::string> bytes = dns::address_bytes(word);
        if (!bytes)
            return fmt::format("receiver.addresses: expected IPv4 or IPv6 addresses, got '{}'",
                               word);
        dns::Record address;
        address.name = gateway.name;
        address.type = bytes->size() == 4 ? dns::Type::A : dns::Type::AAAA;
        address.data = dns::address_text(*bytes);
        if (!world_->network().add_address(gateway.host, address.data))
            return fmt::format("receiver.addresses: {} belongs to another host", address.data);
        world_->zones().add(std::move(address));
    }
    return {};
}

Value Play::domain(const Value& a) {
    domains_.push_back(a[0].text());
    const Value index = domains_.size() - 1;
    const Value done = change_domain(Value::list({index, a[1]}));
    return done[0].get<bool>() ? well(index) : done;
}

Value Play::change_domain(const Value& a) {
    const std::string& name = domain_of(a[0]);
    const Value& o = a[1];
    const bool null_mx = o.value("null_mx", false);
    if (null_mx && o.contains("mx")) return ill("domain: null_mx and mx contradict each other");
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    dns::Zones& zones = world_->zones();
    const std::string signing = text(o, "signed", std::string(word(zones.signing_of(name))));
    zones.declare(name, signing == "yes"     ? dns::Signing::yes
                        : signing == "bogus" ? dns::Signing::bogus
                                             : dns::Signing::no);
    if (o.contains("ttl")) {
        const Duration ttl = duration(o, "ttl");
        zones.set_ttl(name, static_cast<std::uint32_t>(ttl.ns / seconds(1).ns));
    }
    if (std::string why = set_records(name, o["records"]); !why.empty())
        return ill("domain.records: " + why);
    if (null_mx || o.contains("mx")) {
        zones.remove(name, dns::Type::MX, dns::Source::host);
        zones.remove(name, dns::Type::MX, dns::Source::words);
        own_mx_.insert(dns::canonical(name));  // whatever receivers are written later
    }
    if (null_mx) publish(name, "", 0, dns::Source::words);  // RFC 7505
    if (o.contains("mx"))
        for (const Value& entry : o["mx"])
            publish(name, entry["host"].text(),
                    static_cast<std::uint16_t>(entry["preference"].get<int>()), dns::Source::words);
    for (const Value& fault : o["fails"])
        zones.fail(fault["name"].text(), dns::type_of(fault["type"].text()).value_or(dns::Type::A),
                   dns::fault_of(fault["how"].text()).value_or(dns::Fault::none));
    if (o.contains("tlsa")) waiting_tlsa_.emplace_back(name, o["tlsa"]);
    if (o.contains("tls_rpt"))
        if (std::string why = publish_tls_rpt(dns::canonical(name), o["tls_rpt"]); !why.empty())
            return ill(std::move(why));
    if (o.contains("mta_sts")) {
        const std::string key = dns::canonical(name);
        sts_options_[key].update(o["mta_sts"]);
        waiting_sts_.insert(key);
    }
    if (o.empty()) return well(nullptr);
    world_->trace().add(
        trace::HostId::nobody,
        trace::WorldChanged{world_->trace().keep("DNS of " + name + ": " + as_lua(o))});
    return well(nullptr);
}

// Lines of a zone file; one text may hold several, and parentheses may hold several texts. What
// they say of a name and type replaces what lines and words said before; words of the same call
// stand beside them. Empty: all went well.
std::string Play::set_records(const std::string& domain, const Value& lines) {
    std::string all;
    for (const Value& line : lines) {
        const std::string text = line.text();
        if (text.find_first_not_of(" \t\r\n") == text.npos) return "expected a record, got nothing";
        all += text + "\n";
    }
    Result<std::vector<dns::ZoneRecord>> records =
        dns::parse_zone(all, dns::Origin{dns::canonical(domain)});
    if (!records.ok()) return records.failure().detail;
    dns::Zones& zones = world_->zones();
    std::set<std::pair<std::string, dns::Type>> replaced;
    for (dns::ZoneRecord& line : records.value()) {
        dns::Record& record = line.record;
        if (replaced.emplace(record.name, record.type).second)
            for (const dns::Source said : {dns::Source::lines, dns::Source::words})
                zones.remove(record.name, record.type, said);
        zones.add(std::move(record), dns::Source::lines,
                  line.own_ttl ? dns::Ttl::own : dns::Ttl::zone_s_if_zero);
    }
    return {};
}

// What is published depends on hosts that may be written later. Empty: all went well.
std::string Play::settle_domains() {
    for (const auto& [from, to, port] : std::exchange(waiting_relays_, {}))
        if (std::string why = settle_relay(from, to, port); !why.empty()) return why;
    std::erase_if(relays_of_files_, [&](const auto& relay) {
        return std::apply([&](const auto&... of) { return settle_relay(of...); }, relay).empty();
    });
    if (std::string why = settle_tlsa(); !why.empty()) return why;
    for (const std::string& domain : std::exchange(waiting_sts_, {}))
        if (std::string why = publish_sts(domain); !why.empty()) return why;
    if (const std::optional<std::string> name = world_->zones().crowded_alias())
        return fmt::format(
            "domain.records: {} has a CNAME record, and other records beside it "
            "(RFC 1034 section 3.6.2)",
            *name);
    return {};
}

// The host that is relayed to takes mail from the other one for everybody; what is not for itself
// it sends on. Empty: all went well.
std::string Play::settle_relay(const std::string& from, const std::string& to, std::uint16_t port) {
    const sim::Gateway* const client = world_->find_gateway(from);
    sim::Gateway* relay = world_->find_gateway(to);
    if (relay == nullptr)
        if (const sim::Gateway* const known = also_known_as(to))
            relay = world_->find_gateway(known->name);
    if (const std::optional<std::string> address = mta::address_in(to))
        for (const Host& h : hosts_)
            if (world_->network().find(*address) == h.gateway->host) relay = h.gateway;
    if (relay == nullptr || !relay->inbound)
        return fmt::format("'{}' relays to '{}', but there is no receiver of that name", from, to);
    relays_for_[dns::canonical(relay->name)].insert(client->host);
    mta::InboundSettings settings = relay->inbound->settings();
    settings.relays_for.insert(client->host);
    const std::set<std::string> domains = settings.serves;
    world_->receive(*relay, std::move(settings));
    if (!relay->outbound) world_->send(*relay, plain_outbound(domains));
    const bool own_ports = std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& h) {
        return h.gateway == relay && h.options.contains("ports");
    });
    std::set<std::uint16_t> ports = relay->inbound->ports();
    if (!own_ports && ports.insert(port).second) relay->inbound->set_ports(std::move(ports));
    return {};
}

// TLSA records are made of the certificates that receivers have when something happens next: so a
// domain may be written before its hosts. Empty: all went well.
std::string Play::settle_tlsa() {
    const auto waiting = std::exchange(waiting_tlsa_, {});
    for (const auto& [domain, entries] : waiting) {
        for (const std::string& host : published_tlsa_[domain])
            world_->zones().remove(host, dns::Type::TLSA, dns::Source::words);
        published_tlsa_[domain].clear();
        for (const Value& entry : entries)
            if (std::string why = publish_tlsa(domain, entry); !why.empty()) return why;
    }
    return {};
}

// What the data of a TLSA record is made of.
Result<tls::ShownCertificate> Play::source_of(const std::string& where, const sim::Gateway& gateway,
                                              const std::string& of,
                                              const tls::Identity& identity) const {
    for (const Host& host : hosts_)
        if (host.gateway == &gateway && is_unspoken_key(host.options["certificate"]))
            return Failure(Reason::none,
                           fmt::format("{}: '{}' has a key 'ed25519', of which the lab makes no "
                                       "certificate to publish",
                                       where, gateway.name));
    if (of == "trust anchor") return tls::anchor_of(identity);
    if (of != "intermediate") return tls::leaf_of(identity);
    std::optional<tls::ShownCertificate> between = tls::intermediate_of(identity);
    if (between) return std::move(*between);
    return Failure(Reason::none, fmt::format("{}: '{}' shows a certificate without a CA between it "
                                             "and the root; give it via = \"NAME\"",
                                             where, gateway.name));
}

const sim::Gateway* Play::also_known_as(const std::string& name) const {
    for (const Host& host : hosts_)
        if (dns::canonical(text(host.options, "known_as", "")) == dns::canonical(name))
            return host.gateway;
    return nullptr;
}

// Empty: whom the records are about was found.
std::string Play::hosts_of_tlsa(const std::string& domain, const Value& entry,
                                std::vector<const sim::Gateway*>& gateways) const {
    if (entry.contains("host")) {
        const std::string name = entry["host"].text();
        const sim::Gateway* gateway = world_->find_gateway(name);
        if (gateway == nullptr) gateway = also_known_as(name);
        if (gateway == nullptr || !gateway->inbound)
            return fmt::format("domain '{}'.tlsa: there is no receiver '{}'", domain, name);
        gateways.push_back(gateway);
        return {};
    }
    for (const Host& host : hosts_)
        if (host.gateway->inbound &&
            host.gateway->inbound->settings().serves.contains(dns::canonical(domain)))
            gateways.push_back(host.gateway);
    if (gateways.empty())
        return fmt::format("domain '{}'.tlsa: no receiver serves the domain; name a host", domain);
    return {};
}

std::string Play::publish_tlsa(const std::string& domain, const Value& entry) {
    std::vector<const sim::Gateway*> gateways;
    if (std::string why = hosts_of_tlsa(domain, entry, gateways); !why.empty()) return why;
    for (const sim::Gateway* gateway : gateways) {
        dns::Tlsa tlsa;
        tlsa.usage = entry["usage"].get<unsigned>();
        tlsa.selector = entry["selector"].get<unsigned>();
        tlsa.matching = entry["matching"].get<unsigned>();
        // A word about the certificate that is shown, or another certificate of the same host.
        const bool other = entry["of"].is_table();
        std::string of = other ? "leaf" : entry["of"].text();
        if (other && tlsa.usage == 2) of = "trust anchor";
        Result<std::shared_ptr<const tls::Identity>> identity =
            gateway->inbound->settings().tls.identity;
        const std::string where = fmt::format("domain '{}'.tlsa", domain);
        if (other) identity = identity_of(where + ".of", entry["of"], gateway->name, gateway->name);
        if (!identity.ok()) return identity.failure().detail;
        const Result<tls::ShownCertificate> source =
            source_of(where, *gateway, of, *identity.value());
        if (!source.ok()) return source.failure().detail;
        tlsa.data = association(source.value(), tlsa.selector, tlsa.matching);
        if (of == "short") tlsa.data.pop_back();
        // Full data is a key or certificate still, else the record would be unusable (RFC 7671
        // section 10.3).
        if (of == "another key" && tlsa.matching == 0) {
            const Value stranger = Value::table({{"key_name", "another key"}});
            const auto identity_of_another =
                world_->mint().issue(certificate_wish(stranger, gateway->name));
            tlsa.data = association(tls::leaf_of(*identity_of_another), tlsa.selector, 0);
        } else if (of == "another key") {
            Chance chance = world_->chance("another key of " + gateway->name);
            chance.fill({reinterpret_cast<unsigned char*>(tlsa.data.data()), tlsa.data.size()});
        }
        for (const std::uint16_t port : gateway->inbound->ports()) {
            dns::Record record;
            // An alias may be the base domain (RFC 7672 section 2.2.2).
            record.name = fmt::format("_{}._tcp.{}", port,
                                      dns::canonical(text(entry, "host", gateway->name)));
            record.type = dns::Type::TLSA;
            record.data = dns::tlsa_bytes(tlsa);
            published_tlsa_[domain].insert(record.name);
            world_->zones().add(std::move(record), dns::Source::words);
        }
    }
    return {};
}

}  // namespace script
