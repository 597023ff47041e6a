#include "sim/policy/postfix_ways.hpp"

#include <algorithm>
#include <set>

#include "sim/core/text.hpp"

namespace policy::postfix {
namespace {

// Transports of Debian's master.cf that hand mail to something else than smtp(8).
bool is_another(std::string_view service) {
    static const std::set<std::string_view> others{"error",   "retry", "discard",  "local",
                                                   "virtual", "lmtp",  "maildrop", "uucp",
                                                   "hold",    "pipe"};
    return others.contains(service);
}

}  // namespace

Routing::Routing(Ways ways, const Beside& beside, const Answers& answers,
                 std::vector<Remark>& remarks)
    : ways_(std::move(ways)) {
    for (const Pair& pair : read_pairs(ways_.transports, beside, answers, remarks))
        transports_.emplace(pair.key, pair.value);
    for (const Pair& pair : read_pairs(ways_.sender_relayhosts, beside, answers, remarks)) {
        const std::string relays = core::lower(pair.value);
        for (const std::string_view relay : split(relays, comma_or_space)) {
            const bool known = std::find(sender_relays_.begin(), sender_relays_.end(), relay) !=
                               sender_relays_.end();
            if (relay != "dunno" && !known) sender_relays_.emplace_back(relay);
        }
    }
}

// transport(5): "service:next hop"; without a service the default one, without a next hop the
// domain, without either as if nothing stood there.
std::optional<Way> Routing::by_transport(std::string_view value, std::string_view domain,
                                         std::string& not_smtp) const {
    const std::size_t colon = value.find(':');
    const std::string service = core::lower(core::trimmed(value.substr(0, colon)));
    const std::string hop =
        colon == value.npos ? "" : core::lower(core::trimmed(value.substr(colon + 1)));
    if (is_another(service)) {
        not_smtp = service;
        return std::nullopt;
    }
    Way out{service.empty() ? "smtp" : service, hop, ways_.transports.setting};
    if (hop.empty()) out.next_hop = domain;
    return out;
}

std::optional<Way> Routing::way_of(std::string_view domain, std::string& not_smtp) const {
    const std::string name = core::lower(domain);
    std::string_view key = name;
    while (true) {
        const auto found = transports_.find(key);
        if (found != transports_.end()) {
            if (found->second == ":") break;
            return by_transport(found->second, name, not_smtp);
        }
        if (key == "*") break;
        const std::size_t dot = is_hostname(name) ? key.find('.', 1) : key.npos;
        key = dot == key.npos ? std::string_view("*") : key.substr(dot);
    }
    Way out{"smtp", ways_.relayhost, "relayhost"};
    const std::string_view transport = ways_.default_transport;
    const std::size_t colon = transport.find(':');
    const std::string service(transport.substr(0, colon));
    if (is_another(service)) {
        not_smtp = service;
        return std::nullopt;
    }
    if (!service.empty()) out.service = service;
    if (!out.next_hop.empty()) return out;
    const bool fixed = colon != transport.npos && colon + 1 < transport.size();
    out.next_hop = fixed ? core::lower(transport.substr(colon + 1)) : name;
    out.setting = fixed ? "default_transport" : "";
    return out;
}

std::vector<Way> Routing::relays() const {
    std::vector<Way> out;
    std::set<std::string> known;
    const auto add = [&](const std::string& service, const std::string& hop,
                         const std::string& setting) {
        if (!hop.empty() && known.insert(service + " " + hop).second)
            out.push_back({service, hop, setting});
    };
    add("smtp", ways_.relayhost, "relayhost");
    for (const std::string& relay : ways_.more_relayhosts) add("smtp", relay, "relayhost");
    for (const std::string& relay : sender_relays_)
        add("smtp", relay, ways_.sender_relayhosts.setting);
    for (const std::string& relay : ways_.fallback_relays)
        add("smtp", relay, "smtp_fallback_relay");
    for (const auto& [key, value] : transports_) {
        std::string not_smtp;
        const std::optional<Way> way = by_transport(value, "", not_smtp);
        if (way) add(way->service, way->next_hop, way->setting);
    }
    return out;
}

}  // namespace policy::postfix
