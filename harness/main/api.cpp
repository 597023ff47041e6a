#include <cstdio>

#include "harness/main/command.hpp"

namespace program {

void add_api(CLI::App& app, Choice& choice) {
    CLI::App* const command =
        app.add_subcommand("api",
                           "Prints the scenario language as a reference page (Markdown).\n\n"
                           "  mailtls api > language.md\n"
                           "  mailtls api | less");
    command->callback([&choice] {
        choice.action = [] {
            std::fputs(script::language_reference().c_str(), stdout);
            return static_cast<int>(all_passed);
        };
    });
}

}  // namespace program
