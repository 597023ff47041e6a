#include "tests/tls/lab.hpp"

using namespace core;

tls::KeyCache& shared_keys() {
    static tls::KeyCache keys;
    return keys;
}

Lab::Lab(std::uint64_t seed, tls::Curves curves, tls::KeyCache* keys)
    : chance(seed),
      trace(loop),
      library(loop, chance.child("tls"), curves),
      mint(library, seed, keys) {}

tls::CertificateWish Lab::wish() const {
    tls::CertificateWish wish;
    wish.owner = "mx.bob.example";
    wish.authority = "Lab Root CA";
    wish.names = {"mx.bob.example"};
    wish.valid_from = world_begins - days(1);
    wish.valid_until = world_begins + days(90);
    return wish;
}

tls::Settings Lab::server(const tls::CertificateWish& wish) {
    tls::Settings settings;
    settings.identity = mint.issue(wish);
    return settings;
}

tls::Settings Lab::client() {
    tls::Settings settings;
    settings.trust = mint.trust({"Lab Root CA"});
    return settings;
}

void Lab::settle() {
    while (loop.step()) {
    }
}

std::string Run::words() const {
    if (!outcome) return "waits";
    return outcome->ok() ? "ok" : outcome->failure().detail;
}

Session::Session(Lab& l) : Session(l, l.server(), l.client()) {}

Session::Session(Lab& l, tls::Settings server_settings, tls::Settings client_settings,
                 std::string server_name)
    : lab(l),
      wire(l.loop),
      client(l.library, prepare_client(l.library, std::move(client_settings)), wire.client, l.trace,
             alice, std::move(server_name)),
      server(l.library, prepare_server(l.library, std::move(server_settings)), wire.server, l.trace,
             bob) {}

Task<Unit> shakes(tls::Channel& channel) {
    const Result<Unit> outcome = co_await attempt(channel.handshake());
    if (outcome.ok()) co_return Unit{};
    channel.finish();
    co_return outcome.failure();
}

bool Session::shake_hands() {
    server_run.emplace(lab.loop, shakes(server));
    client_run.emplace(lab.loop, shakes(client));
    settle();
    return client_run->ok() && server_run->ok();
}

std::string take_all(net::Stream& stream) {
    std::string out(stream.available());
    stream.take(out.size());
    return out;
}

std::string_view word(net::Stream::State state) {
    switch (state) {
        case net::Stream::State::open: return "open";
        case net::Stream::State::finished: return "finished";
        case net::Stream::State::broken: return "broken";
    }
    return {};
}
