// Another ground than the simulated network: connections are two buffers, joined, and a datagram
// is there at the next turn. Gateways, DNS and the policy host know nothing of it.
#include "sim/net/ground.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

#include <fmt/format.h>

#include "sim/mta/inbound.hpp"
#include "sim/mta/outbound.hpp"
#include "sim/policy/postfix_level.hpp"
#include "sim/tls/certificate.hpp"

using namespace core;
using net::HostId;
using net::Line;
using net::Stream;
using trace::ConnectionId;

namespace {

struct Host {
    std::string address;
    std::map<std::uint16_t, net::Listener*> listeners;
    std::map<std::uint16_t, net::DatagramHandler*> handlers;
};

/// Both buffers of a connection: what a side can read, and who waits for it.
struct Joined {
    Joined(Loop& l, ConnectionId number) : loop(l), id(number) {}
    struct Side {
        HostId host = HostId::nobody;
        std::string address, inbox;
        Stream::State state = Stream::State::open;
        Due* reader = nullptr;
    };
    void wake(Side& side) {
        if (side.reader != nullptr && !side.reader->waiting())
            loop.soon(*std::exchange(side.reader, nullptr));
    }
    void end(Side& side, Stream::State how) {
        if (side.state == Stream::State::open) side.state = how;
        wake(side);
    }
    Loop& loop;
    ConnectionId id;
    Side sides[2];
};

class JoinedLine final : public Line {
  public:
    JoinedLine(std::shared_ptr<Joined> both, std::size_t mine)
        : both_(std::move(both)), mine_(both_->sides[mine]), other_(both_->sides[1 - mine]) {}
    JoinedLine(const JoinedLine&) = delete;
    ~JoinedLine() override {
        mine_.reader = nullptr;
        finish();
    }
    std::string_view available() override { return mine_.inbox; }
    void take(std::size_t count) override { mine_.inbox.erase(0, count); }
    State state() override { return mine_.state; }
    void write(std::string_view bytes) override {
        if (other_.state != State::open) return;
        other_.inbox += bytes;
        both_->wake(other_);
    }
    void finish() override { both_->end(other_, State::finished); }
    void reset() override {
        both_->end(other_, State::broken);
        both_->end(mine_, State::broken);
    }
    void when_readable(Due& reader) override { mine_.reader = &reader; }
    void forget(Due& reader) override {
        if (mine_.reader == &reader) mine_.reader = nullptr;
    }
    ConnectionId connection() const override { return both_->id; }
    HostId peer() const override { return other_.host; }
    std::string_view peer_address() const override { return other_.address; }

  private:
    std::shared_ptr<Joined> both_;
    Joined::Side& mine_;
    Joined::Side& other_;
};

class Buffers final : public net::Ground {
  public:
    Buffers(Loop& loop, trace::Trace& trace) : loop_(loop), trace_(trace), couriers_(loop) {}
    Loop& loop() override { return loop_; }
    trace::Trace& trace() override { return trace_; }
    HostId join(std::string name, trace::Role role) override {
        const HostId id{static_cast<std::uint16_t>(hosts_.size())};
        const std::string address = fmt::format("192.0.2.{}", 101 + hosts_.size());
        hosts_.push_back({address, {}, {}});
        trace_.add(id, trace::HostJoined{id, trace_.keep(name), trace_.keep(address), role, {}});
        return id;
    }
    const std::string& address_of(HostId id) const override {
        return hosts_[static_cast<std::size_t>(id)].address;
    }
    std::optional<HostId> find(std::string_view address) const override {
        for (std::size_t i = 0; i < hosts_.size(); ++i)
            if (hosts_[i].address == address) return HostId{static_cast<std::uint16_t>(i)};
        return std::nullopt;
    }
    void listen(HostId id, std::uint16_t port, net::Listener* listener) override {
        host(id).listeners[port] = listener;
    }
    void hear(HostId id, std::uint16_t port, net::DatagramHandler* handler) override {
        host(id).handlers[port] = handler;
    }
    Task<std::unique_ptr<Line>> connect(HostId from, std::string address, std::uint16_t port,
                                        Duration) override {
        const std::optional<HostId> to = find(address);
        net::Listener* const listener = to ? host(*to).listeners[port] : nullptr;
        const ConnectionId id{++connections_};
        trace_.add(from, trace::ConnectionAsked{id, trace_.keep(address), port,
                                                to.value_or(HostId::nobody)});
        co_await Sleep(milliseconds(1));
        const bool refused = listener == nullptr || listener->answer(from) == net::Answer::refuses;
        if (refused) co_return Failure(Reason::connection_refused, "nobody takes it", "4.4.1");
        const auto both = std::make_shared<Joined>(loop_, id);
        both->sides[0].host = from;
        both->sides[0].address = address_of(from);
        both->sides[1].host = *to;
        both->sides[1].address = address;
        listener->accept(std::make_unique<JoinedLine>(both, 1));
        trace_.add(from, trace::ConnectionOpened{id});
        std::unique_ptr<Line> line = std::make_unique<JoinedLine>(both, 0);
        co_return std::move(line);
    }
    void send(HostId from, std::uint16_t from_port, HostId to, std::uint16_t port,
              std::string_view bytes) override {
        couriers_.start(carry(from, from_port, to, port, std::string(bytes)));
    }

  private:
    Host& host(HostId id) { return hosts_[static_cast<std::size_t>(id)]; }
    Task<Unit> carry(HostId from, std::uint16_t from_port, HostId to, std::uint16_t port,
                     std::string bytes) {
        co_await Sleep(Duration{});
        net::DatagramHandler* const handler = host(to).handlers[port];
        if (handler != nullptr) handler->receive(from, from_port, bytes);
        co_return Unit{};
    }
    Loop& loop_;
    trace::Trace& trace_;
    std::vector<Host> hosts_;
    std::uint32_t connections_ = 0;
    Nursery couriers_;
};

/// Stands before a gateway, and lets in so many in all.
class Porter final : public net::Listener {
  public:
    explicit Porter(net::Listener& gateway) : gateway_(gateway) {}
    net::Answer answer(HostId) override {
        return left > 0 ? net::Answer::accepts : net::Answer::refuses;
    }
    void accept(std::unique_ptr<Line> line) override {
        --left;
        gateway_.accept(std::move(line));
    }
    int left = 0;

  private:
    net::Listener& gateway_;
};

/// alice sends to bob, who has a certificate for his MX host.
struct Outside {
    Outside() {
        bob.configure(receives());
        bob.listen(true);
        record("mx.bob.example", dns::Type::A, ground.address_of(bob_host));
        record("bob.example", dns::Type::MX, "mx.bob.example");
    }
    void record(const std::string& name, dns::Type type, const std::string& data) {
        dns::Record record;
        record.name = name;
        record.type = type;
        record.preference = 10;
        record.data = data;
        resolver.zones().add(std::move(record));
    }
    mta::InboundSettings receives() {
        tls::CertificateWish wish;
        wish.owner = "mx.bob.example";
        wish.authority = tls::lab_root;
        wish.names = {"mx.bob.example"};
        wish.valid_from = loop.begins() - days(1);
        wish.valid_until = loop.begins() + days(1);
        mta::InboundSettings settings;
        settings.smtp.name = "mx.bob.example";
        settings.smtp.starttls = smtp::Offer::offered;
        settings.serves = {"bob.example"};
        settings.tls.identity = mint.issue(wish);
        return settings;
    }
    void send(policy::Level level) {
        mta::OutboundSettings settings;
        settings.usual.wanted = policy::requirement_of(level);
        settings.usual.tls.trust = mint.trust({tls::lab_root});
        alice.configure(std::move(settings));
        smtp::Message message;
        message.id = mails.next();
        message.envelope.sender = "alice@alice.example";
        message.envelope.recipients = {"bob@bob.example"};
        message.content = "Subject: figures\r\n\r\nEleven million.\r\n";
        alice.submit(std::move(message), "<1@alice.example>");
        loop.run_until(loop.now() + minutes(1));
    }
    template <class T>
    std::size_t count() const {
        std::size_t out = 0;
        trace.each_of<T>([&](const trace::Event&, const T&) { ++out; });
        return out;
    }

    Loop loop{world_begins};
    trace::Trace trace{loop};
    Buffers ground{loop, trace};
    tls::Library library{loop, Chance(1)};
    tls::Mint mint{library};
    dns::Resolver resolver{ground, "resolver.example"};
    mta::MailNumbers mails;
    mta::Services services{loop, trace, ground, library, resolver, mails, mint, Chance(2)};
    HostId alice_host = ground.join("mail.alice.example", trace::Role::sender);
    HostId bob_host = ground.join("mx.bob.example", trace::Role::receiver);
    mta::Inbound bob{services, bob_host};
    mta::Outbound alice{services, alice_host, "mail.alice.example"};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ground)

BOOST_AUTO_TEST_CASE(mail_goes_over_any_ground) {
    Outside world;
    world.send(policy::Level::verify);
    BOOST_TEST(world.count<trace::MailDelivered>() == 1u);
    BOOST_TEST(world.count<trace::HandshakeFinished>() == 2u);
    BOOST_TEST(world.count<trace::SegmentSent>() == 0u);
    BOOST_TEST_REQUIRE(world.bob.mailbox().size() == 1u);
    const std::string& content = world.bob.mailbox().front().content;
    BOOST_TEST(
        content.find("([" + world.ground.address_of(world.alice_host) + "])") != std::string::npos,
        content);
    BOOST_TEST(content.ends_with("Eleven million.\r\n"));
}

BOOST_AUTO_TEST_CASE(where_nobody_listens_the_mail_waits) {
    Outside world;
    world.bob.listen(false);
    world.send(policy::Level::may);
    BOOST_TEST(world.count<trace::MailDeferred>() == 1u);
    BOOST_TEST(world.bob.mailbox().empty());
    world.bob.listen(true);
    world.alice.flush();
    world.loop.run_until(world.loop.now() + minutes(1));
    BOOST_TEST(world.count<trace::MailDelivered>() == 1u);
}

// A listener that has had enough is no worse than none: the mail waits, and bob hears of nobody.
BOOST_AUTO_TEST_CASE(a_listener_that_refuses_is_told_as_refused) {
    Outside world;
    Porter porter(world.bob);
    world.ground.listen(world.bob_host, mta::smtp_port, &porter);
    world.send(policy::Level::may);
    BOOST_TEST(world.count<trace::ConnectionOpened>() == 0u);
    BOOST_TEST(world.count<trace::ReplySent>() == 0u);
    std::size_t deferred = 0;
    world.trace.each_of<trace::MailDeferred>([&](const auto&, const trace::MailDeferred& m) {
        ++deferred;
        BOOST_TEST((m.reason == Reason::connection_refused));
        BOOST_TEST(m.code == "4.4.1");
    });
    BOOST_TEST(deferred == 1u);
    porter.left = 1;
    world.alice.flush();
    world.loop.run_until(world.loop.now() + minutes(1));
    BOOST_TEST(world.count<trace::MailDelivered>() == 1u);
    world.send(policy::Level::may);
    BOOST_TEST(world.count<trace::MailDelivered>() == 1u);
    BOOST_TEST(world.count<trace::MailDeferred>() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
