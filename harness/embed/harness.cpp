#include "harness/embed/mailtls/harness.hpp"

#include "harness/files/disk.hpp"
#include "harness/judge/judge.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/suite.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"
#include "visualize/conversation.hpp"

namespace mailtls {
namespace {

Problem problem_of(const script::Mistake& mistake) {
    return {mistake.file, mistake.line, mistake.message};
}

Mail mail_of(const judge::MailVerdict& v) {
    Mail mail{v.from,
              v.to,
              std::string(word(v.all.fate)),
              std::string(word(v.all.crossed)),
              {},
              v.attempts,
              v.read_by,
              v.altered_by};
    if (v.all.reason != core::Reason::none) mail.reason = core::word(v.all.reason);
    return mail;
}

}  // namespace

Listing list(const std::vector<std::string>& paths) {
    const suite::Found found =
        suite::discover(files::scenarios_below(paths), play::default_seed, files::disk());
    Listing listing;
    for (const script::ScenarioEntry& s : found.scenarios)
        listing.scenarios.push_back({s.file, s.title, s.line, s.tags, s.seed});
    for (const script::Mistake& mistake : found.mistakes)
        listing.problems.push_back(problem_of(mistake));
    return listing;
}

Result play(const Scenario& scenario, std::optional<std::uint64_t> seed) {
    const std::uint64_t its = seed.value_or(scenario.seed.value_or(play::default_seed));
    script::Performance played = script::play(scenario.file, scenario.title, its, files::disk());
    played.finish();
    Result result;
    if (played.ending == script::Ending::failed) result.status = Status::failed;
    if (played.ending == script::Ending::broken) result.status = Status::broken;
    if (played.mistake) result.problem = problem_of(*played.mistake);
    if (!played.stage->playing()) return result;
    const trace::Trace& trace = played.stage->world().trace();
    for (const judge::MailVerdict& v : judge::verdicts_of(trace))
        if (v.kind == judge::MailVerdict::Kind::submitted) result.mails.push_back(mail_of(v));
    result.conversation = visualize::conversation(trace);
    result.trace = trace::json_lines(trace, scenario.id(), its);
    result.bugs = play::bugs_of(played, scenario.id(), its);
    return result;
}

std::string version() { return MAILTLS_VERSION; }

}  // namespace mailtls
