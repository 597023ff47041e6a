// A configuration of Exim, as a stranger's scenario may bring it: its specification, chapters 6 to
// 30.
#include "sim/policy/exim_config.hpp"
#include "sim/core/text.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy;
using namespace policy::exim;

namespace {

void check_remarks(const Config& config, int lines) {
    ENSURE(config.remarks.size() <= most_remarks + 5);
    for (const Remark& remark : config.remarks) {
        ENSURE(remark.line >= 0 && remark.line <= lines);
        ENSURE(!remark.sentence.empty());
        ENSURE(remark.kind != Remark::Kind::unsupported || !remark.subject.empty());
    }
}

void check_transports(const Config& config) {
    for (const Transport& t : config.transports) {
        ENSURE(t.port > 0);
        ENSURE(t.versions.size() <= 2);
        for (const HostList* list : {&t.hosts_avoid_tls, &t.hosts_require_tls, &t.hosts_try_dane,
                                     &t.tls_verify_hosts, &t.hosts_require_dane}) {
            const bool one = list->matches("mx.bob.example", "192.0.2.1", "bob.example");
            ENSURE(one == list->matches("mx.bob.example", "192.0.2.1", "bob.example"));
        }
        t.dnssec_request_domains.matches("bob.example");
    }
}

void check_ways(const Config& config) {
    std::vector<std::string> domains = config.named_domains();
    for (const std::string& domain : domains) ENSURE(domain == core::lower(domain));
    for (const char* domain : {"bob.example", "[192.0.2.1]", "a.b.c.example"})
        domains.emplace_back(domain);
    for (const std::string& domain : domains) {
        std::string why_not;
        const std::optional<Way> way = config.way_of(domain, why_not);
        ENSURE(way.has_value() || !why_not.empty());
        if (!way) continue;
        ENSURE(way->transport != nullptr);
        std::string asks_host;
        const auto any = options_for_any_host(config, *way, domain, asks_host);
        ENSURE(any.has_value() || !asks_host.empty());
        const Options one = options_for(config, *way, {domain, "mx.x.example", "192.0.2.7"});
        ENSURE(!any || any->hosts_require_tls == one.hosts_require_tls);
    }
    for (const Hop& hop : config.relays()) ENSURE(hop.host == core::lower(hop.host));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string whole(fuzz::Input(data, size).text());
    const int lines = static_cast<int>(std::count(whole.begin(), whole.end(), '\n')) + 1;
    const Beside beside = [&](const std::string& name) -> core::Result<std::string> {
        if (name.size() > 3) return whole;
        return core::Failure(core::Reason::none, name + ": there is no such file");
    };
    const Config config = read_config(whole, "exim.conf", beside);
    check_remarks(config, lines);
    check_transports(config);
    check_ways(config);
    return 0;
}
