#include "harness/bench/country.hpp"

#include <fmt/core.h>

#include "harness/bench/town.hpp"
#include "sim/dns/zone_file.hpp"
#include "sim/policy/mta_sts.hpp"
#include "sim/policy/tls_report.hpp"

namespace bench {

using namespace core;

namespace {

dns::Record record(std::string name, dns::Type type, std::string data) {
    dns::Record out;
    out.name = std::move(name);
    out.type = type;
    out.data = std::move(data);
    return out;
}

}  // namespace

Country::Country(tls::Curves curves, tls::KeyCache& keys) : world(1, curves, &keys) {
    world.want_tls_reports();
    for (std::size_t i = 0; i < size; ++i) {
        domains_[i].name = fmt::format("town{}.example", i);
        domains_[i].mta_sts = i < size / 2;
        domains_[i].dane = i >= 3 && i < 3 + size / 2;
        settle(domains_[i]);
    }
}

void Country::settle(Domain& domain) {
    world.zones().declare(domain.name, domain.dane ? dns::Signing::yes : dns::Signing::no);
    world.zones().set_ttl(domain.name, 3600);
    domain.receiver = &add_receiver(world, "mx." + domain.name, domain.name, Tls::offered);
    domain.sender = &world.add_gateway("mail." + domain.name, trace::Role::sender);
    mta::OutboundSettings out = outbound_at(world, policy::Level::dane);
    out.mta_sts = mta::MtaSts::followed;
    out.reports_for = domain.name;
    out.domains = {domain.name};
    world.send(*domain.sender, std::move(out));
    world.zones().add(record(policy::tls_report::record_name(domain.name), dns::Type::TXT,
                             "v=TLSRPTv1; rua=mailto:reports@" + domain.name));
    if (domain.dane) publish_tlsa(domain);
    if (domain.mta_sts) publish_policy(domain);
}

// "3 1 1": the host's own key, as most do (RFC 7672 section 3.1.1).
void Country::publish_tlsa(const Domain& domain) {
    const tls::Identity& identity = *domain.receiver->inbound->settings().tls.identity;
    const dns::Tlsa tlsa{3, 1, 1, tls::leaf_of(identity).key_sha256};
    world.zones().add(record(fmt::format("_25._tcp.{}", domain.receiver->name), dns::Type::TLSA,
                             dns::tlsa_bytes(tlsa)));
}

void Country::publish_policy(const Domain& domain) {
    world.zones().add(record("_mta-sts." + domain.name, dns::Type::TXT, "v=STSv1; id=1;"));
    const policy::mta_sts::Policy policy{
        policy::mta_sts::Mode::enforce, {domain.receiver->name}, days(7)};
    mta::PolicyHostSettings host;
    for (const std::string& line : policy::mta_sts::lines(policy)) host.body += line + "\r\n";
    host.tls.identity =
        world.mint().issue(certificate_for("mta-sts." + domain.name, world.loop().begins()));
    world.show_policy(domain.name, std::move(host));
}

void Country::send(const Domain& from, const Domain& to) {
    const std::string sender = "alice@" + from.name;
    const std::string recipient = "bob@" + to.name;
    const std::string message_id = fmt::format("<{}@{}>", hours_, from.name);
    from.sender->outbound->submit(mail(world, sender, recipient, kibibyte(sender, recipient)),
                                  message_id);
}

void Country::live_a_day() {
    for (int hour = 0; hour < 24; ++hour) {
        const std::size_t step = 1 + hours_ % (size - 1);
        for (std::size_t i = 0; i < size; ++i) send(domains_[i], domains_[(i + step) % size]);
        ++hours_;
        world.loop().run_until(world.loop().now() + hours(1));
    }
}

void Country::pass_a_morning() { world.loop().run_until(world.loop().now() + hours(5)); }

std::size_t Country::taken() const {
    std::size_t out = 0;
    for (const Domain& domain : domains_) out += domain.receiver->inbound->mailbox().size();
    return out;
}

}  // namespace bench
