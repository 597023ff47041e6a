#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "harness/main/command.hpp"
#include "harness/main/config.hpp"
#include "harness/script/pages.hpp"
#include "harness/suite/cow_pages.hpp"
#include "harness/suite/processes.hpp"

namespace {

using program::complain;

std::string perhaps(const std::string& near, const std::string& otherwise) {
    return near.empty() ? otherwise : fmt::format("; did you mean '{}'?", near);
}

// A command that is none. Empty: it is one, or it is an option.
std::string mistyped_command(const CLI::App& app, const std::string& first) {
    std::vector<std::string> names;
    for (const CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    const bool is_one = std::find(names.begin(), names.end(), first) != names.end();
    if (first.empty() || first[0] == '-' || is_one) return {};
    return fmt::format("there is no command '{}'{}", first,
                       perhaps(program::nearest(first, names), "; `mailtls --help` lists them"));
}

std::string nearest_option(const std::string& name, const std::vector<std::string>& options) {
    if (!name.starts_with("--")) return {};
    const std::string near = program::nearest(name.substr(2), options);
    return near.empty() ? near : "--" + near;
}

// What is left over on a command line: options that are none, or too much.
std::string left_over(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    const CLI::App& command = chosen.empty() ? app : *chosen.front();
    std::vector<std::string> options;
    for (const CLI::Option* const option : command.get_options())
        for (const std::string& name : option->get_lnames()) options.push_back(name);
    const std::string all =
        chosen.empty() ? "mailtls --help" : "mailtls " + command.get_name() + " --help";
    for (const std::string& word : app.remaining(true)) {
        if (!word.starts_with('-'))
            return fmt::format("{}: nothing was expected where '{}' stands; see `{}`",
                               command.get_name(), word, all);
        const std::string name = word.substr(0, word.find('='));
        return fmt::format(
            "{} has no option '{}'{}", command.get_name(), name,
            perhaps(nearest_option(name, options), fmt::format("; `{}` lists them", all)));
    }
    return "the command line cannot be understood";
}

// CLI11's own words where they are a sentence.
std::string sentence_of(const CLI::ParseError& error, const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    const std::string what = error.what();
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
        return chosen.empty() ? "expected a command; `mailtls --help` lists them"
                              : fmt::format("{0}: {1}; see `mailtls {0} --help`",
                                            chosen.front()->get_name(), what);
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
        return what.substr(0, what.find(':')) + ": expected a value, got none";
    return what;
}

int run_program(int argc, char** argv) {
    CLI::App app{
        "mailtls: a laboratory for TLS between mail servers.\n\n"
        "  mailtls run scenarios                     play every scenario below a folder\n"
        "  mailtls show 'file.lua::title'            read one as a conversation"};
    app.name("mailtls");
    app.require_subcommand(1);
    app.set_version_flag("--version", MAILTLS_VERSION);
    app.footer(
        "Exit codes: 0 all passed, 1 an expectation failed, 2 usage, 3 a scenario or a trace does "
        "not load, 4 a scenario broke,\n"
        "5 nothing selected, 6 not deterministic or differs from a table or baseline, "
        "7 environment, 70 a bug in mailtls, 129, 130, 141, 143 ended by HUP, INT, PIPE, TERM.");
    std::function<int()> chosen;
    program::Commands commands(app, chosen);
    program::declare_all(commands);
    std::string config;
    program::add_config(app, config);
    std::string wrong = mistyped_command(app, argc > 1 ? argv[1] : "");
    if (wrong.empty()) {
        try {
            app.parse(argc, argv);
            wrong = program::apply_environment(app);
            if (wrong.empty()) wrong = program::apply_config(app, config);
        } catch (const CLI::ExtrasError&) {
            wrong = left_over(app);
        } catch (const CLI::ParseError& error) {
            if (error.get_exit_code() == 0) return app.exit(error);
            wrong = sentence_of(error, app);
        }
    }
    if (wrong.empty()) return chosen();
    complain(wrong);
    return program::usage;
}

}  // namespace

int main(int argc, char** argv) {
    program::begin();
    script::make_pages_by(suite::cow_pages);
    try {
        return program::ended(run_program(argc, argv));
    } catch (const std::bad_alloc&) {
        complain("there is not enough memory");
        return program::environment;
    } catch (const suite::NoWorker& none) {
        complain(none.what());
        return program::environment;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mailtls: a bug in mailtls: %s\n", error.what());
        return program::our_bug;
    }
}
