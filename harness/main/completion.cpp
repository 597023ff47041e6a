// Completions of shells, made from the very tree that reads the command line.
#include <algorithm>
#include <cstdio>

#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "harness/main/command.hpp"
#include "harness/script/sources.hpp"

namespace program {
namespace {

using Words = std::vector<std::string>;

// How a value goes on.
enum class Wants { nothing, text, values, ids, files };

struct Switch {
    Words names;  // None: what stands without a switch.
    std::string about;
    Wants wants = Wants::nothing;
    Words values;
    bool often = false;
};

struct Branch {
    std::string name, about;
    std::vector<Switch> switches;
    std::optional<Switch> bare;
};

// What nothing can be offered for.
constexpr const char* free_texts[] = {"filter", "tag",   "as",   "view",
                                      "at",     "shard", "seed", "define"};

// The words that one_of allows stand in the name of the type, as "TEXT:{a,b}".
Words allowed_values(const std::string& type) {
    const std::size_t open = type.find('{'), close = type.rfind('}');
    if (open == std::string::npos || close == std::string::npos) return {};
    return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

Wants wants_of(const CLI::Option& option, const Switch& made) {
    if (option.get_items_expected_max() == 0) return Wants::nothing;
    if (!made.values.empty()) return Wants::values;
    const std::string type = option.get_type_name();
    if (type.starts_with("INT") || type.starts_with("UINT") || type.starts_with("FLOAT"))
        return Wants::text;
    const std::string name = option.get_single_name();
    if (name == "only" || name == "id" || name == "what") return Wants::ids;
    const bool free =
        std::find(std::begin(free_texts), std::end(free_texts), name) != std::end(free_texts);
    return free ? Wants::text : Wants::files;
}

Switch switch_of(const CLI::Option& option) {
    Switch made;
    for (const std::string& name : option.get_snames()) made.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) made.names.push_back("--" + name);
    made.about = option.get_description();
    made.values = allowed_values(option.get_type_name());
    made.wants = wants_of(option, made);
    made.often = option.get_expected_max() > 1;
    return made;
}

Branch command_of(const CLI::App& app) {
    const std::string about = app.get_description();
    Branch made{app.get_name(), about.substr(0, about.find('\n')), {}, std::nullopt};
    for (const CLI::Option* option : app.get_options()) {
        Switch found = switch_of(*option);
        if (!found.names.empty())
            made.switches.push_back(std::move(found));
        else
            made.bare = std::move(found);
    }
    return made;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

// ---- bash

std::string bash_quoted(const Words& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "'" : " '") + replaced(word, "'", "'\\''") + "'";
    return out;
}

std::string bash_wants(const Switch& s) {
    switch (s.wants) {
        case Wants::values: return "wants=values values=(" + bash_quoted(s.values) + ")";
        case Wants::ids: return "wants=ids";
        case Wants::files: return "wants=files";
        case Wants::text: return "wants=text";
        case Wants::nothing: break;
    }
    return "wants=";
}

std::string bash_tree(const Branch& top, const std::vector<Branch>& commands) {
    Words names;
    for (const Branch& command : commands) names.push_back(command.name);
    std::string switches, wants;
    const auto tell = [&](const std::string& name, const Branch& command) {
        Words all;
        for (const Switch& s : command.switches) {
            all.insert(all.end(), s.names.begin(), s.names.end());
            for (const std::string& one : s.names)
                if (s.wants != Wants::nothing)
                    wants += fmt::format("    '{} {}') {} ;;\n", name, one, bash_wants(s));
        }
        if (command.bare)
            wants += fmt::format("    '{} ') {} ;;\n", name, bash_wants(*command.bare));
        switches += fmt::format("    '{}') switches=({}) ;;\n", name, bash_quoted(all));
    };
    tell("", top);
    for (const Branch& command : commands) tell(command.name, command);
    return fmt::format(
        "# Sets `commands`, and `switches` to those of a command.\n"
        "_mailtls_switches() {{\n    commands=({})\n    case $1 in\n{}    esac\n}}\n\n"
        "# How the value of a command's switch goes on; '' is what stands without one.\n"
        "_mailtls_wants() {{\n    case \"$1 $2\" in\n{}    *) wants= ;;\n    esac\n}}\n",
        bash_quoted(names), switches, wants);
}

// ---- zsh

std::string zsh_text(const std::string& text) {
    std::string out = replaced(text, "\\", "\\\\");
    for (const char* mark : {"[", "]", ":"}) out = replaced(out, mark, std::string("\\") + mark);
    return replaced(out, "'", "'\\''");
}

std::string zsh_value(const Switch& s) {
    switch (s.wants) {
        case Wants::nothing: return {};
        case Wants::text: return ":value: ";
        case Wants::ids: return ":id:_mailtls_ids";
        case Wants::files: return ":file:_files";
        case Wants::values: break;
    }
    std::string out;
    for (const std::string& value : s.values)
        out += (out.empty() ? "" : " ") + replaced(zsh_text(value), " ", "\\ ");
    return ":value:(" + out + ")";
}

std::string zsh_specs(const Branch& command) {
    std::string out;
    for (const Switch& s : command.switches) {
        const std::string rivals = fmt::format("({})", fmt::join(s.names, " "));
        for (const std::string& name : s.names)
            out += fmt::format(" \\\n    '{}{}{}[{}]{}'", s.often ? "*" : rivals, name,
                               s.wants == Wants::nothing ? ""
                               : name.starts_with("--")  ? "="
                                                         : "+",
                               zsh_text(s.about), zsh_value(s));
    }
    if (command.bare)
        out += fmt::format(" \\\n    '{}{}'", command.bare->often ? "*" : "",
                           zsh_value(*command.bare));
    return out;
}

std::string zsh_tree(const Branch& top, const std::vector<Branch>& commands) {
    std::string list, functions;
    for (const Branch& command : commands) {
        list += fmt::format(" {}\\:\"{}\"", zsh_text(command.name),
                            replaced(replaced(zsh_text(command.about), "\"", ""), "\\:", ""));
        functions += fmt::format("_mailtls_at_{}() {{\n  _arguments -s{}\n}}\n", command.name,
                                 zsh_specs(command));
    }
    return fmt::format(
        "_mailtls_top() {{\n  _arguments -C{} \\\n    ':command:(({}))' '*::rest:->rest' && "
        "found=0\n  # What _arguments has cut from `words` shall stay cut.\n  "
        "compstate[restore]=\n}}\n{}",
        zsh_specs(top), list.substr(1), functions);
}

// ---- fish

std::string fish_text(const std::string& text) {
    return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_value(const Switch& s) {
    switch (s.wants) {
        case Wants::nothing: return {};
        case Wants::text: return " -x";
        case Wants::ids: return " -x -a '(__mailtls_ids)'";
        case Wants::files: return " -r -F";
        case Wants::values: break;
    }
    std::string out;
    for (const std::string& value : s.values)
        out += (out.empty() ? "" : " ") + replaced(value, " ", "\\ ");
    return " -x -a " + fish_text(out);
}

std::string fish_tree(const Branch& top, const std::vector<Branch>& commands) {
    std::string out;
    const auto tell = [&out](const Branch& command, const std::string& when) {
        for (const Switch& s : command.switches) {
            out += "complete -c mailtls -n " + when;
            for (const std::string& name : s.names)
                out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            out += fish_value(s) + " -d " + fish_text(s.about) + "\n";
        }
    };
    tell(top, "__fish_use_subcommand");
    for (const Branch& command : commands) {
        out += fmt::format("complete -c mailtls -n __fish_use_subcommand -f -a {} -d {}\n",
                           command.name, fish_text(command.about));
        const std::string when = fish_text("__fish_seen_subcommand_from " + command.name);
        tell(command, when);
        const Wants bare = command.bare ? command.bare->wants : Wants::nothing;
        std::string offer = " -f";
        if (bare == Wants::files) offer = " -F";
        if (bare == Wants::ids) offer = " -f -a '(__mailtls_ids)'";
        if (bare == Wants::values) offer += fish_value(*command.bare);
        out += "complete -c mailtls -n " + when + offer + "\n";
    }
    return out;
}

int completion(const CLI::App& app, const std::string& shell) {
    const Branch top = command_of(app);
    std::vector<Branch> commands;
    for (const CLI::App* command : app.get_subcommands({}))
        commands.push_back(command_of(*command));
    std::string_view page = script::sources::completion_fish;
    std::string tree;
    if (shell == "bash") {
        page = script::sources::completion_bash;
        tree = bash_tree(top, commands);
    } else if (shell == "zsh") {
        page = script::sources::completion_zsh;
        tree = zsh_tree(top, commands);
    } else {
        tree = fish_tree(top, commands);
    }
    std::fputs(replaced(std::string(page), "@TREE@\n", tree).c_str(), stdout);
    return all_passed;
}

const Registered completion_row{
    160, [](Commands& all) {
        Command command =
            all.add("completion",
                    "Prints what a shell needs to complete commands, options and ids.\n\n"
                    "  source <(mailtls completion bash)\n"
                    "  mailtls completion fish > ~/.config/fish/completions/mailtls.fish");
        auto shell = std::make_shared<std::string>();
        command.option("shell", *shell, "bash, zsh or fish")
            .required()
            .check(one_of({"bash", "zsh", "fish"}));
        command.runs([&app = all.app(), shell] { return completion(app, *shell); });
    }};

}  // namespace

}  // namespace program
