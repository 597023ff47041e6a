#include "tests/mta/village.hpp"

#include "sim/dns/zone_file.hpp"

using namespace core;

Village::Village(std::uint64_t seed, Instant begins)
    : world(seed, tls::Curves::fast, nullptr, begins) {
    alice = &world.add_gateway("mail.alice.example", trace::Role::sender);
    sender({});
}

void Village::sender(mta::OutboundSettings settings) {
    if (!settings.usual.tls.trust) settings.usual.tls.trust = world.mint().trust({"Lab Root CA"});
    world.send(*alice, std::move(settings));
}

void Village::record(const std::string& line) {
    Result<dns::Record> parsed = dns::parse_record(line);
    ENSURE(parsed.ok());
    world.zones().add(std::move(parsed.value()));
}

void Village::mx(const std::string& domain, const std::string& host, std::uint16_t preference) {
    record(domain + " IN MX " + std::to_string(preference) + " " + host);
}

sim::Gateway& Village::receiver(const std::string& host, const std::string& domain,
                                std::uint16_t preference) {
    sim::Gateway& gateway = world.add_gateway(host, trace::Role::receiver);
    mta::InboundSettings settings;
    settings.smtp.name = host;
    settings.smtp.starttls = smtp::Offer::absent;
    settings.serves = {domain};
    world.receive(gateway, std::move(settings));
    gateway.inbound->listen(true);
    if (preference > 0) mx(domain, host, preference);
    return gateway;
}

trace::MailId Village::send(const std::vector<std::string>& to, Duration wait) {
    smtp::Message message;
    message.id = world.next_mail();
    message.envelope.sender = "alice@alice.example";
    message.envelope.recipients = to;
    message.content = "Subject: figures\r\n\r\nEleven million.\r\n";
    const trace::MailId id = message.id;
    alice->outbound->submit(std::move(message), "<1@alice.example>");
    pass(wait);
    return id;
}

std::vector<std::string> Village::addresses_tried() const {
    std::vector<std::string> out;
    for (const trace::ConnectionAsked& e : events<trace::ConnectionAsked>())
        out.emplace_back(e.address);
    return out;
}
