#include "harness/many/fault_sweep.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/judge/invariants.hpp"
#include "harness/play/json_text.hpp"
#include "harness/play/outcome_json.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/processes.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"

namespace many {

using play::Json;

std::string_view word(Change change) {
    switch (change) {
        case Change::as_before: return "as before";
        case Change::later: return "later";
        case Change::otherwise: return "otherwise";
        case Change::twice: return "twice";
        case Change::broken: return "broken";
    }
    return "broken";
}

std::string as_options(const net::Fault& fault) {
    std::string out = fmt::format("--kind {} --at {}", word(fault.kind), fault.segment);
    if (fault.byte) out += fmt::format(":{}", *fault.byte);
    return out;
}

namespace {

// A mail of which a script leaves the fate open has an hour, and then the rest of the gap until its
// next attempt: days of attempts that are all alike would show nothing more.
constexpr Duration queues_stay_open = hours(1);
constexpr Duration longest_wait = days(6);

// Until every mail has its fate, or the time is over. Empty: well; else what is wrong.
std::string run_on(sim::World& world, judge::OpenMails& mails) {
    core::Loop& loop = world.loop();
    const trace::Trace& trace = world.trace();
    const Instant end = loop.now() + longest_wait;
    world.close_queues(loop.now() + queues_stay_open);
    const std::uint64_t most = loop.steps() + script::Budget().turns;
    EventId seen = 0;
    const auto look = [&] {
        while (seen < trace.size()) mails.note(trace.at(++seen));
        return mails.all_settled();
    };
    while (!look() && loop.next_turn() <= end) {
        if (loop.steps() >= most) return "the world does not come to rest";
        loop.step();
    }
    if (mails.all_settled()) return {};
    if (loop.idle()) return "nothing more happens, and a mail has no fate";
    const std::vector<trace::MailId> open = mails.open_since(end - longest_wait);
    if (open.empty()) return {};
    return fmt::format("mail {} has no fate after six days",
                       static_cast<std::uint32_t>(open.front()));
}

void read_fates(const std::vector<judge::MailVerdict>& verdicts, Undisturbed& out) {
    for (const judge::MailVerdict& v : verdicts) {
        if (v.kind != judge::MailVerdict::Kind::submitted) continue;
        std::string fates;
        for (const judge::RecipientVerdict& r : v.recipients)
            fates += fmt::format("{}: {}\n", r.address, word(r.fate));
        out.fates.push_back(std::move(fates));
        out.attempts.push_back(static_cast<int>(v.attempts));
    }
}

// A script that ended sooner sent fewer mails: those it sent are compared.
Change compared(const Undisturbed& before, const Undisturbed& after) {
    Change change = Change::as_before;
    for (std::size_t i = 0; i < std::min(before.fates.size(), after.fates.size()); ++i) {
        if (before.fates[i] != after.fates[i]) return Change::otherwise;
        if (before.attempts[i] != after.attempts[i]) change = Change::later;
    }
    return change;
}

bool kept_twice(const trace::Trace& trace) {
    using namespace trace;
    std::map<ConnectionId, MailId> carried;
    std::map<std::tuple<MailId, HostId, std::string_view>, ConnectionId> kept;
    bool twice = false;
    trace.each([&](const Event& event) {
        if (const auto* sent = event.as<ContentSent>()) carried[sent->connection] = sent->mail;
        const auto* const e = event.as<MailKept>();
        if (e == nullptr || !carried.contains(e->connection)) return;
        const auto [place, first] =
            kept.try_emplace({carried[e->connection], event.host, e->to}, e->connection);
        twice = twice || (!first && place->second != e->connection);
    });
    return twice;
}

// Every place where such a fault can strike. What is late is late as a whole, and an empty segment
// has no bit.
std::vector<net::Fault> faults_of(const FaultSweepPlan& plan,
                                  const std::vector<std::size_t>& segments, net::FaultKind kind) {
    const bool flips = kind == net::FaultKind::flip;
    std::vector<net::Fault> out;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (flips && segments[i] == 0) continue;
        out.push_back({kind, i + 1, {}});
        if (plan.places == Places::segments || kind == net::FaultKind::delay) continue;
        for (std::size_t byte = flips ? 0 : 1; byte < segments[i]; ++byte)
            out.push_back({kind, i + 1, byte});
    }
    return out;
}

// So many of them, each as likely, in order.
void draw(std::vector<net::Fault>& faults, std::size_t count, core::Chance chance) {
    if (count >= faults.size()) return;
    std::vector<std::size_t> places(faults.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    for (std::size_t i = 0; i < count; ++i)
        std::swap(places[i], places[i + chance.below(places.size() - i)]);
    std::sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<net::Fault> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(faults[places[i]]);
    faults = std::move(out);
}

// What a fault has made of a scenario that was played with it: it goes on until each mail has its
// fate.
Case end_case(const script::ScenarioEntry& entry, std::uint64_t seed, const net::Fault& fault,
              const Undisturbed& before, const script::Performance& performance,
              const std::function<void(const trace::Trace&)>& show) {
    Case out;
    if (!performance.stage->playing()) return out;
    sim::World& world = performance.stage->world();
    judge::OpenMails mails;
    const std::string restless = run_on(world, mails);
    const trace::Trace& trace = world.trace();
    out.events = trace.size();
    if (show) show(trace);
    const std::vector<judge::MailVerdict> verdicts = judge::verdicts_of(trace);
    const std::string id = entry.id() + ", " + as_options(fault);
    const std::vector<judge::Broken> broken = judge::broken_invariants(trace, verdicts);
    if (!broken.empty()) out.bug = judge::told(broken.front(), trace, id, seed);
    if (!restless.empty() && out.bug.empty())
        out.bug = fmt::format("a bug in mailtls: {}\n  {}, seed {}", restless, id, seed);
    if (!out.bug.empty()) {
        out.change = Change::broken;
        return out;
    }
    Undisturbed after;
    read_fates(verdicts, after);
    out.change = kept_twice(trace) ? Change::twice : compared(before, after);
    return out;
}

/// All faults of one scenario, in the order in which they strike, with the place of their kind in
/// the plan.
struct Strike {
    net::Fault fault;
    std::size_t kind = 0;
};
std::vector<Strike> strikes_of(const FaultSweepPlan& plan, const script::ScenarioEntry& entry,
                               const std::vector<std::size_t>& segments) {
    std::vector<Strike> out;
    for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
        std::vector<net::Fault> faults = faults_of(plan, segments, plan.kinds[kind]);
        if (plan.sample)
            draw(faults, *plan.sample,
                 core::Chance(plan.seed_of(entry))
                     .child(fmt::format("{} {}", entry.id(), word(plan.kinds[kind]))));
        for (const net::Fault& fault : faults) out.push_back({fault, kind});
    }
    std::stable_sort(out.begin(), out.end(), [](const Strike& a, const Strike& b) {
        return a.fault.segment < b.fault.segment;
    });
    return out;
}

/// The faults of one run: where one strikes, a child goes on with it, and the run itself without.
/// So what comes before a fault is played once for all, and a case that ends the program is a
/// finding.
class Branches {
  public:
    Branches(const script::ScenarioEntry& entry, std::vector<Strike> strikes, std::size_t kinds,
             script::Guard* guard)
        : entry_(entry),
          guard_(guard),
          strikes_(std::move(strikes)),
          counts_(kinds),
          worst_(kinds) {
        for (auto& counts : counts_) counts.resize(change_count);
    }
    const net::Fault* strike(std::uint64_t segment) {
        if (home_) return nullptr;
        for (; next_ < strikes_.size() && strikes_[next_].fault.segment == segment; ++next_) {
            std::string line;
            home_ = suite::branch(line);
            if (guard_ != nullptr) guard_->renew();  // each case has its time
            if (home_) return &strikes_[next_].fault;
            note(strikes_[next_], line);
        }
        return nullptr;
    }
    /// In a child: the fault it has.
    const net::Fault* own() const { return home_ ? &strikes_[next_].fault : nullptr; }
    void send(const Case& c) const {
        home_->send(
            play::one_line(Json{{"change", c.change}, {"events", c.events}, {"bug", c.bug}}));
    }
    Json told() const {
        Json cases = Json::array();
        for (std::size_t kind = 0; kind < counts_.size(); ++kind)
            cases.push_back({{"counts", counts_[kind]}, {"worst", worst_[kind]}});
        return {{"cases", std::move(cases)}};
    }

  private:
    void note(const Strike& strike, const std::string& line) {
        Json c = play::parsed(line);
        if (!c.is_object())
            c = {{"change", Change::broken},
                 {"events", 0},
                 {"bug", "a bug in mailtls: the program ended in " + entry_.id()}};
        ++counts_[strike.kind][c["change"].get<std::size_t>()];
        if (c["change"] != Change::broken) return;
        Json& worst = worst_[strike.kind];
        if (!worst.is_null() && worst["events"] <= c["events"]) return;
        worst = std::move(c);
        worst["segment"] = strike.fault.segment;
        if (strike.fault.byte) worst["byte"] = *strike.fault.byte;
    }
    const script::ScenarioEntry& entry_;
    script::Guard* guard_;
    std::vector<Strike> strikes_;
    std::size_t next_ = 0;
    std::optional<suite::Home> home_;
    std::vector<std::vector<std::size_t>> counts_;
    std::vector<Json> worst_;
};

// All cases of one scenario.
Json sweep_one(const FaultSweepPlan& plan, const script::ScenarioEntry& entry) {
    const std::uint64_t seed = plan.seed_of(entry);
    tls::KeyCache keys;
    const Undisturbed before = play_undisturbed(entry, seed, plan.terms, keys);
    if (before.mistake) return play::json_of(*before.mistake);
    Branches branches(entry, strikes_of(plan, entry, before.segments), plan.kinds.size(),
                      plan.terms.guard);
    const script::Performance performance = script::play(
        entry.file, entry.title, {seed, plan.terms, {}, &keys, [&](std::uint64_t segment) {
                                      return branches.strike(segment);
                                  }});
    if (performance.stage->playing() && branches.own() == nullptr) {
        judge::OpenMails mails;
        run_on(performance.stage->world(), mails);
    }
    if (const net::Fault* const fault = branches.own())
        branches.send(end_case(entry, seed, *fault, before, performance, {}));
    return branches.told();
}

void take(FaultSweep& out, const FaultSweepPlan& plan, const script::ScenarioEntry& entry,
          const suite::Returned& returned) {
    const Json said = play::parsed(returned.line);
    if (!said.is_object()) {
        const std::string why = returned.why_lost();
        if (returned.at_fault)
            out.shortest = Breach{entry.id(), entry.id() + ": " + why, {}, 0};
        else
            out.mistakes.push_back({entry.file, entry.line, why});
        return;
    }
    if (!said.contains("cases")) {
        out.mistakes.push_back(play::mistake_of(said).value());
        return;
    }
    for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
        const Json& cases = said["cases"][kind];
        for (std::size_t i = 0; i < change_count; ++i)
            out.counts[kind][i] += cases["counts"][i].get<std::size_t>();
        const Json& worst = cases["worst"];
        if (worst.is_null()) continue;
        Breach breach{
            entry.id(), worst["bug"].get<std::string>(),
                      {plan.kinds[kind], worst["segment"].get<std::uint64_t>(), {}},
                      worst["events"].get<std::size_t>()};
        if (worst.contains("byte")) breach.fault.byte = worst["byte"].get<std::size_t>();
        if (!out.shortest || breach.events < out.shortest->events) out.shortest = std::move(breach);
    }
}

}  // namespace

Undisturbed play_undisturbed(const script::ScenarioEntry& entry, std::uint64_t seed,
                             const script::Terms& terms, tls::KeyCache& keys) {
    Undisturbed out;
    const script::Performance performance =
        script::play(entry.file, entry.title, seed, terms, {}, &keys);
    if (performance.ending == script::Ending::broken) out.mistake = performance.mistake;
    if (!performance.stage->playing()) return out;
    sim::World& world = performance.stage->world();
    judge::OpenMails mails;
    run_on(world, mails);
    world.trace().each_of<trace::SegmentSent>(
        [&](const trace::Event&, const auto& sent) { out.segments.push_back(sent.bytes.size()); });
    read_fates(judge::verdicts_of(world.trace(), judge::Watchers::left_out), out);
    return out;
}

Case play_case(const script::ScenarioEntry& entry, std::uint64_t seed, const script::Terms& terms,
               const net::Fault& fault, const Undisturbed& before, tls::KeyCache& keys,
               const std::function<void(const trace::Trace&)>& show) {
    const script::Performance performance =
        script::play(entry.file, entry.title, {seed, terms, {}, &keys, net::striker_of(fault)});
    return end_case(entry, seed, fault, before, performance, show);
}

FaultSweep sweep_faults(const FaultSweepPlan& plan, const std::function<void()>& done) {
    FaultSweep out;
    out.counts.resize(plan.kinds.size());
    suite::in_processes(
        plan.scenarios.size(), {plan.jobs, {}},
        [&](std::size_t i) { return play::one_line(sweep_one(plan, plan.scenarios[i])); },
        [&](std::size_t i, const suite::Returned& returned) {
            take(out, plan, plan.scenarios[i], returned);
            done();
            return true;
        });
    return out;
}

}  // namespace many
