#pragma once
// How commands and their options are declared. What reads a command line (CLI11) stands behind it:
// a large header that four files have to see, not thirty.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace program {

/// What the value of an option may be.
struct Check {
    std::string shape;  ///< For --help, as "1 to 256"; may be empty.
    /// Empty: the text is well; else what was expected, and what came.
    std::function<std::string(const std::string& text)> wrong;
};

/// An option that was declared. Each function returns it again, so that calls can be chained.
class Option {
  public:
    explicit Option(CLI::Option& option) : option_(&option) {}
    Option& check(const Check& check);
    Option& required();
    /// --help tells the value that the variable has now: the one that stays where nobody gives one.
    Option& shows_default();
    /// An option with several values takes one each time it is given, not all words that follow.
    Option& one_at_a_time();
    /// As one_at_a_time, or several with commas between them.
    Option& with_commas();
    Option& excludes(const Option& other);
    Option& needs(const Option& other);

  private:
    CLI::Option* option_;
};

/// A command of the program. `names` are as "-j,--jobs"; a name without a dash is that of a word
/// that stands without a switch. Values are kept where the references point, which must last.
class Command {
  public:
    Command(CLI::App& app, std::function<int()>& chosen) : app_(&app), chosen_(&chosen) {}
    Option option(const char* names, std::string& value, const std::string& about);
    Option option(const char* names, std::vector<std::string>& value, const std::string& about);
    Option option(const char* names, int& value, const std::string& about);
    Option option(const char* names, std::uint64_t& value, const std::string& about);
    Option option(const char* names, std::optional<std::uint64_t>& value, const std::string& about);
    Option flag(const char* names, bool& value, const std::string& about);
    /// What is done when this is the command that was given; it returns an exit code.
    void runs(std::function<int()> action);

  private:
    CLI::App* app_;
    std::function<int()>* chosen_;
};

/// All commands of the program.
class Commands {
  public:
    /// `chosen` becomes what the command that was given does.
    Commands(CLI::App& app, std::function<int()>& chosen) : app_(&app), chosen_(&chosen) {}
    /// `about`: a line for the list of commands, an empty line, and examples.
    Command add(const char* name, const char* about);
    const CLI::App& app() const { return *app_; }

  private:
    CLI::App* app_;
    std::function<int()>* chosen_;
};

}  // namespace program
