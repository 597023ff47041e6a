// mailtls check-policy: an administrator's own rules against receivers and attackers.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "harness/files/disk.hpp"
#include "harness/files/output.hpp"
#include "harness/files/text.hpp"
#include "harness/main/command.hpp"
#include "harness/main/progress.hpp"
#include "harness/many/policy_rules.hpp"
#include "harness/play/play.hpp"
#include "harness/report/console.hpp"
#include "harness/report/policy_page.hpp"
#include "harness/report/policy_table.hpp"
#include "harness/script/stage.hpp"
#include "sim/core/text.hpp"
#include "sim/policy/postfix_table.hpp"
#include "sim/policy/postfix_text.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"
#include "visualize/conversation.hpp"

namespace program {
namespace {

using namespace policy;

struct CheckPolicyOptions {
    std::string table, main, master, answers, exim, opensmtpd, partners, show, write, html;
    std::vector<std::string> ignored;
    bool mta_sts = false, json = false;
    std::uint64_t seed = play::default_seed;
    int jobs = 1;
};

bool of_another_mta(const CheckPolicyOptions& o) { return !o.exim.empty() || !o.opensmtpd.empty(); }

// Tables may be longer than what a scenario brings along.
constexpr std::size_t largest_file = 32 << 20;

// A file that cannot be read is a mistake without a place: its sentence names it.
std::string text_of(const std::string& path, std::vector<Remark>& remarks) {
    const core::Result<std::string> text = files::read_text(path, path, largest_file);
    if (text.ok()) return text.value();
    remarks.push_back({Remark::Kind::mistake, {}, 0, {}, text.failure().detail});
    return {};
}

many::RuleBook rules_of(const CheckPolicyOptions& o, const std::vector<std::string>& listed) {
    many::RuleBook unread;
    many::RuleFiles files;
    const auto take = [&](const std::string& path, std::optional<many::NamedText>& into) {
        if (!path.empty()) into = many::NamedText{path, text_of(path, unread.remarks)};
    };
    take(o.table, files.table);
    take(o.main, files.main);
    take(o.master, files.master);
    take(o.answers, files.answers);
    take(o.exim, files.exim);
    take(o.opensmtpd, files.opensmtpd);
    if (!unread.remarks.empty()) return unread;
    const std::string& whole = !o.exim.empty()        ? o.exim
                               : !o.opensmtpd.empty() ? o.opensmtpd
                                                      : o.main;
    const std::filesystem::path folder = std::filesystem::path(whole).parent_path();
    // Beside it, whatever folder it says.
    files.beside = [folder](const std::string& name) {
        const std::string base = name.substr(name.rfind('/') + 1);
        return files::read_text((folder / base).string(), base, largest_file);
    };
    return many::rule_book(files, listed);
}

// What is left out without being asked for: Postfix's versions that nobody here speaks.
bool is_ignored(const Remark& remark, const CheckPolicyOptions& o) {
    return (remark.subject.ends_with("protocols") && !of_another_mta(o)) ||
           std::find(o.ignored.begin(), o.ignored.end(), remark.subject) != o.ignored.end();
}

// Tells the remarks. False: the rules cannot be played as they are.
bool tell(const std::vector<Remark>& remarks, const CheckPolicyOptions& o) {
    bool sound = true;
    std::set<std::string> used;
    for (const Remark& remark : remarks) {
        const std::string text = remark.file.empty() ? remark.sentence : remark.text();
        switch (remark.kind) {
            case Remark::Kind::note: complain("note: " + text); break;
            case Remark::Kind::harm: complain("warning: " + text); break;
            case Remark::Kind::mistake:
                complain(text);
                sound = false;
                break;
            case Remark::Kind::unsupported:
                used.insert(remark.subject);
                complain(is_ignored(remark, o)
                             ? text + "; it is left out"
                             : fmt::format("{}; --ignore-unsupported {} plays the rest", text,
                                           remark.subject));
                sound = sound && is_ignored(remark, o);
                break;
        }
    }
    for (const std::string& name : o.ignored)
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
        const std::vector<std::string_view> words =
            postfix::split(line.substr(0, line.find('#')), " \t\r");
        if (words.empty()) continue;
        const std::string name = core::lower(words[0]);
        const bool sound = words.size() == 1 && postfix::is_hostname(name) &&
                           name.find('.') != name.npos && name.size() <= postfix::longest_played;
        if (sound)
            out.push_back(name);
        else if (remarks.size() <= most_remarks)
            remarks.push_back({Remark::Kind::mistake,
                               path,
                               number,
                               {},
                               fmt::format("expected one domain, got {}", shown(line))});
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
    add_file("--master", o.master);
    add_file("--answers", o.answers);
    add_file("--exim", o.exim);
    add_file("--opensmtpd", o.opensmtpd);
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

int write_scenarios(const CheckPolicyOptions& o, const std::vector<many::Partner>& partners) {
    const std::string text = all_scenarios(o, partners);
    if (text.size() > files::largest_scenario_file) {
        complain(
            fmt::format("--write: the scenarios of {} come to {} MiB, and a scenario file has "
                        "at most {}; give a table of fewer partners, part by part",
                        core::counted(partners.size(), "partner"), text.size() >> 20,
                        files::largest_scenario_file >> 20));
        return environment;
    }
    const std::string wrong = files::write_file(o.write, text);
    if (!wrong.empty()) complain(wrong);
    return wrong.empty() ? all_passed : environment;
}

// What is said of the files on stderr, for the page.
std::vector<std::string> sentences(const std::vector<Remark>& remarks) {
    std::vector<std::string> out;
    for (const Remark& remark : remarks)
        out.push_back(remark.file.empty() ? remark.sentence : remark.text());
    return out;
}

bool is_held(const many::PartnerOutcome& outcome) { return !outcome.partner.rule->held().empty(); }

int check(const CheckPolicyOptions& o, many::PolicyPlan plan, const many::RuleBook& rules) {
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
    const auto print = [](std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stdout);
    };
    if (o.json)
        report::write_json(outcomes, o.seed, print);
    else
        print(report::as_text(outcomes, repeat_command(o)));
    if (!o.html.empty()) {
        const std::string wrong = files::write_file(
            o.html, report::policy_page(outcomes, sentences(rules.remarks), repeat_command(o)));
        if (!wrong.empty()) complain(wrong);
        if (!wrong.empty()) return environment;
    }
    const bool safe =
        !rules.holds_mail && std::all_of(outcomes.begin(), outcomes.end(),
                                         [](const auto& p) { return p.safe() && !is_held(p); });
    return unless_bugs(bugs, lost ? broke : safe ? all_passed : unmet);
}

// Empty: the files are those of one MTA.
std::string ill_matched(const CheckPolicyOptions& o) {
    const bool both = !o.exim.empty() && !o.opensmtpd.empty();
    if (both) return "--exim and --opensmtpd exclude each other: one MTA at a time";
    const char* const other = o.exim.empty() ? "--opensmtpd" : "--exim";
    const std::pair<const char*, bool> of_postfix[] = {{"--postfix", !o.table.empty()},
                                                       {"--main", !o.main.empty()},
                                                       {"--master", !o.master.empty()},
                                                       {"--answers", !o.answers.empty()},
                                                       {"--mta-sts", o.mta_sts}};
    if (of_another_mta(o))
        for (const auto& [name, given] : of_postfix)
            if (given)
                return fmt::format("{} is for Postfix, and does not go with {}", name, other);
    if (of_another_mta(o) || !o.table.empty() || !o.main.empty()) return {};
    return "expected --postfix FILE, --main FILE or both, --exim FILE or --opensmtpd FILE, got "
           "none";
}

int check_policy_command(const CheckPolicyOptions& o) {
    if (const std::string wrong = ill_matched(o); !wrong.empty()) {
        complain("check-policy: " + wrong);
        return usage;
    }
    std::vector<Remark> of_list;
    const std::vector<std::string> listed = listed_partners(o.partners, of_list);
    many::RuleBook rules = rules_of(o, listed);
    rules.remarks.insert(rules.remarks.end(), of_list.begin(), of_list.end());
    if (!tell(rules.remarks, o)) return does_not_load;
    many::PolicyPlan plan;
    plan.partners = std::exchange(rules.partners, {});
    if (plan.partners.empty()) {
        complain(of_another_mta(o)
                     ? "nobody is left to play: no mail goes out by SMTP under these rules"
                     : "no partner is named in the table, and none by --partners");
        return rules.holds_mail ? unmet : nothing_selected;
    }
    if (!o.write.empty()) return write_scenarios(o, plan.partners);
    return o.show.empty() ? check(o, std::move(plan), rules) : show_case(o, plan.partners);
}

const Registered check_policy_row{
    70, [](Commands& all) {
        Command command =
            all.add("check-policy",
                    "Plays the TLS rules of a Postfix, Exim or OpenSMTPD against receivers and "
                    "attackers: can mail to a partner "
                    "leave in clear text, be read, be handed to an impostor?\n\n"
                    "  mailtls check-policy --postfix tls_policy --main main.cf\n"
                    "  mailtls check-policy --main main.cf --partners partners.txt --json\n"
                    "  mailtls check-policy --exim exim.conf");
        auto o = std::make_shared<CheckPolicyOptions>();
        command.option("--postfix", o->table, "A table of smtp_tls_policy_maps, as text");
        command.option("--main", o->main,
                       "A main.cf, or a part of one; without --postfix with the tables it names");
        command.option("--master", o->master,
                       "A master.cf: what its smtp services have of their own (-o)");
        command.option("--answers", o->answers,
                       "What tables answer that cannot be asked here (mysql, socketmap, pcre): "
                       "lines of key and value");
        command.option("--exim", o->exim,
                       "A configuration of Exim, or an smtp transport of one; files that it names "
                       "are read beside it");
        command.option("--opensmtpd", o->opensmtpd,
                       "An smtpd.conf of OpenSMTPD; files that it names are read beside it");
        command.option("--partners", o->partners, "More domains to check, one a line");
        command
            .option("--ignore-unsupported", o->ignored,
                    "What cannot be played, and is left out all the same; may be repeated")
            .with_commas();
        command.flag("--mta-sts", o->mta_sts,
                     "A resolver of MTA-STS policies stands behind the table");
        command.flag("--json", o->json, "Print mailtls.policy-check/1");
        command.option("--html", o->html, "Write a page for whoever decides to this file");
        command.option("--show", o->show, "Tell one case as a conversation, by its title");
        command.option("--write", o->write, "Write all cases to this file, as scenarios");
        add_jobs(command, o->jobs);
        add_seed(command, o->seed, "every world");
        command.runs([o] { return check_policy_command(*o); });
    }};

}  // namespace

}  // namespace program
