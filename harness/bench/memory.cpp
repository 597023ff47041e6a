// What a host and an open TLS connection take, by what the allocator has given out.
#include <malloc.h>

#include <fmt/format.h>

#include "harness/bench/measure.hpp"
#include "harness/bench/town.hpp"
#include "sim/tls/floor.hpp"

namespace bench {
namespace {

using namespace core;

double bytes_in_use() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

double bytes_taken_by(const std::function<void()>& work) {
    const double before = bytes_in_use();
    work();
    return bytes_in_use() - before;
}

// Sides of TLS connections that shake hands and then stay as they are.
struct Idlers final : net::Listener {
    Idlers()
        : trace(loop),
          network(loop, trace),
          library(loop, Chance(1)),
          mint(library),
          one(network.join("client.example", trace::Role::sender)),
          other(network.join("server.example", trace::Role::receiver)),
          nursery(loop) {
        network.host(other).listeners[25] = this;
        tls::CertificateWish wish;
        wish.owner = "server.example";
        wish.authority = "Lab Root CA";
        wish.names = {wish.owner};
        wish.valid_from = world_begins - days(30);
        wish.valid_until = world_begins + days(365);
        tls::Settings serves, asks;
        serves.identity = mint.issue(wish);
        asks.trust = mint.trust({"Lab Root CA"});
        server = tls::prepare_server(library, std::move(serves));
        client = tls::prepare_client(library, std::move(asks));
    }
    void accept(std::unique_ptr<net::Socket> socket) override {
        nursery.start(stay(std::move(socket), server, other));
    }
    Task<Unit> stay(std::unique_ptr<net::Socket> socket,
                    std::shared_ptr<const tls::SharedConfig> config, net::HostId host) {
        tls::Channel channel(library, std::move(config), *socket, trace, host);
        co_await channel.handshake();
        ++established;
        co_await Sleep(days(1));
        co_return Unit{};
    }
    Task<Unit> connect() {
        std::unique_ptr<net::Socket> socket =
            co_await network.connect(one, network.host(other).address, 25, seconds(30));
        Task<Unit> idle = stay(std::move(socket), client, one);
        co_await std::move(idle);
        co_return Unit{};
    }
    void open(std::size_t count) {
        const std::size_t before = established;
        for (std::size_t i = 0; i < count; ++i) nursery.start(connect());
        loop.run_until(loop.now() + seconds(1));
        ENSURE(established == before + 2 * count);
    }

    Loop loop;
    trace::Trace trace;
    net::Network network;
    tls::Library library;
    tls::Mint mint;
    net::HostId one, other;
    std::shared_ptr<const tls::SharedConfig> server, client;
    std::size_t established = 0;
    Nursery nursery;
};

Measure idle_connection(std::size_t count) {
    Idlers idlers;
    idlers.open(4);
    double traced = static_cast<double>(idlers.trace.bytes());
    const double all = bytes_taken_by([&] { idlers.open(count); });
    traced = static_cast<double>(idlers.trace.bytes()) - traced;
    tls::Floor floor(idlers.library, idlers.server, idlers.client);
    floor.hold();
    const double bare = bytes_taken_by([&] {
        for (std::size_t i = 0; i < count; ++i) floor.hold();
    });
    const auto connections = static_cast<double>(count);
    return {"idle_connection",
            (all - traced) / connections,
            "bytes",
            Measure::Reference{"two bare Mbed TLS contexts after the same handshake",
                               bare / connections},
            (all - traced) / bare,
            fmt::format("an open TLS connection, both ends; its trace holds {:.0f} bytes more",
                        traced / connections)};
}

Measure idle_host(int count) {
    Town town(Town::Tls::offered, tls::Curves::fast);
    const double all = bytes_taken_by([&] {
        for (int i = 0; i < count; ++i)
            town.add_receiver(fmt::format("mx.h{}.example", i), fmt::format("h{}.example", i),
                              Town::Tls::offered);
    });
    return {"idle_host",  all / count,
            "bytes",      std::nullopt,
            std::nullopt, "a receiving gateway with its name, DNS records, key and certificate"};
}

}  // namespace

std::vector<Measure> measure_memory(Effort effort) {
    return {idle_connection(effort == Effort::quick ? 20 : 200),
            idle_host(effort == Effort::quick ? 20 : 200)};
}

}  // namespace bench
