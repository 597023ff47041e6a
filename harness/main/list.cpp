#include <cstdio>

#include <nlohmann/json.hpp>

#include "harness/main/command.hpp"

namespace program {

void add_list(CLI::App& app, Choice& choice) {
    CLI::App* const command = app.add_subcommand("list",
                                                 "Prints the ids of scenarios.\n\n"
                                                 "  mailtls list scenarios\n"
                                                 "  mailtls list --format json scenarios");
    auto paths = std::make_shared<std::vector<std::string>>(1, "scenarios");
    auto format = std::make_shared<std::string>("text");
    command->add_option("path", *paths, "Scenario files or folders")->capture_default_str();
    command->add_option("-F,--format", *format, "text or json")
        ->check(one_of({"text", "json"}))
        ->capture_default_str();
    auto given = std::make_shared<Definitions>();
    add_definitions(command, *given);
    command->callback([=, &choice] {
        choice.action = [=] {
            const run::Found found = run::discover(*paths, run::default_seed, given->terms());
            for (const script::Mistake& m : found.mistakes) complain(m.text());
            nlohmann::ordered_json list = nlohmann::ordered_json::array();
            for (const script::ScenarioEntry& s : found.scenarios) {
                if (*format == "text") std::printf("%s\n", s.id().c_str());
                list.push_back({{"id", s.id()},
                                {"file", s.file},
                                {"line", s.line},
                                {"title", s.title},
                                {"tags", s.tags},
                                {"cites", s.cites}});
            }
            if (*format == "json")
                std::printf("%s\n", nlohmann::ordered_json{{"schema", "mailtls.list/1"},
                                                           {"scenarios", list}}
                                        .dump(2)
                                        .c_str());
            if (!found.mistakes.empty()) return static_cast<int>(does_not_load);
            return static_cast<int>(found.scenarios.empty() ? nothing_selected : all_passed);
        };
    });
}

}  // namespace program
