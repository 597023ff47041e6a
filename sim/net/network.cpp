#include "sim/net/network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/net/active_open.hpp"

namespace net {

using namespace trace;

// A datagram on its way, point after point. Rules and latency are those of when it was sent.
struct Network::Parcel final : Due {
    Parcel(Network& n, const Path& p, bool forwards) : network(n), carriage(p), rules(p.rules) {
        if (!forwards) std::reverse(rules.begin(), rules.end());
    }
    void fire() override { network.forward(*this); }
    // From point `leg` - 1 to point `leg`.
    Duration leg_latency() const { return carriage.leg(leg, rules.size() + 1); }
    Network& network;
    Carriage carriage;
    std::vector<std::shared_ptr<Rule>> rules;  // In the order of its way.
    HostId from{}, to{};
    std::uint16_t from_port = 0, port = 0;
    std::size_t leg = 0;
    std::size_t index = 0;
    std::string_view bytes;
};

Network::Network(Loop& loop, Trace& trace) : loop_(loop), trace_(trace) {}
Network::~Network() = default;

std::string Network::next_address() {
    const std::uint32_t n = addresses_++;
    if (n < 3 * 253) {  // RFC 5737: three documentation networks
        static constexpr const char* nets[] = {"192.0.2.", "198.51.100.", "203.0.113."};
        return fmt::format("{}{}", nets[n / 253], n % 253 + 1);
    }
    const std::uint32_t m = n - 3 * 253;  // RFC 2544: for tests of network devices
    ENSURE(m < (1u << 17));
    return fmt::format("198.{}.{}.{}", 18 + (m >> 16), m >> 8 & 255, m & 255);
}

HostId Network::join(std::string name, Role role, std::string_view company) {
    const HostId id{static_cast<std::uint16_t>(hosts_.size())};
    ENSURE(id != HostId::nobody);
    Host& host = hosts_.emplace_back();
    host.name = std::move(name);
    const bool addressed = role != Role::watcher && role != Role::attacker;
    if (addressed) {
        host.address = next_address();
        by_address_.emplace(host.address, id);
    }
    trace_.add(
        id,
        HostJoined{
            id, trace_.keep(host.name), trace_.keep(host.address), role, {trace_.keep(company)}});
    return id;
}

void Network::give_address(HostId id) {
    if (!host(id).address.empty()) return;
    host(id).address = next_address();
    by_address_.emplace(host(id).address, id);
}

bool Network::add_address(HostId id, std::string address) {
    const auto [place, added] = by_address_.emplace(std::move(address), id);
    return added || place->second == id;
}

std::optional<HostId> Network::find(std::string_view address) const {
    const auto found = by_address_.find(address);
    if (found == by_address_.end()) return std::nullopt;
    return found->second;
}

void Network::listen(HostId id, std::uint16_t port, Listener* listener) {
    if (listener != nullptr)
        host(id).listeners[port] = listener;
    else
        host(id).listeners.erase(port);
}

void Network::hear(HostId id, std::uint16_t port, DatagramHandler* handler) {
    if (handler != nullptr)
        host(id).datagrams[port] = handler;
    else
        host(id).datagrams.erase(port);
}

Path& Network::path(HostId a, HostId b) {
    const std::pair key = a < b ? std::pair(a, b) : std::pair(b, a);
    std::unique_ptr<Path>& path = paths_[key];
    if (!path) {
        path = std::make_unique<Path>();
        path->one = key.first;
        path->other = key.second;
        static_cast<Carriage&>(*path) = carriage_;
        path->chance = chance_.child(fmt::format("path {} {}", static_cast<unsigned>(key.first),
                                                 static_cast<unsigned>(key.second)));
    }
    return *path;
}

void Network::set_carriage(const Carriage& carriage) {
    carriage_ = carriage;
    for (auto& [ends, way] : paths_) {
        if (told_.contains(ends)) continue;
        static_cast<Carriage&>(*way) = carriage;
    }
}

void Network::set_carriage(HostId a, HostId b, const Carriage& carriage) {
    Path& way = path(a, b);
    told_.insert({way.one, way.other});
    static_cast<Carriage&>(way) = carriage;
    const std::vector<std::shared_ptr<Connection>> held = held_;
    for (const std::shared_ptr<Connection>& connection : held) {
        if (&connection->path != &way) continue;
        connection->to_server.leave();
        connection->to_client.leave();
    }
}

void Network::take_down(HostId id) {
    Host& gone = host(id);
    if (gone.down) return;
    trace_.add(id, HostWentDown{id});
    gone.down = true;
    ++gone.life;
}

void Network::bring_back(HostId id) {
    if (!host(id).down) return;
    host(id).down = false;
    trace_.add(id, HostCameBack{id});
}

void Network::add_rule(HostId a, HostId other, std::shared_ptr<Rule> rule) {
    Path& way = path(a, other);
    if (rule->host != HostId::nobody) trace_.add(rule->host, PathWatched{rule->host, a, other});
    if (other == way.other)
        way.rules.push_back(std::move(rule));
    else
        way.rules.insert(way.rules.begin(), std::move(rule));
}

Task<std::unique_ptr<Line>> Network::connect(HostId from, std::string address, std::uint16_t port,
                                             Duration limit) {
    const std::optional<HostId> to = find(address);
    const ConnectionId id{++connections_};
    trace_.add(from, ConnectionAsked{id, trace_.keep(address), port, to.value_or(HostId::nobody)});
    if (!to) {
        co_await Sleep(limit);
        co_return not_connected(from, id, address, Reason::timeout);
    }
    const ActiveOpen::Asked asked{from, *to, id, port};
    ActiveOpen open(*this, asked, limit);
    do {
        co_await ActiveOpen::Pause(open);
    } while (open.step());
    if (open.outcome() == ActiveOpen::Outcome::silence)
        co_return not_connected(from, id, address, Reason::timeout);
    if (open.outcome() == ActiveOpen::Outcome::refused)
        co_return not_connected(from, id, address, Reason::connection_refused);
    trace_.add(from, ConnectionOpened{id});
    std::unique_ptr<Line> line = std::make_unique<Socket>(open.connection(), Way::to_server);
    co_return std::move(line);
}

Failure Network::not_connected(HostId from, ConnectionId id, const std::string& address,
                               Reason reason) {
    const char* const told =
        reason == Reason::timeout ? ": Connection timed out" : ": Connection refused";
    trace_.add(from, ConnectionFailed{id, reason});
    return {reason, "connect to " + address + told, "4.4.1"};
}

void Network::hold(Connection& connection) {
    connection.held_at = held_.size();
    held_.push_back(connection.shared_from_this());
}

void Network::release(Connection& connection) {
    const std::size_t hole = connection.held_at;
    std::swap(held_[hole], held_.back());
    held_[hole]->held_at = hole;
    held_.pop_back();
}

void Network::send(HostId from, std::uint16_t from_port, HostId to, std::uint16_t port,
                   std::string_view bytes) {
    if (is_down(from)) return;
    const std::string_view kept = trace_.keep(bytes);
    trace_.add(from, DatagramSent{to, from_port, port, kept});
    Path& way = path(from, to);
    if (way.down_from(from) || way.loses()) {
        trace_.add(HostId::nobody, DatagramDropped{to, kept});
        return;
    }
    auto parcel = std::make_unique<Parcel>(*this, way, from == way.one);
    parcel->from = from;
    parcel->to = to;
    parcel->from_port = from_port;
    parcel->port = port;
    parcel->bytes = kept;
    parcel->index = parcels_.size();
    loop_.after(parcel->leg_latency(), *parcel);
    parcels_.push_back(std::move(parcel));
}

void Network::forward(Parcel& parcel) {
    if (parcel.leg == parcel.rules.size()) return deliver(parcel);
    Rule& rule = *parcel.rules[parcel.leg];
    Verdict verdict = rule.judge({parcel.from, parcel.to, ConnectionId::none, Way::to_server,
                                  Mark::none, parcel.port, parcel.bytes, nullptr});
    if (verdict.act == Verdict::Act::drop || verdict.act == Verdict::Act::cut) {
        trace_.add(rule.host, DatagramDropped{parcel.to, parcel.bytes});
        std::swap(parcels_[parcel.index], parcels_.back());
        parcels_[parcel.index]->index = parcel.index;
        parcels_.pop_back();
        return;
    }
    if (verdict.act == Verdict::Act::alter) parcel.bytes = trace_.keep(verdict.bytes);
    if (rule.host != HostId::nobody)
        trace_.add(rule.host, DatagramPassed{parcel.from, parcel.to, parcel.bytes});
    ++parcel.leg;
    loop_.after(parcel.leg_latency() + verdict.wait, parcel);
}

void Network::deliver(Parcel& arrived) {
    const std::size_t hole = arrived.index;
    std::swap(parcels_[hole], parcels_.back());
    parcels_[hole]->index = hole;
    const std::unique_ptr<Parcel> parcel = std::move(parcels_.back());
    parcels_.pop_back();
    if (is_down(parcel->to)) return;
    trace_.add(parcel->to, DatagramArrived{parcel->from, parcel->port, parcel->bytes});
    Host& to = host(parcel->to);
    const auto handler = to.datagrams.find(parcel->port);
    if (handler != to.datagrams.end())
        handler->second->receive(parcel->from, parcel->from_port, parcel->bytes);
}

}  // namespace net
