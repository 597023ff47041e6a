#include "harness/main/command_line.hpp"

#include <CLI/CLI.hpp>

namespace program {

namespace {

const Check not_empty{"", [](const std::string& text) {
                          return text.empty() ? std::string("expected a text, got an empty one")
                                              : std::string();
                      }};

}  // namespace

Option& Option::check(const Check& check) {
    option_->check(
        CLI::Validator([check](std::string& text) { return check.wrong(text); }, check.shape));
    return *this;
}

Option& Option::required() {
    option_->required();
    return *this;
}

Option& Option::shows_default() {
    option_->capture_default_str();
    return *this;
}

Option& Option::one_at_a_time() {
    option_->allow_extra_args(false);
    return *this;
}

Option& Option::with_commas() {
    option_->delimiter(',')->allow_extra_args(false);
    return *this;
}

Option& Option::excludes(const Option& other) {
    option_->excludes(other.option_);
    return *this;
}

Option& Option::needs(const Option& other) {
    option_->needs(other.option_);
    return *this;
}

// An empty text asks for nothing: it comes from a variable that was not set, as in --out "$OUT".
Option Command::option(const char* names, std::string& value, const std::string& about) {
    return Option(*app_->add_option(names, value, about)).check(not_empty);
}

Option Command::option(const char* names, std::vector<std::string>& value,
                       const std::string& about) {
    return Option(*app_->add_option(names, value, about)).check(not_empty);
}

Option Command::option(const char* names, int& value, const std::string& about) {
    return Option(*app_->add_option(names, value, about));
}

Option Command::option(const char* names, std::uint64_t& value, const std::string& about) {
    return Option(*app_->add_option(names, value, about));
}

Option Command::option(const char* names, std::optional<std::uint64_t>& value,
                       const std::string& about) {
    return Option(*app_->add_option(names, value, about));
}

Option Command::flag(const char* names, bool& value, const std::string& about) {
    return Option(*app_->add_flag(names, value, about));
}

void Command::runs(std::function<int()> action) {
    app_->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

Command Commands::add(const char* name, const char* about) {
    return Command(*app_->add_subcommand(name, about), *chosen_);
}

}  // namespace program
