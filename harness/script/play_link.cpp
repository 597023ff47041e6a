// Where hosts stand: of whose house they are, how paths carry, and when they lose their power.
#include <algorithm>

#include <fmt/core.h>

#include "harness/script/bandwidth.hpp"
#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/dns/zone_file.hpp"

namespace script {
namespace {

// What the author named, in a few words.
std::string in_words(const Value& o) {
    std::string out;
    const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    for (const char* const key : {"latency", "jitter", "bandwidth"})
        if (o.contains(key)) add(fmt::format("{} {}", key, o[key].text()));
    if (o.contains("loss")) add(fmt::format("loss {} %", as_json(o["loss"])));
    if (!o.contains("down")) return out.empty() ? "as it was" : out;
    const Value& down = o["down"];
    if (down.is_table())
        add(fmt::format("nothing gets to {}", down["name"].text()));
    else
        add(down == "no" ? "up" : "down");
    return out;
}

void set(net::Carriage& carriage, const Value& o) {
    carriage.latency = duration(o, "latency", carriage.latency);
    carriage.jitter = duration(o, "jitter", carriage.jitter);
    if (o.contains("bandwidth"))
        carriage.bytes_per_second = parse_bandwidth(o["bandwidth"].text()).value_or(0);
    if (o.contains("loss"))
        carriage.loss = static_cast<std::uint32_t>(o["loss"].get<double>() * 100 + 0.5);
}

}  // namespace

Value Play::network(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    set(carriage_, a[0]);
    world_->network().set_carriage(carriage_);
    trace::Trace& trace = world_->trace();
    trace.add(trace::HostId::nobody,
              trace::LinkChanged{trace::HostId::nobody, trace::HostId::nobody,
                                 trace.keep(in_words(a[0]))});
    return well(nullptr);
}

Result<trace::HostId> Play::end_of(const Value& end) {
    const std::string kind = end["kind"].text(), name = end["name"].text();
    if (kind == "dns") return world_->resolver().host();
    if (kind != "domain") return gateway_called(name).host;
    const std::optional<trace::HostId> policy_host = world_->policy_host_of(name);
    if (policy_host) return *policy_host;
    return Failure(Reason::none,
                   fmt::format("'{}' has no policy host; give it mta_sts = {{}}", name), "");
}

Value Play::link(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const Result<trace::HostId> one = end_of(a[0]), other = end_of(a[1]);
    for (const Result<trace::HostId>* const end : {&one, &other})
        if (!end->ok()) return ill("link.between: " + end->failure().detail);
    const std::string names[] = {a[0]["name"].text(), a[1]["name"].text()};
    if (one.value() == other.value())
        return ill(fmt::format("link.between: there is no path from '{}' to itself", names[0]));
    const std::pair ends(std::min(one.value(), other.value()),
                         std::max(one.value(), other.value()));
    if (linked_.contains(ends))
        return ill(
            fmt::format("link: there is one between '{}' and '{}' already; use :changes {{…}}",
                        names[0], names[1]));
    if (std::string why = carry(one.value(), other.value(), a[2]); !why.empty())
        return ill(std::move(why));
    linked_.insert(ends);
    links_.push_back(ends);
    return well(links_.size() - 1);
}

Value Play::change_link(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    const auto [one, other] = one_of(links_, a[0], "link");
    std::string why = carry(one, other, a[1]);
    return why.empty() ? well(nullptr) : ill(std::move(why));
}

// Empty: it was done.
std::string Play::carry(trace::HostId one, trace::HostId other, const Value& o) {
    const net::Path& path = world_->network().path(one, other);
    net::Carriage carriage = path;
    set(carriage, o);
    if (o.contains("down")) {
        carriage.down_from_one = carriage.down_from_other = o["down"] == "both ways";
        if (o["down"].is_table()) {
            const Result<trace::HostId> deaf = end_of(o["down"]);
            if (!deaf.ok() || (deaf.value() != one && deaf.value() != other))
                return fmt::format("link.down: '{}' is at no end of this link",
                                   o["down"]["name"].text());
            carriage.down_from_one = deaf.value() == path.other;
            carriage.down_from_other = deaf.value() == path.one;
        }
    }
    trace::Trace& trace = world_->trace();
    trace.add(trace::HostId::nobody, trace::LinkChanged{one, other, trace.keep(in_words(o))});
    world_->network().set_carriage(one, other, carriage);
    return {};
}

Value Play::host_down(const Value& a) {
    if (std::string why = settle_domains(); !why.empty()) return ill(std::move(why));
    sim::Gateway& gateway = *host(a[0]).gateway;
    if (gateway.outbound)
        return ill(fmt::format("goes_down: '{}' sends as well; a host that sends cannot go down",
                               gateway.name));
    if (world_->network().is_down(gateway.host))
        return ill(fmt::format("goes_down: '{}' is down already", gateway.name));
    world_->take_down(gateway);
    return well(nullptr);
}

Value Play::host_up(const Value& a) {
    sim::Gateway& gateway = *host(a[0]).gateway;
    if (!world_->network().is_down(gateway.host))
        return ill(fmt::format("comes_back: '{}' is not down", gateway.name));
    world_->bring_back(gateway);
    return well(nullptr);
}

// Of which company the host will be.
Value Play::house(const Value& a) {
    houses_.emplace(dns::canonical(a[0].text()), a[1].text());
    return well(nullptr);
}

sim::Gateway& Play::join(const std::string& name, trace::Role role) {
    const auto house = houses_.find(dns::canonical(name));
    return world_->add_gateway(name, role,
                               house == houses_.end() ? std::string_view() : house->second);
}

}  // namespace script
