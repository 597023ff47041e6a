#include <cstdio>
#include <exception>

#include "harness/main/command.hpp"

namespace {

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
        "5 nothing selected, 6 not deterministic or differs from a table, 7 environment, 70 a bug "
        "in "
        "mailtls, 130 interrupted.");
    program::Choice choice;
    program::add_run(app, choice);
    program::add_list(app, choice);
    program::add_show(app, choice);
    program::add_diagram(app, choice);
    program::add_export(app, choice);
    program::add_check(app, choice);
    program::add_check_policy(app, choice);
    program::add_matrix(app, choice);
    program::add_coverage(app, choice);
    program::add_bench(app, choice);
    program::add_api(app, choice);
    program::add_merge(app, choice);
    program::add_sweep(app, choice);
    program::add_init(app, choice);
    program::add_completion(app, choice);
    program::add_version(app, choice);
    const std::string first = argc > 1 ? argv[1] : "";
    const auto is_first = [&](const CLI::App* command) { return command->get_name() == first; };
    if (!first.empty() && first[0] != '-' && app.get_subcommands(is_first).empty()) {
        std::vector<std::string> names;
        for (const CLI::App* const command :
             app.get_subcommands([](const CLI::App*) { return true; }))
            names.push_back(command->get_name());
        const std::string near = program::nearest(first, names);
        program::complain(
            "there is no command '" + first + "'; " +
            (near.empty() ? "`mailtls --help` lists them" : "did you mean '" + near + "'?"));
        return program::usage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // CLI11's own codes are not ours.
        const int code = app.exit(error);
        return code == 0 ? program::all_passed : program::usage;
    }
    return choice.action();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_program(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mailtls: a bug in mailtls: %s\n", error.what());
        return program::our_bug;
    }
}
