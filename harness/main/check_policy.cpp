// mailtls check-policy: an administrator's own rules against receivers and attackers.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include <fmt/core.h>

#include "harness/files/output.hpp"
#include "harness/files/text.hpp"
#include "harness/main/command.hpp"
#include "harness/main/progress.hpp"
#include "harness/play/play.hpp"
#include "harness/report/console.hpp"
#include "harness/report/policy_table.hpp"
#include "harness/script/stage.hpp"
#include "sim/policy/grammar.hpp"
#include "sim/policy/postfix_main.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"
#include "visualize/conversation.hpp"

namespace program {
namespace {

using namespace policy::postfix;

struct CheckPolicyOptions {
    std::string table, main, partners, show, write;
    std::vector<std::string> ignored;
    bool mta_sts = false, json = false;
    std::uint64_t seed = play::default_seed;
    int jobs = 1;
};

// The rules, as far as they can be read.
struct Rules {
    std::vector<Entry> entries;
    Entry usual;
    std::vector<Remark> remarks;
};

std::string base_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

Remark mistake(const std::string& sentence) { return {Remark::Kind::mistake, {}, 0, {}, sentence}; }

// A file that cannot be read is a mistake without a place: its sentence names it.
std::string text_of(const std::string& path, std::vector<Remark>& remarks) {
    const core::Result<std::string> text = files::read_text(path, path);
    if (text.ok()) return text.value();
    remarks.push_back(mistake(text.failure().detail));
    return {};
}

void add(Rules& rules, Table table) {
    for (Entry& entry : table.entries) rules.entries.push_back(std::move(entry));
    for (Remark& remark : table.remarks) rules.remarks.push_back(std::move(remark));
}

Rules rules_of(const CheckPolicyOptions& o) {
    Rules rules;
    Main main;
    main.usual = usual_entry(policy::Level::may, main.defaults);
    if (!o.main.empty()) {
        const std::string text = text_of(o.main, rules.remarks);
        if (rules.remarks.empty()) main = read_main(text, o.main);
        rules.remarks.insert(rules.remarks.end(), main.remarks.begin(), main.remarks.end());
    }
    rules.usual = main.usual;
    if (!o.table.empty()) {
        const std::string text = text_of(o.table, rules.remarks);
        add(rules, read_table(text, o.table, main.defaults));
        if (!main.maps.empty() && main.maps.find(base_name(o.table)) == std::string::npos)
            rules.remarks.push_back(
                {Remark::Kind::note, o.main, main.maps_line, "smtp_tls_policy_maps",
                 "smtp_tls_policy_maps is not read, since --postfix names a table"});
    } else {
        const std::filesystem::path folder = std::filesystem::path(o.main).parent_path();
        add(rules, read_maps(main, o.main, [&](const std::string& name) {
                return files::read_text((folder / name).string(), name);
            }));
    }
    return rules;
}

// How it is played, where the files do not say.
void add_notes(const CheckPolicyOptions& o, Rules& rules) {
    const auto any = [&](auto&& is_meant) {
        return std::any_of(rules.entries.begin(), rules.entries.end(),
                           [&](const Entry& e) { return is_meant(e.rule.level); });
    };
    const auto note = [&](std::string sentence) {
        rules.remarks.push_back({Remark::Kind::note, {}, 0, {}, std::move(sentence)});
    };
    if (any([](policy::Level level) { return level == policy::Level::fingerprint; }))
        note("the fingerprints listed are taken for that of the good receiver's certificate");
    if (o.main.empty() && any(policy::uses_dane))
        note("no --main: dane is played as with smtp_dns_support_level = dnssec");
    if (o.main.empty() && !o.partners.empty()) note("no --main: level may for whoever has no rule");
}

// Tells the remarks. False: the rules cannot be played as they are.
bool tell(const std::vector<Remark>& remarks, const std::vector<std::string>& ignored) {
    bool sound = true;
    std::set<std::string> used;
    for (const Remark& remark : remarks) {
        const std::string text = remark.file.empty() ? remark.sentence : remark.text();
        const bool is_ignored =
            std::find(ignored.begin(), ignored.end(), remark.subject) != ignored.end();
        switch (remark.kind) {
            case Remark::Kind::note: complain("note: " + text); break;
            case Remark::Kind::mistake:
                complain(text);
                sound = false;
                break;
            case Remark::Kind::unsupported:
                if (is_ignored) used.insert(remark.subject);
                complain(is_ignored ? text + "; it is left out"
                                    : fmt::format("{}; --ignore-unsupported {} plays the rest",
                                                  text, remark.subject));
                sound = sound && is_ignored;
                break;
        }
    }
    for (const std::string& name : ignored)
        if (!used.contains(name))
            complain(
                fmt::format("note: --ignore-unsupported {}: nothing of that name is there", name));
    return sound;
}

// One domain a line; '#' begins a remark.
std::vector<std::string> listed_partners(const std::string& path, std::vector<Remark>& remarks) {
    std::vector<std::string> out;
    if (path.empty()) return out;
    const std::string text = text_of(path, remarks);
    std::string_view left = text;
    for (int number = 1; !left.empty(); ++number) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(left.size(), line.size() + 1));
        const std::vector<std::string_view> words = split(line.substr(0, line.find('#')), " \t\r");
        if (words.empty()) continue;
        const std::string name = core::lower(words[0]);
        const bool sound = words.size() == 1 && policy::is_domain(name) &&
                           name.find('.') != name.npos && name.size() <= longest_played;
        if (sound)
            out.push_back(name);
        else
            remarks.push_back({Remark::Kind::mistake,
                               path,
                               number,
                               {},
                               fmt::format("expected one domain, got {}", shown(line))});
    }
    return out;
}

// Those of the table, then those of the list, nobody twice.
std::vector<many::Partner> partners_of(const Rules& rules, const std::vector<std::string>& listed) {
    using By = many::Partner::By;
    std::vector<many::Partner> out;
    std::set<std::string> known;
    const auto is_new = [&](const std::string& name) { return known.insert(name).second; };
    for (const Entry& entry : rules.entries)
        if (entry.destination != "*" && is_new(entry.destination)) {
            const Entry* const first = find(rules.entries, entry.destination);
            out.push_back({entry.destination, first == nullptr ? entry : *first, By::table});
        }
    for (const std::string& name : listed) {
        if (!is_new(name)) continue;
        const Entry* const entry = find(rules.entries, name);
        out.push_back({name, entry == nullptr ? rules.usual : *entry,
                       entry == nullptr ? By::level_for_all : By::table});
    }
    return out;
}

many::StsResolver resolver_of(const CheckPolicyOptions& o) {
    return o.mta_sts ? many::StsResolver::behind_the_table : many::StsResolver::none;
}

// The command that plays a case again, without its title.
std::string repeat_command(const CheckPolicyOptions& o) {
    std::string out = "mailtls check-policy";
    const auto add_file = [&](const char* flag, const std::string& file) {
        if (!file.empty()) out += fmt::format(" {} {}", flag, report::shell_quoted(file));
    };
    add_file("--postfix", o.table);
    add_file("--main", o.main);
    add_file("--partners", o.partners);
    for (const std::string& name : o.ignored) add_file("--ignore-unsupported", name);
    if (o.mta_sts) out += " --mta-sts";
    if (o.seed != play::default_seed) out += fmt::format(" --seed {}", o.seed);
    return out + " --show";
}

int show_case(const CheckPolicyOptions& o, const std::vector<many::Partner>& partners) {
    std::vector<std::string> titles;
    for (const many::Partner& partner : partners)
        for (const many::PolicyCase& one : many::policy_cases(partner, resolver_of(o))) {
            titles.push_back(title_of(partner, one));
            if (titles.back() != o.show) continue;
            tls::KeyCache keys;
            const many::PlayedCase played =
                many::play_case(partner, one, resolver_of(o), o.seed, keys);
            if (!played.bug.empty()) return unless_bugs({played.bug}, all_passed);
            const trace::Trace& trace = played.performance.stage->world().trace();
            std::fputs(visualize::conversation(trace).c_str(), stdout);
            return played.outcome.safe() ? all_passed : unmet;
        }
    const auto near = std::find_if(titles.begin(), titles.end(), [&](const std::string& title) {
        return title.find(o.show) != title.npos;
    });
    const std::vector<std::string_view> known(titles.begin(), titles.end());
    complain(fmt::format("--show: there is no case {}{}", shown(o.show),
                         near == titles.end() ? did_you_mean(o.show, known)
                                              : fmt::format("; did you mean '{}'?", *near)));
    return nothing_selected;
}

std::string all_scenarios(const CheckPolicyOptions& o, const std::vector<many::Partner>& partners) {
    std::string out =
        "-- Written by mailtls check-policy --write: the rules as they were read, against each\n"
        "-- receiver and attacker. A scenario fails where mail can be read or taken.\n";
    for (const many::Partner& partner : partners)
        for (const many::PolicyCase& one : many::policy_cases(partner, resolver_of(o)))
            out += "\n" + scenario_of(partner, one, resolver_of(o));
    return out;
}

int check(const CheckPolicyOptions& o, many::PolicyPlan plan) {
    plan.resolver = resolver_of(o);
    plan.seed = o.seed;
    plan.jobs = o.jobs;
    std::optional<Progress> progress(std::in_place, plan.partners.size(), "partners", "auto");
    const std::vector<many::PartnerOutcome> outcomes =
        many::check_policy(plan, [&](std::size_t done) { progress->reach(done); });
    progress.reset();
    std::vector<std::string> bugs;
    bool lost = false;
    for (const many::PartnerOutcome& outcome : outcomes) {
        if (!outcome.bug.empty()) bugs.push_back(outcome.bug);
        if (!outcome.lost.empty()) complain(outcome.lost);
        lost = lost || !outcome.lost.empty();
    }
    const std::string out =
        o.json ? report::as_json(outcomes, o.seed) : report::as_text(outcomes, repeat_command(o));
    std::fputs(out.c_str(), stdout);
    const bool safe = std::all_of(outcomes.begin(), outcomes.end(),
                                  [](const many::PartnerOutcome& p) { return p.safe(); });
    return unless_bugs(bugs, lost ? broke : safe ? all_passed : unmet);
}

int check_policy_command(const CheckPolicyOptions& o) {
    if (o.table.empty() && o.main.empty()) {
        complain("check-policy: expected --postfix FILE, --main FILE or both, got neither");
        return usage;
    }
    Rules rules = rules_of(o);
    add_notes(o, rules);
    const std::vector<std::string> listed = listed_partners(o.partners, rules.remarks);
    if (!tell(rules.remarks, o.ignored)) return does_not_load;
    many::PolicyPlan plan;
    plan.partners = partners_of(rules, listed);
    if (plan.partners.empty()) {
        complain("no partner is named in the table, and none by --partners");
        return nothing_selected;
    }
    if (!o.write.empty()) {
        const std::string wrong = files::write_file(o.write, all_scenarios(o, plan.partners));
        if (!wrong.empty()) complain(wrong);
        return wrong.empty() ? all_passed : environment;
    }
    return o.show.empty() ? check(o, std::move(plan)) : show_case(o, plan.partners);
}

const Registered check_policy_row{
    70, [](Commands& all) {
        Command command =
            all.add("check-policy",
                    "Plays the TLS rules of a Postfix against receivers and attackers: can mail to "
                    "a partner "
                    "leave in clear text, be read, be handed to an impostor?\n\n"
                    "  mailtls check-policy --postfix tls_policy --main main.cf\n"
                    "  mailtls check-policy --main main.cf --partners partners.txt --json");
        auto o = std::make_shared<CheckPolicyOptions>();
        command.option("--postfix", o->table, "A table of smtp_tls_policy_maps, as text");
        command.option("--main", o->main,
                       "A main.cf, or a part of one; without --postfix with the tables it names");
        command.option("--partners", o->partners, "More domains to check, one a line");
        command
            .option("--ignore-unsupported", o->ignored,
                    "What cannot be played, and is left out all the same; may be repeated")
            .with_commas();
        command.flag("--mta-sts", o->mta_sts,
                     "A resolver of MTA-STS policies stands behind the table");
        command.flag("--json", o->json, "Print mailtls.policy-check/1");
        command.option("--show", o->show, "Tell one case as a conversation, by its title");
        command.option("--write", o->write, "Write all cases to this file, as scenarios");
        add_jobs(command, o->jobs);
        add_seed(command, o->seed, "every world");
        command.runs([o] { return check_policy_command(*o); });
    }};

}  // namespace

}  // namespace program
