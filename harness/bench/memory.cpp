// What a host, an open TLS connection and a virtual day take, by what the allocator has given out.
#include <malloc.h>

#include <fmt/core.h>

#include "harness/bench/country.hpp"
#include "harness/bench/measure.hpp"
#include "harness/bench/town.hpp"
#include "sim/net/network.hpp"
#include "sim/tls/certificate.hpp"
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
        tls::Settings serves, asks;
        serves.identity = mint.issue(certificate_for("server.example", loop.begins()));
        asks.trust = mint.trust({tls::lab_root});
        server = tls::prepare_server(library, std::move(serves));
        client = tls::prepare_client(library, std::move(asks));
    }
    void accept(std::unique_ptr<net::Line> socket) override {
        nursery.start(stay(std::move(socket), server, other));
    }
    Task<Unit> stay(std::unique_ptr<net::Line> socket,
                    std::shared_ptr<const tls::SharedConfig> config, net::HostId host) {
        tls::Channel channel(library, std::move(config), *socket, trace, host);
        co_await channel.handshake();
        ++established;
        co_await Sleep(days(1));
        co_return Unit{};
    }
    Task<Unit> connect() {
        std::unique_ptr<net::Line> socket =
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

    Loop loop{world_begins};
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
    Town town(Tls::offered, tls::Curves::fast);
    const double all = bytes_taken_by([&] {
        for (int i = 0; i < count; ++i)
            add_receiver(town.world, fmt::format("mx.h{}.example", i),
                         fmt::format("h{}.example", i), Tls::offered);
    });
    return {"idle_host",  all / count,
            "bytes",      std::nullopt,
            std::nullopt, "a receiving gateway with its name, DNS records, key and certificate"};
}

// What some virtual days add, a day.
struct Growth {
    double trace, mailboxes, rest;
    double all() const { return trace + mailboxes + rest; }
    /// Is all of it kept on purpose? The allocator's own share of a block, and the envelope of a
    /// mail, are small.
    bool accounted_for(std::size_t mails_taken) const {
        return rest < trace / 1000 + 256 * static_cast<double>(mails_taken);
    }
};

double mailbox_bytes(const mta::Inbound& inbound) {
    double out = static_cast<double>(inbound.mailbox().capacity() * sizeof(mta::StoredMail));
    for (const mta::StoredMail& mail : inbound.mailbox())
        out += static_cast<double>(mail.content.size());
    return out;
}

Growth growth_of(sim::World& world, std::size_t count, const std::function<void()>& live,
                 const std::function<double()>& mailboxes) {
    const double traced = static_cast<double>(world.trace().held());
    const double kept = mailboxes();
    const double all = bytes_taken_by(live);
    const auto lived = static_cast<double>(count);
    Growth out{};
    out.trace = (static_cast<double>(world.trace().held()) - traced) / lived;
    out.mailboxes = (mailboxes() - kept) / lived;
    out.rest = all / lived - out.trace - out.mailboxes;
    return out;
}

std::string in_parts(const Growth& g) {
    return fmt::format("{:.0f} of trace, {:.0f} of mailboxes, {:.0f} of all else", g.trace,
                       g.mailboxes, g.rest);
}

// The first day makes what later ones use: policies, keys, paths.
Measure virtual_day(std::size_t count) {
    tls::KeyCache keys;
    Country country(tls::Curves::fast, keys);
    country.live_a_day();
    country.pass_a_morning();
    const Growth g = growth_of(
        country.world, count,
        [&] {
            for (std::size_t i = 0; i < count; ++i) country.live_a_day();
            country.pass_a_morning();
        },
        [&] {
            double out = 0;
            for (const Domain& d : country.domains()) out += mailbox_bytes(*d.receiver->inbound);
            return out;
        });
    return {"virtual_day", g.all(),
            "bytes",       std::nullopt,
            std::nullopt,  "a day of the ten domains of virtual_days: " + in_parts(g)};
}

// Mails that must not go without TLS wait for a server that has none, and go when it has.
Measure queued_day(int mails) {
    Town town(Tls::absent, tls::Curves::fast);
    mta::OutboundSettings patient = outbound_at(town.world, policy::Level::encrypt);
    patient.habits.schedule.gives_up_after = days(8);
    town.world.send(*town.alice, std::move(patient));
    for (int i = 0; i < mails; ++i) town.send_mail();
    Loop& loop = town.world.loop();
    loop.run_until(loop.now() + days(1));
    const Growth g = growth_of(
        town.world, 6, [&] { loop.run_until(loop.now() + days(6)); },
        [&] { return mailbox_bytes(*town.bob->inbound); });
    ENSURE(town.delivered() == 0 && g.accounted_for(0));
    town.world.receive(*town.bob,
                       inbound_for(town.world, "mx.bob.example", "bob.example", Tls::offered));
    loop.run_until(loop.now() + hours(2));
    ENSURE(town.delivered() == static_cast<std::size_t>(mails));
    return {"queued_day",
            g.all() / mails,
            "bytes",
            std::nullopt,
            std::nullopt,
            fmt::format("a day of a mail that waits, tried every 4000 s; {} of them, a day: {}",
                        mails, in_parts(g))};
}

}  // namespace

std::vector<Measure> measure_memory(Effort effort) {
    const bool quick = effort == Effort::quick;
    return {idle_connection(quick ? 20 : 200), idle_host(quick ? 20 : 200),
            virtual_day(quick ? 2 : 6), queued_day(quick ? 10 : 100)};
}

}  // namespace bench
