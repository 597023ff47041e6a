// OpenSMTPD's smtpd.conf and the files beside it, as a stranger's scenario may bring them:
// smtpd.conf(5), table(5).
#include "sim/policy/smtpd_config.hpp"
#include "sim/core/text.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy;
using namespace policy::smtpd;

namespace {

void check_remarks(const std::vector<Remark>& remarks, int lines) {
    ENSURE(remarks.size() <= 2 * most_remarks + 3);
    for (const Remark& remark : remarks) {
        ENSURE(remark.line >= 0 && remark.line <= lines);
        ENSURE(!remark.sentence.empty() && !remark.file.empty());
        ENSURE(remark.kind != Remark::Kind::unsupported || !remark.subject.empty());
    }
}

void check_hop(const Hop& hop) {
    ENSURE(hop.host == core::lower(hop.host));
    ENSURE(!hop.held.empty() || hop.port > 0);
    ENSURE(hop.label.empty() || !hop.held.empty() || hop.tls >= Tls::unverified);
}

void check_ways(const Config& config) {
    std::vector<std::string> asked = config.named_domains();
    asked.insert(asked.end(), {"bob.example", "localhost", "a.b.example", ""});
    asked.resize(std::min<std::size_t>(asked.size(), 50));
    for (const std::string& domain : asked) {
        std::string why_not;
        const std::optional<Way> way = config.way_of(domain, why_not);
        ENSURE(way.has_value() != !why_not.empty());
        if (way) {
            ENSURE(way->action->relays && way->hop.held.empty());
            check_hop(way->hop);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    // Behind a mark stands the text of all other files.
    const std::vector<std::string> parts = fuzz::split(input.text(), "\n--\n");
    const std::string beside_it = parts.size() > 1 ? parts[1] : parts[0];
    const auto lines = std::count(input.text().begin(), input.text().end(), '\n') + 1;
    std::size_t files = 0;
    const Beside beside = [&](const std::string& name) -> core::Result<std::string> {
        if (++files % 7 == 0) return core::Failure(core::Reason::none, name + ": no such file");
        return beside_it;
    };
    const Config config = read_config(parts[0], "smtpd.conf", beside);
    check_remarks(config.remarks, static_cast<int>(lines));
    for (const Action& action : config.actions) {
        ENSURE(action.relays == (action.method == "relay"));
        for (const Hop& hop : action.hops) check_hop(hop);
        for (const auto& [domain, hop] : action.by_domain) check_hop(hop);
    }
    for (const Rule& rule : config.rules) {
        ENSURE(!rule.action || *rule.action < config.actions.size());
        for (const Rule::Condition& one : rule.conditions)
            ENSURE(one.domains < config.domains.size());
    }
    check_ways(config);
    return 0;
}
