#include <cstdio>
#include <memory>

#include "harness/main/command.hpp"

namespace program {

void add_api(CLI::App& app, Choice& choice) {
    CLI::App* const command =
        app.add_subcommand("api",
                           "Prints the scenario language as a reference page (Markdown).\n\n"
                           "  mailtls api > language.md\n"
                           "  mailtls api --flaws");
    auto flaws = std::make_shared<bool>(false);
    command->add_flag("--flaws", *flaws, "Only the flaws that a gateway can have, one a line");
    command->callback([flaws, &choice] {
        choice.action = [flaws] {
            if (*flaws)
                for (const std::string& flaw : script::known_flaws()) std::puts(flaw.c_str());
            else
                std::fputs(script::language_reference().c_str(), stdout);
            return static_cast<int>(all_passed);
        };
    });
}

}  // namespace program
