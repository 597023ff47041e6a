#include "harness/bench/town.hpp"

#include <fmt/core.h>

namespace bench {

using namespace core;

namespace {
constexpr const char* alice_address = "alice@alice.example";
constexpr const char* bob_address = "bob@bob.example";
}  // namespace

tls::CertificateWish certificate_for(const std::string& host, Instant begins) {
    tls::CertificateWish wish;
    wish.owner = host;
    wish.authority = tls::lab_root;
    wish.names = {host};
    wish.valid_from = begins - days(30);
    wish.valid_until = begins + days(365);
    return wish;
}

mta::OutboundSettings outbound_at(sim::World& world, policy::Level level) {
    mta::OutboundSettings out;
    out.usual.wanted = policy::requirement_of(level);
    out.usual.tls.trust = world.mint().trust({tls::lab_root});
    return out;
}

mta::InboundSettings inbound_for(sim::World& world, const std::string& host,
                                 const std::string& domain, Tls offer) {
    mta::InboundSettings in;
    in.smtp.name = host;
    in.smtp.starttls = offer == Tls::offered ? smtp::Offer::offered : smtp::Offer::absent;
    in.serves = {domain};
    if (offer == Tls::offered)
        in.tls.identity = world.mint().issue(certificate_for(host, world.loop().begins()));
    return in;
}

sim::Gateway& add_receiver(sim::World& world, const std::string& host, const std::string& domain,
                           Tls offer) {
    sim::Gateway& gateway = world.add_gateway(host, trace::Role::receiver);
    world.receive(gateway, inbound_for(world, host, domain, offer));
    gateway.inbound->listen(true);
    dns::Record mx;
    mx.name = domain;
    mx.type = dns::Type::MX;
    mx.preference = 10;
    mx.data = host;
    world.zones().add(std::move(mx));
    return gateway;
}

std::string kibibyte(const std::string& from, const std::string& to) {
    std::string content = fmt::format("From: <{}>\r\nTo: <{}>\r\nSubject: bench\r\n\r\n", from, to);
    while (content.size() < 1024) content += "Eleven million, as in every quarter so far.\r\n";
    content.resize(1022);
    return content + "\r\n";
}

smtp::Message mail(sim::World& world, const std::string& from, const std::string& to,
                   std::string content) {
    smtp::Message message;
    message.id = world.next_mail();
    message.envelope.sender = from;
    message.envelope.recipients = {to};
    message.content = std::move(content);
    return message;
}

Town::Town(Tls offer, tls::Curves curves)
    : world(1, curves), content_(kibibyte(alice_address, bob_address)) {
    alice = &world.add_gateway("mail.alice.example", trace::Role::sender);
    world.send(*alice, outbound_at(world, policy::Level::may));
    bob = &add_receiver(world, "mx.bob.example", "bob.example", offer);
}

void Town::send_mail() {
    alice->outbound->submit(mail(world, alice_address, bob_address, content_),
                            "<bench@alice.example>");
}

void Town::deliver() { world.loop().run_until(world.loop().now() + minutes(1)); }

}  // namespace bench
