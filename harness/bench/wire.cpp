// Request and reply over a simulated link, beside the kernel's socket pair.
#include "harness/bench/measure.hpp"
#include "sim/net/network.hpp"

namespace bench {
namespace {

using namespace core;

constexpr std::size_t packet = 64;

Task<Unit> echo(std::unique_ptr<net::Line> socket) {
    const std::string reply(packet, 'r');
    for (;;) {
        net::Readable more(*socket, packet - 1);
        co_await more;
        if (socket->available().size() < packet) co_return Unit{};
        socket->take(packet);
        socket->write(reply);
    }
}

struct Echoes final : net::Listener {
    explicit Echoes(Loop& loop) : nursery(loop) {}
    void accept(std::unique_ptr<net::Line> socket) override {
        nursery.start(echo(std::move(socket)));
    }
    Nursery nursery;
};

Task<Unit> ask(net::Network& network, net::HostId from, std::string address, int trips) {
    std::unique_ptr<net::Line> socket =
        co_await network.connect(from, std::move(address), 7, seconds(30));
    const std::string request(packet, 'q');
    for (int i = 0; i < trips; ++i) {
        socket->write(request);
        net::Readable more(*socket, packet - 1);
        co_await more;
        socket->take(packet);
    }
    co_return Unit{};
}

void simulated_roundtrips(int trips) {
    Loop loop{world_begins};
    trace::Trace trace(loop);
    net::Network network(loop, trace);
    const net::HostId client = network.join("client.example", trace::Role::sender);
    const net::HostId server = network.join("server.example", trace::Role::receiver);
    network.path(client, server).latency = milliseconds(30);
    Echoes echoes(loop);
    network.host(server).listeners[7] = &echoes;
    Nursery nursery(loop);
    nursery.start(ask(network, client, network.host(server).address, trips));
    loop.run_until(loop.now() + milliseconds(60) * (trips + 2));
    ENSURE(nursery.size() == 0);
}

}  // namespace

std::vector<Measure> measure_roundtrips(Effort effort) {
    const int rounds = effort == Effort::quick ? 3 : 9;
    const int trips = effort == Effort::quick ? 20'000 : 100'000;
    const Pair pair = by_turns(
        rounds, [&] { simulated_roundtrips(trips); },
        [&] { kernel_roundtrips(trips, packet, packet); });
    return {{"roundtrips", trips / pair.ours, "1/s",
             Measure::Reference{"the same through a kernel's socket pair, in one thread",
                                trips / pair.theirs},
             pair.ours / pair.theirs,
             "requests and replies of 64 bytes over a simulated link of 30 ms, whole trace kept"}};
}

}  // namespace bench
