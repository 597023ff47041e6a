#include "harness/bench/town.hpp"

namespace bench {

using namespace core;

Town::Town(Tls offer, tls::Curves curves) : world(1, curves) {
    alice = &world.add_gateway("mail.alice.example", trace::Role::sender);
    mta::OutboundSettings out;
    out.usual.rule.level = policy::Level::may;
    out.usual.tls.trust = world.mint().trust({"Lab Root CA"});
    world.send(*alice, std::move(out));
    bob = &add_receiver("mx.bob.example", "bob.example", offer);
    content_ = "From: <alice@alice.example>\r\nTo: <bob@bob.example>\r\nSubject: bench\r\n\r\n";
    while (content_.size() < 1024) content_ += "Eleven million, as in every quarter so far.\r\n";
    content_.resize(1022);
    content_ += "\r\n";
}

sim::Gateway& Town::add_receiver(const std::string& host, const std::string& domain, Tls offer) {
    sim::Gateway& gateway = world.add_gateway(host, trace::Role::receiver);
    mta::InboundSettings in;
    in.smtp.name = host;
    in.smtp.starttls = offer == Tls::offered ? smtp::Offer::offered : smtp::Offer::absent;
    in.serves = {domain};
    tls::CertificateWish wish;
    wish.owner = host;
    wish.authority = "Lab Root CA";
    wish.names = {host};
    wish.valid_from = world_begins - days(30);
    wish.valid_until = world_begins + days(365);
    if (offer == Tls::offered) in.tls.identity = world.mint().issue(wish);
    world.receive(gateway, std::move(in));
    gateway.inbound->listen(true);
    dns::Record mx;
    mx.name = domain;
    mx.type = dns::Type::MX;
    mx.preference = 10;
    mx.data = host;
    world.zones().add(std::move(mx));
    return gateway;
}

void Town::send_mail() {
    smtp::Message message;
    message.id = world.next_mail();
    message.envelope.sender = "alice@alice.example";
    message.envelope.recipients = {"bob@bob.example"};
    message.content = content_;
    alice->outbound->submit(std::move(message), "<bench@alice.example>");
}

void Town::deliver() { world.loop().run_until(world.loop().now() + minutes(1)); }

}  // namespace bench
