#include "harness/main/config.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include <fmt/core.h>
#include <toml++/toml.h>
#include <CLI/CLI.hpp>

#include "harness/files/whole.hpp"
#include "harness/main/command.hpp"

namespace program {
namespace {

std::string name_of(const CLI::Option& option) {
    return option.get_positional() && option.get_lnames().empty() ? option.get_name(true, false)
           : option.get_lnames().empty()                          ? std::string()
                                                                  : option.get_lnames().front();
}

std::vector<CLI::App*> configured(CLI::App& app) {
    std::vector<CLI::App*> out;
    for (const char* const name : {"run", "list", "show", "diagram", "export", "check",
                                   "check-policy", "matrix", "sweep", "sweep-faults"})
        out.push_back(app.get_subcommand(name));
    return out;
}

// Options that a file may give: what a command cannot do without is named on its line.
std::map<std::string, CLI::Option*> options_of(CLI::App& command) {
    std::map<std::string, CLI::Option*> out;
    for (CLI::Option* const option : command.get_options()) {
        const std::string name = name_of(*option);
        if (name.empty() || name == "help" || name == "config" || option->get_required()) continue;
        out[name] = option;
    }
    return out;
}

std::string kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "a list";
        case toml::node_type::string: return "a text";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::integer:
        case toml::node_type::floating_point: return "a number";
        default: return "a date or time";
    }
}

// Values as the command line would have them. False: `wrong` says what was expected.
bool add_values(const toml::node& node, std::vector<std::string>& out, std::string& wrong) {
    if (const auto* const text = node.as_string()) {
        out.push_back(text->get());
    } else if (const auto* const number = node.as_integer()) {
        out.push_back(std::to_string(number->get()));
    } else if (const auto* const list = node.as_array()) {
        if (list->empty()) wrong = "expected a value, got an empty list";
        if (list->empty()) return false;
        for (const toml::node& one : *list)
            if (one.is_array() || one.is_table() || !add_values(one, out, wrong)) {
                wrong = "expected a text, a number or a list of them, got " + kind_of(one) +
                        " in a list";
                return false;
            }
    } else if (const auto* const table = node.as_table()) {
        for (const auto& [key, value] : *table) {
            if (!value.is_string() && !value.is_integer()) {
                wrong = fmt::format("{}: expected a text, got {}", key.str(), kind_of(value));
                return false;
            }
            std::vector<std::string> one;
            add_values(value, one, wrong);
            out.push_back(fmt::format("{}={}", key.str(), one.front()));
        }
    } else {
        wrong = fmt::format("expected a text or a whole number, got {}", kind_of(node));
        return false;
    }
    return true;
}

// Empty: well; else what is wrong with the value.
std::string give(CLI::Option& option, const toml::node& node) {
    const bool is_flag = option.get_items_expected_max() == 0;
    std::vector<std::string> values;
    std::string wrong;
    if (is_flag) {
        if (!node.is_boolean()) return "expected true or false, got " + kind_of(node);
        if (*node.value<bool>()) values.push_back("true");
    } else if (node.is_table() != (name_of(option) == "define")) {
        return (node.is_table() ? "expected a value, got " : "expected a table of texts, got ") +
               kind_of(node);
    } else if (!add_values(node, values, wrong)) {
        return wrong;
    }
    if (values.size() > 1 && option.get_expected_max() == 1 &&
        option.get_multi_option_policy() != CLI::MultiOptionPolicy::TakeAll)
        return "expected one value, got a list";
    if (values.empty()) return {};
    try {
        for (const std::string& value : values) option.add_result(value);
        option.run_callback();
    } catch (const CLI::Error& error) {
        const std::string what = error.what();
        const std::size_t colon = what.find(": ");
        return colon == std::string::npos ? what : what.substr(colon + 2);
    }
    return {};
}

// The variable that stands for an option, or nothing.
std::string variable_of(const CLI::App& command, const std::string& option) {
    const bool everywhere = option == "jobs" || option == "seed";
    const bool of_run = command.get_name() == "run" && (option == "format" || option == "color");
    if (!everywhere && !of_run) return {};
    std::string out = "MAILTLS_";
    for (const char c : option) out += static_cast<char>(std::toupper(c));
    return out;
}

// A trace has its seed and values in it: what is said for all runs is not meant for it.
bool plays_a_trace(const CLI::App& command) {
    const CLI::Option* const id = command.get_option_no_throw("id");
    return id != nullptr && id->count() > 0 && id->results().front().ends_with(".jsonl") &&
           id->results().front().find(".lua::") == std::string::npos;
}

class Config {
  public:
    Config(CLI::App& app, const toml::table& all, std::string file)
        : all_(all), file_(std::move(file)) {
        for (CLI::App* const command : configured(app))
            commands_[command->get_name()] = {command, options_of(*command)};
    }
    std::string apply() {
        std::string wrong = check_names();
        if (!wrong.empty()) return wrong;
        for (auto& [name, command] : commands_) {
            const toml::node* const section = all_.get(name);
            for (auto& [key, option] : command.options) {
                const toml::node* node =
                    section != nullptr ? section->as_table()->get(key) : nullptr;
                if (node == nullptr) node = all_.get(key);
                if ((key == "seed" || key == "define") && plays_a_trace(*command.app)) continue;
                // The command line, or the environment, has said it.
                if (node == nullptr || option->count() > 0 || !wrong.empty()) continue;
                const std::string ill = give(*option, *node);
                if (!ill.empty()) wrong = at(*node) + key + ": " + ill;
            }
        }
        return wrong;
    }

  private:
    struct Command {
        CLI::App* app;
        std::map<std::string, CLI::Option*> options;
    };
    std::string at(const toml::node& node) const {
        return fmt::format("{}:{}: ", file_, node.source().begin.line);
    }
    std::string unknown(const toml::node& node, std::string_view what, std::string_view key,
                        const std::set<std::string>& known) const {
        const std::string near = nearest(key, {known.begin(), known.end()});
        return fmt::format("{}{} '{}'{}", at(node), what, key,
                           near.empty() ? "; `mailtls --help` and each command's --help list them"
                                        : fmt::format("; did you mean '{}'?", near));
    }
    // Every key is an option, or a command whose table has options.
    std::string check_names() const {
        std::set<std::string> all;
        for (const auto& [name, command] : commands_) {
            all.insert(name);
            for (const auto& [key, option] : command.options) all.insert(key);
        }
        for (const auto& [key, node] : all_) {
            const std::string name(key.str());
            const auto command = commands_.find(name);
            if (!all.contains(name))
                return unknown(node, "there is no option or command", name, all);
            if (command == commands_.end()) continue;
            if (!node.is_table())
                return at(node) + name + ": expected a table of options, got " + kind_of(node);
            std::set<std::string> its;
            for (const auto& [option, where] : command->second.options) its.insert(option);
            for (const auto& [option, value] : *node.as_table())
                if (!its.contains(std::string(option.str())))
                    return unknown(value, name + " has no option", option.str(), its);
        }
        return {};
    }
    const toml::table& all_;
    std::string file_;
    std::map<std::string, Command> commands_;
};

}  // namespace

std::string apply_environment(CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands(), those = configured(app);
    if (chosen.empty() || std::find(those.begin(), those.end(), chosen.front()) == those.end())
        return {};
    CLI::App& command = *chosen.front();
    if (plays_a_trace(command)) return {};
    for (const auto& [name, option] : options_of(command)) {
        const std::string variable = variable_of(command, name);
        const char* const value = variable.empty() ? nullptr : std::getenv(variable.c_str());
        if (value == nullptr || *value == '\0' || option->count() > 0) continue;
        const std::string ill = give(*option, toml::value<std::string>(value));
        if (!ill.empty()) return variable + ": " + ill;
    }
    return {};
}

void add_config(CLI::App& app, std::string& file) {
    for (CLI::App* const command : configured(app))
        for (const auto& [name, option] : options_of(*command))
            if (const std::string variable = variable_of(*command, name); !variable.empty())
                option->description(
                    fmt::format("{} (environment: {})", option->get_description(), variable));
    for (CLI::App* const command : configured(app))
        command
            ->add_option("--config", file,
                         fmt::format("Options are read from this file (TOML) instead of {}; "
                                     "'{}': from no file",
                                     config_name, no_config))
            ->envname("MAILTLS_CONFIG");
}

std::string apply_config(CLI::App& app, const std::string& file) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    const std::vector<CLI::App*> those = configured(app);
    const bool needs_none =
        chosen.empty() || std::find(those.begin(), those.end(), chosen.front()) == those.end();
    if (needs_none || file == no_config) return {};
    const std::string path = file.empty() ? config_name : file;
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return file.empty() ? std::string()
                            : path + ": expected a file of options (TOML), but there is none";
    if (!std::filesystem::is_regular_file(path, error))
        return path + ": expected a file of options (TOML), got something else";
    std::FILE* const readable = std::fopen(path.c_str(), "rb");
    if (readable == nullptr) return path + ": the file of options cannot be read";
    std::fclose(readable);
    try {
        const toml::table all = toml::parse(files::read_file(path), path);
        return Config(app, all, path).apply();
    } catch (const toml::parse_error& wrong) {
        return fmt::format("{}:{}: expected TOML: {}", path, wrong.source().begin.line,
                           wrong.description());
    }
}

}  // namespace program
