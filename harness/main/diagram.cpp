#include <cstdio>

#include <fmt/format.h>

#include "harness/main/command.hpp"

namespace program {
namespace {

int diagram(const std::string& id, const std::string& target, std::string format,
            std::uint64_t seed) {
    if (format.empty()) {
        const std::size_t dot = target.rfind('.');
        format = dot == std::string::npos ? "svg" : target.substr(dot + 1);
        if (format != "svg" && format != "png" && format != "dot") {
            complain(fmt::format("-o {}: expected a name ending in .svg, .png or .dot, or --format",
                                 target));
            return usage;
        }
    }
    const Played played = play_one(id, seed);
    if (played.exit != all_passed) return played.exit;
    if (!played.performance.stage->playing()) {
        complain(played.performance.mistake->text());
        return broke;
    }
    const std::string picture = draw(played.performance.stage->world().trace(), id, format);
    if (picture.empty()) {
        complain("Graphviz cannot draw here; is its plugin package installed?");
        return environment;
    }
    if (target.empty() || target == "-") {
        std::fwrite(picture.data(), 1, picture.size(), stdout);
        return unless_bugs(played.bugs, all_passed);
    }
    const std::string wrong = run::write_file(target, picture);
    if (!wrong.empty()) complain(wrong);
    return unless_bugs(played.bugs, wrong.empty() ? all_passed : environment);
}

}  // namespace

void add_diagram(CLI::App& app, Choice& choice) {
    CLI::App* const command =
        app.add_subcommand("diagram",
                           "Draws a scenario as a message-flow diagram.\n\n"
                           "  mailtls diagram 'file.lua::title' -o picture.svg\n"
                           "  mailtls diagram 'file.lua::title' -o picture.png");
    auto id = std::make_shared<std::string>();
    auto target = std::make_shared<std::string>();
    auto format = std::make_shared<std::string>();
    auto seed = std::make_shared<std::uint64_t>(0);
    command->add_option("id", *id, "file.lua::title")->required();
    command->add_option("-o", *target, "File to write (.svg, .png, .dot); default: SVG on stdout");
    command->add_option("--format", *format, "svg, png or dot")
        ->check(CLI::IsMember({"svg", "png", "dot"}));
    command->add_option("--seed", *seed, "The seed of the world")->check(seed_numbers());
    command->callback(
        [=, &choice] { choice.action = [=] { return diagram(*id, *target, *format, *seed); }; });
}

}  // namespace program
