// Whoever carries a connection may ask the attacker: here it is no network of ours, but a relay
// between two buffers.
#include <boost/test/unit_test.hpp>

#include "sim/attack/attacker.hpp"
#include "sim/attack/wire.hpp"
#include "sim/net/network.hpp"

using namespace core;
using net::ConnectionId;
using net::FarEnd;
using net::HostId;
using net::Mark;
using net::Way;

namespace {

class Relay;

/// One end of the relayed connection.
class Half final : public net::Stream {
  public:
    Half(Relay& relay, Way writes) : relay_(relay), writes_(writes) {}
    std::string_view available() override { return inbox_; }
    void take(std::size_t count) override { inbox_.erase(0, count); }
    State state() override { return state_; }
    void write(std::string_view bytes) override;
    void finish() override;
    void reset() override;
    void when_readable(Due& reader) override { reader_ = &reader; }
    void forget(Due& reader) override {
        if (reader_ == &reader) reader_ = nullptr;
    }
    ConnectionId connection() const override { return ConnectionId{7}; }
    void arrive(std::string_view bytes, Mark mark);

  private:
    Relay& relay_;
    Way writes_;
    std::string inbox_;
    State state_ = State::open;
    Due* reader_ = nullptr;
};

/// Asks the rule about all that passes. Both ends of it are foreign.
class Relay final : public net::Point, public std::enable_shared_from_this<Relay> {
  public:
    Relay(Loop& its_loop, net::Rule& rule, HostId alice, HostId bob)
        : loop(its_loop), rule_(rule), alice_(alice), bob_(bob) {}
    void carry(Way way, std::string_view bytes, Mark mark) {
        const bool forward = way == Way::to_server;
        const net::Verdict verdict =
            rule_.judge({forward ? alice_ : bob_, forward ? bob_ : alice_, connection(), way, mark,
                         25, bytes, shared_from_this()});
        if (verdict.act == net::Verdict::Act::pass) return towards(way).arrive(bytes, mark);
        BOOST_TEST_REQUIRE((verdict.act == net::Verdict::Act::replace));
        for (const net::Piece& piece : verdict.pieces) send(piece);
    }
    void send(const net::Piece& piece) override {
        towards(piece.way).arrive(piece.bytes, piece.mark);
    }
    void cut() override {
        client.arrive({}, Mark::reset);
        server.arrive({}, Mark::reset);
    }
    ConnectionId connection() const override { return ConnectionId{7}; }
    FarEnd far_end(Way) const override { return FarEnd::foreign; }

    Loop& loop;
    Half client{*this, Way::to_server}, server{*this, Way::to_client};

  private:
    Half& towards(Way way) { return way == Way::to_server ? server : client; }
    net::Rule& rule_;
    HostId alice_, bob_;
};

void Half::write(std::string_view bytes) { relay_.carry(writes_, bytes, Mark::none); }
void Half::finish() { relay_.carry(writes_, {}, Mark::fin); }
void Half::reset() { relay_.carry(writes_, {}, Mark::reset); }
void Half::arrive(std::string_view bytes, Mark mark) {
    inbox_ += bytes;
    if (mark == Mark::fin) state_ = State::finished;
    if (mark == Mark::reset) state_ = State::broken;
    if (reader_ != nullptr && !reader_->waiting())
        relay_.loop.soon(*std::exchange(reader_, nullptr));
}

std::string take_all(net::Stream& stream) {
    std::string out(stream.available());
    stream.take(out.size());
    return out;
}

/// A relay from alice to bob with mallory on it, who has a certificate of his own.
struct Stage {
    Stage() {
        relay = std::make_shared<Relay>(loop, mallory, alice, bob);
        tls::Settings trusting;
        trusting.trust = mint.trust({tls::lab_root});
        as_client = tls::prepare_client(library, trusting);
    }
    ~Stage() { mallory.dismiss(); }
    std::shared_ptr<const tls::SharedConfig> server_of(const std::string& name) {
        tls::CertificateWish wish;
        wish.owner = name;
        wish.authority = tls::lab_root;
        wish.names = {name};
        wish.valid_from = loop.begins() - days(1);
        wish.valid_until = loop.begins() + days(1);
        tls::Settings settings;
        settings.identity = mint.issue(wish);
        return tls::prepare_server(library, std::move(settings));
    }
    void settle() {
        while (loop.step()) {
        }
    }

    Loop loop{world_begins};
    trace::Trace trace{loop};
    net::Network network{loop, trace};
    tls::Library library{loop, Chance(1)};
    tls::Mint mint{library};
    attack::Lab lab{loop, trace, network, library};
    HostId alice = network.join("alice.example", trace::Role::sender);
    HostId bob = network.join("bob.example", trace::Role::receiver);
    HostId lane = network.join("mallory", trace::Role::attacker);
    attack::Attacker mallory{lab, lane, {alice, {}}, {bob, {}}};
    std::shared_ptr<Relay> relay;
    std::shared_ptr<const tls::SharedConfig> as_client;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(relay)

BOOST_AUTO_TEST_CASE(clear_text_is_held_until_the_act_knows_it) {
    Stage s;
    s.mallory.add(std::make_unique<attack::Joins>("\r\n"));
    s.relay->client.write("EH");
    BOOST_TEST(take_all(s.relay->server) == "");
    s.relay->client.write("LO x\r\n");
    BOOST_TEST(take_all(s.relay->server) == "EHLO x\r\n");
    s.relay->server.write("250 x\r\n");
    BOOST_TEST(take_all(s.relay->client) == "250 x\r\n");
}

BOOST_AUTO_TEST_CASE(tls_is_ended_and_begun_anew) {
    Stage s;
    s.mallory.impersonate(s.bob, "bob.example", s.server_of("mallory.example"), s.as_client);
    tls::Channel client(s.library, s.as_client, s.relay->client, s.trace, s.alice, "bob.example");
    tls::Channel server(s.library, s.server_of("bob.example"), s.relay->server, s.trace, s.bob);
    Nursery ends(s.loop);
    ends.start(server.handshake());
    ends.start(client.handshake());
    s.settle();
    BOOST_TEST_REQUIRE(client.peer().dns_names.size() == 1u);
    BOOST_TEST(client.peer().dns_names.front() == "mallory.example");
    client.write("MAIL");
    s.settle();
    BOOST_TEST(take_all(server) == "MAIL");
    server.write("250 ok");
    s.settle();
    BOOST_TEST(take_all(client) == "250 ok");
    std::string opened;
    s.trace.each_of<trace::PlaintextOpened>(
        [&](const auto&, const trace::PlaintextOpened& e) { opened += e.bytes; });
    BOOST_TEST(opened == "MAIL250 ok");
    // Of foreign ends nobody hears secrets: all of his two sessions are his to tell.
    std::size_t told = 0;
    s.trace.each_of<trace::SecretMade>(
        [&](const trace::Event& e, const trace::SecretMade&) { told += e.host == s.lane; });
    BOOST_TEST(told == 8u);
    // Who holds the point may outlive the ends.
    BOOST_TEST(s.relay.use_count() > 1);
}

// An opening has no bytes: who acts on bytes a number of times has not acted yet.
BOOST_AUTO_TEST_CASE(openings_are_asked_about_and_use_up_no_act) {
    using net::Gate;
    Stage s;
    attack::Act& once = s.mallory.add(std::make_unique<attack::Joins>("\r\n"));
    once.times = 1;
    const auto asked = [&](std::uint16_t port) {
        return s.mallory.opens({s.alice, s.bob, ConnectionId{7}, port});
    };
    for (int i = 0; i < 3; ++i) BOOST_TEST((asked(25) == Gate::passes));
    BOOST_TEST(once.done == 0);
    using How = attack::Blocks::How;
    s.mallory.add(std::make_unique<attack::Blocks>(How::falls_silent));
    s.mallory.add(std::make_unique<attack::Blocks>(How::resets)).service = attack::Service::https;
    BOOST_TEST((asked(25) == Gate::drops));
    BOOST_TEST((asked(443) == Gate::refuses));
    BOOST_TEST((asked(53) == Gate::passes));
    s.mallory.leave();
    BOOST_TEST((asked(25) == Gate::passes));
}

BOOST_AUTO_TEST_SUITE_END()
