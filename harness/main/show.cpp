#include <cstdio>

#include "harness/main/command.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/conversation.hpp"

namespace program {
namespace {

int show(const std::string& id, std::uint64_t seed, bool events) {
    const Played played = play_one(id, seed);
    if (played.exit != all_passed) return played.exit;
    if (played.performance.stage->playing()) {
        const trace::Trace& trace = played.performance.stage->world().trace();
        if (events)
            trace.each([&](const trace::Event& e) {
                std::printf("%s\n", trace::text_line(trace, e).c_str());
            });
        else
            std::fputs(visualize::conversation(trace).c_str(), stdout);
    }
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
        "  mailtls show 'scenarios/exchange.lua::a mail crosses encrypted'\n"
        "  mailtls show --events 'scenarios/exchange.lua::a mail crosses encrypted'");
    auto id = std::make_shared<std::string>();
    auto seed = std::make_shared<std::uint64_t>(0);
    auto events = std::make_shared<bool>(false);
    command->add_option("id", *id, "file.lua::title")->required();
    command->add_option("--seed", *seed, "The seed of the world")->check(seed_numbers());
    command->add_flag("--events", *events, "Every event of the trace, a line each");
    command->callback([=, &choice] { choice.action = [=] { return show(*id, *seed, *events); }; });
}

}  // namespace program
