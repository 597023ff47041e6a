#include "harness/many/policy_check.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/judge/judge.hpp"
#include "harness/play/json_text.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/processes.hpp"
#include "harness/suite/suite.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"

namespace many {
namespace {

using play::Json;

bool lists(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Did the content reach the impostor's own host?
bool kept_by_impostor(sim::World& world, const Partner& partner) {
    const sim::Gateway* const his = world.find_gateway(host_of_impostor(partner));
    bool found = false;
    world.trace().each([&](const trace::Event& e) {
        found = found || (his != nullptr && e.host == his->host &&
                          e.as<trace::ContentReceived>() != nullptr);
    });
    return found;
}

// What the first attempt came to.
judge::Fate first_fate(const trace::Trace& trace, trace::MailId mail) {
    judge::Fate out = judge::Fate::queued;
    trace.each([&](const trace::Event& e) {
        if (out != judge::Fate::queued) return;
        const auto* const delivered = e.as<trace::MailDelivered>();
        const auto* const deferred = e.as<trace::MailDeferred>();
        const auto* const bounced = e.as<trace::MailBounced>();
        if (delivered != nullptr && delivered->mail == mail) out = judge::Fate::delivered;
        if (deferred != nullptr && deferred->mail == mail) out = judge::Fate::deferred;
        if (bounced != nullptr && bounced->mail == mail) out = judge::Fate::bounced;
    });
    return out;
}

CaseOutcome judged(const Partner& partner, const PolicyCase& one, script::Stage& stage) {
    CaseOutcome out;
    out.one = one;
    const trace::Trace& trace = stage.world().trace();
    for (const judge::MailVerdict& verdict : judge::verdicts_of(trace)) {
        if (verdict.mail != stage.mail(0)) continue;
        out.first = first_fate(trace, verdict.mail);
        out.fate = verdict.all.fate;
        out.crossed = verdict.all.crossed;
        out.reason = verdict.all.reason;
        out.read = lists(verdict.read_by, listener);
        const bool opened = lists(verdict.read_by, impostor) && !out.in_clear_text();
        out.taken = opened || kept_by_impostor(stage.world(), partner);
    }
    return out;
}

Json to_json(const PartnerOutcome& outcome) {
    Json cases = Json::array();
    for (const CaseOutcome& c : outcome.cases)
        cases.push_back({static_cast<int>(c.fate), static_cast<int>(c.crossed),
                         static_cast<int>(c.reason), c.read, c.taken, static_cast<int>(c.first)});
    return {{"bug", outcome.bug}, {"cases", std::move(cases)}};
}

// What a worker has sent, laid over the cases that it was to play.
PartnerOutcome from_line(const suite::Returned& returned, const Partner& partner,
                         StsResolver resolver) {
    PartnerOutcome out{partner, {}, {}, {}, {}};
    const Json home = play::parsed(returned.line);
    if (!home.is_object()) {
        (returned.at_fault ? out.bug : out.lost) = partner.destination + ": " + returned.why_lost();
        return out;
    }
    out.bug = home["bug"].get<std::string>();
    const std::vector<PolicyCase> cases = policy_cases(partner, resolver);
    for (std::size_t i = 0; i < home["cases"].size(); ++i) {
        const Json& c = home["cases"][i];
        out.cases.push_back({cases[i], static_cast<judge::Fate>(c[5].get<int>()),
                             static_cast<judge::Fate>(c[0].get<int>()),
                             static_cast<judge::Crossing>(c[1].get<int>()),
                             static_cast<Reason>(c[2].get<int>()), c[3].get<bool>(),
                             c[4].get<bool>()});
    }
    return out;
}

}  // namespace

bool PartnerOutcome::gets_mail(std::string_view which, Promise promise) const {
    return std::any_of(cases.begin(), cases.end(), [&](const CaseOutcome& c) {
        return c.one.name == which && c.one.promise == promise && c.fate == judge::Fate::delivered;
    });
}

bool PartnerOutcome::safe() const {
    return !broken() &&
           std::all_of(cases.begin(), cases.end(), [](const CaseOutcome& c) { return c.safe(); });
}

PlayedCase play_case(const Partner& partner, const PolicyCase& one, StsResolver resolver,
                     std::uint64_t seed, tls::KeyCache& keys) {
    PlayedCase out;
    const std::string title = title_of(partner, one);
    out.performance = script::play_text(scenario_of(partner, one, resolver), "check-policy", title,
                                        {seed, script::Budget(), {}, &keys, {}});
    if (out.performance.ending == script::Ending::broken) {
        out.bug = fmt::format("{}: {}", title, out.performance.mistake->text());
        return out;
    }
    out.performance.finish();
    for (const std::string& bug : play::bugs_of(out.performance, title, seed)) out.bug = bug;
    out.outcome = judged(partner, one, *out.performance.stage);
    return out;
}

namespace {

// Partners by kind, in the order of the first of each.
std::vector<std::vector<Partner>> by_kind(const std::vector<Partner>& partners) {
    std::vector<std::vector<Partner>> out;
    std::map<std::string, std::size_t> known;
    for (const Partner& partner : partners) {
        const auto [at, is_new] = known.emplace(kind_of(partner), out.size());
        if (is_new) out.emplace_back();
        out[at->second].push_back(partner);
    }
    return out;
}

}  // namespace

std::vector<PartnerOutcome> check_policy(const PolicyPlan& plan,
                                         const std::function<void(std::size_t)>& done) {
    std::vector<PartnerOutcome> out;
    tls::KeyCache keys;
    const std::vector<std::vector<Partner>> kinds = by_kind(plan.partners);
    const auto work = [&](std::size_t number) {
        PartnerOutcome outcome{kinds[number].front(), {}, {}, {}, {}};
        for (const PolicyCase& one : policy_cases(outcome.partner, plan.resolver)) {
            PlayedCase played = play_case(outcome.partner, one, plan.resolver, plan.seed, keys);
            outcome.cases.push_back(played.outcome);
            outcome.bug = std::move(played.bug);
            if (!outcome.bug.empty()) break;
        }
        return play::one_line(to_json(outcome));
    };
    std::size_t told = 0;
    const auto take = [&](std::size_t number, const suite::Returned& returned) {
        const std::vector<Partner>& kind = kinds[number];
        out.push_back(from_line(returned, kind.front(), plan.resolver));
        out.back().alike.assign(kind.begin() + 1, kind.end());
        done(told += kind.size());
        return true;
    };
    suite::in_processes(kinds.size(), {plan.jobs, {}}, work, take);
    return out;
}

}  // namespace many
