#pragma once
#include <string>

namespace CLI {
class App;
}

namespace program {

/// The file that is read where none is named, if it is there.
inline constexpr const char* config_name = "mailtls.toml";
/// What `--config` says for: no file at all.
inline constexpr const char* no_config = "none";

/// Adds `--config` to the commands that play scenarios, and to their help which variables of the
/// environment stand for options.
void add_config(CLI::App& app, std::string& file);
/// Gives options what the environment says (MAILTLS_JOBS, ...), where the command line says
/// nothing. Empty: well; else one sentence. Of the command that is run alone.
std::string apply_environment(CLI::App& app);

/// Gives options the values that the file of a project has for them: those that neither the command
/// line nor the environment gave. Keys are the options' long names; those at the top are for every
/// command that has `--config` and such an option, those of a table [run] for that command. Empty:
/// well; else one sentence that says where the file is wrong. What is overridden is not
/// looked at, but its name; the options of other commands are.
std::string apply_config(CLI::App& app, const std::string& file);

}  // namespace program
