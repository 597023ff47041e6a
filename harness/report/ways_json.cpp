#include "harness/report/ways_json.hpp"

#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/play/outcome_json.hpp"
#include "sim/policy/exim_level.hpp"
#include "sim/policy/postfix_level.hpp"
#include "sim/policy/smtpd_level.hpp"

namespace report {

using namespace core;
using namespace trace;
using play::Json;

namespace {

// A word that several MTAs have means the same in all of them.
std::string_view clause_of(std::string_view level) {
    if (const auto known = policy::level_of(level)) return policy::source(*known);
    if (const auto known = policy::smtpd::tls_of(level)) return policy::smtpd::source(*known);
    for (const policy::exim::Level& known : policy::exim::levels())
        if (known.word == level) return known.source;
    return {};
}

std::string with_clause(std::string rule, std::string_view clause) {
    return clause.empty() ? rule : fmt::format("{} ({})", rule, clause);
}

class Rules {
  public:
    explicit Rules(const Trace& trace) {
        trace.each_of<PolicyJudged>([&](const Event&, const PolicyJudged& e) {
            const bool named = e.reason != Reason::none;
            judged_[e.connection] =
                with_clause(fmt::format("{}: {}", word(e.ruling), e.why),
                            named ? facts(e.reason).source : clause_of(e.level));
        });
        trace.each_of<DeliveryStarted>([&](const Event&, const DeliveryStarted& e) {
            std::string rule = with_clause(fmt::format("level {}", e.level), clause_of(e.level));
            const auto [known, fresh] = levels_.try_emplace(e.mail, Level{e.domain, rule});
            // Recipients with next hops of their own have levels of their own.
            if (fresh) return;
            if (known->second.next_hop == e.domain)
                known->second.rule = std::move(rule);
            else
                known->second = {};
        });
    }
    Json rule_of(const judge::Hop& hop) const {
        const auto judged = judged_.find(hop.connection);
        if (judged != judged_.end()) return judged->second;
        const auto level = levels_.find(hop.mail);
        if (level != levels_.end() && !level->second.rule.empty()) return level->second.rule;
        return nullptr;
    }

  private:
    struct Level {
        std::string_view next_hop;
        std::string rule;  ///< Of the last attempt; empty: of several.
    };
    std::map<ConnectionId, std::string> judged_;
    std::map<MailId, Level> levels_;
};

Json session_of(const judge::Hop& hop) {
    if (!hop.tls) return nullptr;
    return fmt::format("{}, {}, the peer is {}{}", hop.tls->version, hop.tls->cipher,
                       hop.tls->peer == Peer::verified ? "verified" : "not verified",
                       hop.tls->alpn.empty() ? "" : ", for " + hop.tls->alpn);
}

}  // namespace

Json ways_of(const Trace& trace, const play::Outcome& outcome) {
    const Rules rules(trace);
    Json out = Json::array();
    for (const auto* const mails : {&outcome.mails, &outcome.notices})
        for (const judge::MailVerdict& mail : *mails)
            for (const judge::RecipientVerdict& r : mail.recipients) {
                Json hops = play::json_of(r.hops);
                for (std::size_t i = 0; i < r.hops.size(); ++i) {
                    hops[i]["rule"] = rules.rule_of(r.hops[i]);
                    hops[i]["tls"] = session_of(r.hops[i]);
                }
                out.push_back({{"mail", static_cast<std::uint32_t>(mail.mail)},
                               {"to", r.address},
                               {"hops", std::move(hops)}});
            }
    return out;
}

}  // namespace report
