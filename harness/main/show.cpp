#include <cstdio>

#include "harness/main/command.hpp"
#include "harness/report/dissection.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/conversation.hpp"

namespace program {
namespace {

struct Options {
    std::string id;
    std::uint64_t seed = 0;
    bool events = false, bytes = false, explain = false;
};

void tell(const trace::Trace& trace, const Options& o) {
    if (o.bytes) {
        const auto explained = o.explain ? report::Explained::yes : report::Explained::no;
        std::fputs(report::fields_text(trace, explained).c_str(), stdout);
    } else if (o.events) {
        trace.each([&](const trace::Event& e) {
            std::printf("%s\n", trace::text_line(trace, e).c_str());
        });
    } else {
        std::fputs(visualize::conversation(trace).c_str(), stdout);
    }
}

int show(const Options& o) {
    const Played played = play_one(o.id, o.seed);
    if (played.exit != all_passed) return played.exit;
    if (played.performance.stage->playing()) tell(played.performance.stage->world().trace(), o);
    if (!played.performance.mistake) return unless_bugs(played.bugs, all_passed);
    complain(played.performance.mistake->text());
    return unless_bugs(played.bugs,
                       played.performance.ending == script::Ending::failed ? unmet : broke);
}

}  // namespace

void add_show(CLI::App& app, Choice& choice) {
    CLI::App* const command = app.add_subcommand(
        "show",
        "Tells a scenario as a conversation: who said what, what was encrypted, what policy "
        "decided.\n\n"
        "  mailtls show 'file.lua::a mail crosses encrypted'\n"
        "  mailtls show --bytes --explain 'file.lua::a mail crosses encrypted'");
    auto o = std::make_shared<Options>();
    command->add_option("id", o->id, "file.lua::title")->required();
    command->add_option("--seed", o->seed, "The seed of the world")->check(seed_numbers());
    auto* const events =
        command->add_flag("--events", o->events, "Every event of the trace, a line each");
    auto* const bytes = command->add_flag(
        "--bytes", o->bytes,
        "Every byte that crossed, and what TLS sealed, taken apart: TLS, SMTP, HTTP, DNS");
    bytes->excludes(events);
    command
        ->add_flag("--explain", o->explain, "With --bytes: what each field means, and its clause")
        ->needs(bytes);
    command->callback([o, &choice] { choice.action = [o] { return show(*o); }; });
}

}  // namespace program
