#include "harness/judge/passages.hpp"

#include <algorithm>

#include "harness/judge/judge.hpp"
#include "sim/core/text.hpp"

namespace judge {

using namespace trace;

namespace {

std::set<std::string> gateways_of_companies(const Trace& trace) {
    std::set<std::string> out;
    trace.each_of<HostJoined>([&](const Event&, const HostJoined& e) {
        if (!e.company.text.empty()) out.insert("mail." + core::lower(e.company.text));
    });
    return out;
}

}  // namespace

std::vector<Hop> hops_between(const std::set<std::string>& gateways, const MailVerdict& verdict) {
    std::vector<Hop> out;
    for (const Hop& hop : verdict.all.hops)
        if (gateways.contains(core::lower(hop.from)) && gateways.contains(core::lower(hop.to)))
            out.push_back(hop);
    return out;
}

Passages passages_of(const Trace& trace) {
    const std::set<std::string> gateways = gateways_of_companies(trace);
    Passages out;
    out.companies = gateways.size();
    for (const MailVerdict& mail : verdicts_of(trace, Watchers::left_out)) {
        if (mail.kind != MailVerdict::Kind::submitted || mail.all.fate != Fate::delivered) continue;
        if (gateways.empty()) out.all.push_back({trace.at(mail.all.told).at, mail.all.crossed});
        for (const Hop& hop : hops_between(gateways, mail))
            out.all.push_back({trace.at(hop.told).at, hop.crossed});
    }
    std::stable_sort(out.all.begin(), out.all.end(),
                     [](const Passage& a, const Passage& b) { return a.at < b.at; });
    return out;
}

}  // namespace judge
