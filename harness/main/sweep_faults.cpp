#include <charconv>
#include <cstdio>

#include <fmt/core.h>

#include "harness/files/disk.hpp"
#include "harness/files/paths.hpp"
#include "harness/main/command.hpp"
#include "harness/main/progress.hpp"
#include "harness/many/fault_sweep.hpp"
#include "harness/play/play.hpp"
#include "harness/report/console.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/suite.hpp"
#include "sim/core/text.hpp"
#include "sim/tls/certificate.hpp"
#include "visualize/conversation.hpp"

namespace program {
namespace {

struct SweepFaultsOptions {
    std::vector<std::string> what{"scenarios"};
    std::vector<std::string> kinds;
    std::string at;
    std::optional<std::size_t> sample;
    std::optional<std::uint64_t> seed;
    Definitions given;
    int jobs = 1;
    bool bytes = false;
};

// "12" or "12:3". False: it is not that.
bool read_place(const std::string& text, net::Fault& fault) {
    const auto number = [](std::string_view digits, std::uint64_t& out) {
        const auto [end, wrong] = std::from_chars(digits.begin(), digits.end(), out);
        return wrong == std::errc() && end == digits.end();
    };
    const std::size_t colon = text.find(':');
    const std::string_view all = text;
    if (!number(all.substr(0, colon), fault.segment) || fault.segment == 0) return false;
    if (colon == std::string::npos) return true;
    std::uint64_t byte = 0;
    if (!number(all.substr(colon + 1), byte)) return false;
    fault.byte = byte;
    return true;
}

// One case, told as a conversation.
int play_one_case(const SweepFaultsOptions& o, const many::FaultSweepPlan& plan) {
    net::Fault fault;
    if (!read_place(o.at, fault)) {
        complain(fmt::format("--at: expected a segment and perhaps a byte, as 12 or 12:3, got '{}'",
                             o.at));
        return usage;
    }
    if (plan.kinds.size() != 1 || plan.scenarios.size() != 1) {
        complain("--at: expected one scenario by its id, and one --kind");
        return usage;
    }
    fault.kind = plan.kinds.front();
    const script::ScenarioEntry& entry = plan.scenarios.front();
    tls::KeyCache keys;
    const std::uint64_t seed = plan.seed_of(entry);
    const many::Undisturbed before = many::play_undisturbed(entry, seed, plan.terms, keys);
    if (before.mistake) {
        complain(before.mistake->text());
        return broke;
    }
    const std::size_t sent = before.segments.size();
    if (fault.segment > sent || fault.byte.value_or(0) > before.segments[fault.segment - 1]) {
        complain(fmt::format("--at {}: there is no such place; {} segments are sent", o.at, sent));
        return nothing_selected;
    }
    const many::Case played = many::play_case(
        entry, seed, plan.terms, fault, before, keys, [](const trace::Trace& trace) {
            std::fputs(visualize::conversation(trace).c_str(), stdout);
        });
    std::printf("%s: %s\n", many::as_options(fault).c_str(),
                std::string(word(played.change)).c_str());
    if (played.bug.empty()) return all_passed;
    return unless_bugs({played.bug}, all_passed);
}

void print_table(const many::FaultSweepPlan& plan, const many::FaultSweep& swept) {
    std::string out = fmt::format("{:8}{:>9}", "kind", "cases");
    for (std::size_t i = 0; i < many::change_count; ++i)
        out += fmt::format("{:>11}", word(static_cast<many::Change>(i)));
    std::size_t all = 0;
    for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
        std::size_t cases = 0;
        for (const std::size_t count : swept.counts[kind]) cases += count;
        out += fmt::format("\n{:8}{:>9}", net::word(plan.kinds[kind]), cases);
        for (const std::size_t count : swept.counts[kind]) out += fmt::format("{:>11}", count);
        all += cases;
    }
    std::printf("%s\n%s of %s\n", out.c_str(), core::counted(all, "case").c_str(),
                core::counted(plan.scenarios.size(), "scenario").c_str());
}

int tell(const many::FaultSweepPlan& plan, const many::FaultSweep& swept) {
    print_table(plan, swept);
    for (const script::Mistake& mistake : swept.mistakes) complain(mistake.text());
    if (!swept.shortest) return swept.mistakes.empty() ? all_passed : broke;
    const many::Breach& breach = *swept.shortest;
    const std::string seed = plan.seed ? fmt::format(" --seed {}", *plan.seed) : std::string();
    std::printf("the shortest broken case: %s\n",
                breach.bug.substr(0, breach.bug.find('\n')).c_str());
    if (breach.fault.segment > 0)
        std::printf("repeat: mailtls sweep-faults %s %s%s\n",
                    report::path_quoted(breach.id).c_str(), many::as_options(breach.fault).c_str(),
                    seed.c_str());
    return unless_bugs({breach.bug}, our_bug);
}

// An id stands for its file; the rest are paths.
std::vector<script::ScenarioEntry> chosen(const SweepFaultsOptions& o, std::size_t& unloadable) {
    std::vector<std::string> paths;
    suite::Selection selection;
    for (const std::string& what : o.what) {
        const std::size_t split = files::title_at(what);
        paths.push_back(what.substr(0, split));
        if (split != std::string::npos) selection.only.push_back(what);
    }
    const suite::Found found = suite::discover(
        files::scenarios_below(paths), o.seed.value_or(play::default_seed), o.given.terms());
    for (const script::Mistake& m : found.mistakes) complain(m.text());
    unloadable = found.mistakes.size();
    std::string wrong;
    std::vector<script::ScenarioEntry> out = suite::choose(found, selection, wrong);
    if (!wrong.empty()) complain(wrong);
    if (wrong.empty() && out.empty() && unloadable == 0)
        complain("nothing is selected; `mailtls list` prints what there is");
    return out;
}

// A fault changes what happens, hardly what is asked for: each is played once without.
void tell_unasked(const SweepFaultsOptions& o, const many::FaultSweepPlan& plan) {
    std::set<std::string> asked;
    for (const script::ScenarioEntry& entry : plan.scenarios) {
        const std::uint64_t seed = plan.seed_of(entry);
        const script::Performance played = script::play(entry.file, entry.title, seed, plan.terms);
        asked.insert(played.stage->asked().begin(), played.stage->asked().end());
    }
    o.given.tell_unasked(asked);
}

int sweep_faults_command(const SweepFaultsOptions& o) {
    many::FaultSweepPlan plan;
    std::size_t unloadable = 0;
    plan.scenarios = chosen(o, unloadable);
    if (unloadable > 0) return does_not_load;
    if (plan.scenarios.empty()) return nothing_selected;
    for (const net::FaultKind kind : net::fault_kinds)
        if (o.kinds.empty() ||
            std::find(o.kinds.begin(), o.kinds.end(), net::word(kind)) != o.kinds.end())
            plan.kinds.push_back(kind);
    plan.places = o.bytes ? many::Places::bytes : many::Places::segments;
    plan.sample = o.sample;
    plan.seed = o.seed;
    plan.terms = o.given.terms();
    plan.jobs = o.jobs;
    if (!o.given.texts.empty()) tell_unasked(o, plan);
    if (!o.at.empty()) return play_one_case(o, plan);
    std::optional<Progress> progress(std::in_place, plan.scenarios.size(), "scenarios", "auto");
    const many::FaultSweep swept = many::sweep_faults(plan, [&] { progress->step(); });
    progress.reset();
    return tell(plan, swept);
}

std::vector<std::string> kind_words() {
    std::vector<std::string> out;
    for (const net::FaultKind kind : net::fault_kinds) out.emplace_back(net::word(kind));
    return out;
}

const Registered sweep_faults_row{
    140, [](Commands& all) {
        Command command = all.add(
            "sweep-faults",
            "Plays scenarios again with one fault of the network at every segment they send, and "
            "checks what must hold in every run.\n\n"
            "  mailtls sweep-faults scenarios/exchange --kind cut -j 2\n"
            "  mailtls sweep-faults 'file.lua::title' --kind reset --at 12:3");
        auto o = std::make_shared<SweepFaultsOptions>();
        command.option("what", o->what, "Scenario files, folders or ids (file.lua::title)")
            .shows_default();
        command.option("--kind", o->kinds, "cut, reset, delay, drop or flip; default: each of them")
            .check(one_of(kind_words()))
            .one_at_a_time();
        command.flag("--bytes", o->bytes, "At every byte of each segment, too");
        command.option("--sample", o->sample, "Only so many cases of each scenario and kind")
            .check(whole(1, 1000000));
        command.option("--at", o->at,
                       "This case alone, told as a conversation: SEGMENT or SEGMENT:BYTE");
        add_jobs(command, o->jobs);
        add_seed(command, o->seed, "every world, over the scenarios' own");
        add_definitions(command, o->given);
        command.runs([o] { return sweep_faults_command(*o); });
    }};

}  // namespace

}  // namespace program
