#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>

#include <fmt/ranges.h>
#include <re2/re2.h>

#include "harness/files/disk.hpp"
#include "harness/files/output.hpp"
#include "harness/files/paths.hpp"
#include "harness/main/command.hpp"
#include "harness/report/console.hpp"
#include "harness/suite/watchdog.hpp"
#include "sim/core/edit_distance.hpp"
#include "sim/core/printable.hpp"

namespace program {

void complain(const std::string& sentence) {
    std::fprintf(stderr, "mailtls: %s\n", core::printable(sentence).c_str());
}

// A third of the characters may differ, and the words "did you mean" are earned.
std::string nearest(std::string_view word, const std::vector<std::string>& known,
                    std::size_t slack) {
    std::string best;
    std::size_t best_distance = word.size() / 3 + slack;
    for (const std::string& one : known) {
        const std::size_t distance = core::edit_distance(word, one);
        const bool part = !word.empty() && one.find(word) != std::string::npos;
        if (distance < best_distance || (part && best.empty())) {
            best = one;
            best_distance = std::min(best_distance, distance);
        }
    }
    return best;
}

Check one_of(std::vector<std::string> words) {
    const std::string list = fmt::format("{}", fmt::join(words, ", "));
    const auto check = [words, list](const std::string& text) {
        if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
        const std::string near = nearest(text, words);
        return fmt::format("expected one of {}; got '{}'{}", list, text,
                           near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
    };
    return {fmt::format("{{{}}}", fmt::join(words, ",")), check};
}

Check whole(std::uint64_t least, std::uint64_t most) {
    const auto check = [least, most](const std::string& text) {
        std::uint64_t number = 0;
        const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool well = wrong == std::errc() && end == text.data() + text.size() &&
                          number >= least && number <= most;
        return well ? std::string()
                    : fmt::format("expected a whole number from {} to {}, got '{}'", least, most,
                                  text);
    };
    return {fmt::format("{} to {}", least, most), check};
}

Check seed_numbers() {
    return {"", [](const std::string& text) {
                const bool digits = !text.empty() && text.size() <= 18 &&
                                    text.find_first_not_of("0123456789") == std::string::npos;
                return digits ? std::string()
                              : fmt::format("expected a whole number from 0, got '{}'", text);
            }};
}

namespace {

std::pair<std::string, std::string> split_definition(const std::string& text) {
    const std::size_t equals = text.find('=');
    return {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
}

}  // namespace

std::chrono::seconds Definitions::clock_limit() const {
    return std::chrono::seconds(suite::real_for_processor) * seconds;
}

script::Terms Definitions::terms() const {
    script::Terms out(files::disk());
    // The first one counts: a command has one.
    static suite::Watchdog watchdog(std::chrono::seconds(seconds), interrupted);
    out.guard = &watchdog;
    out.budget.world = static_cast<std::size_t>(mebibytes) << 20;
    for (const std::string& text : texts) {
        auto [name, value] = split_definition(text);
        out.given[name] = value;
    }
    return out;
}

std::string Definitions::as_options() const {
    std::string out;
    for (const std::string& text : texts) out += " -D " + report::shell_quoted(text);
    return out;
}

int exit_code(const suite::Tally& tally, const Besides& besides) {
    if (tally.with_bugs > 0) return our_bug;
    if (tally.unwritten > 0) return environment;
    if (besides.some_do_not_load) return does_not_load;
    if (tally.broken > 0) return broke;
    if (besides.verdicts_differ || tally.differing > 0) return differs;
    return tally.failed > 0 ? unmet : all_passed;
}

void tell_cut_off(std::uint64_t played, std::uint64_t all, const char* what,
                  const std::string& hint) {
    if (played < all && code_of_interrupt() != 141)
        complain(fmt::format("{}: {} of {} {} were played{}",
                             interrupted() ? "interrupted" : "stopped", played, all, what, hint));
}

void Definitions::tell_unasked(const std::set<std::string>& asked) const {
    for (const auto& [name, value] : terms().given) {
        if (asked.contains(name)) continue;
        const std::string near = nearest(name, {asked.begin(), asked.end()});
        complain(fmt::format("-D {}: no scenario asked for it{}", name,
                             near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
}

void add_definitions(Command& command, Definitions& given) {
    const auto check = [](const std::string& text) {
        const std::string name = split_definition(text).first;
        const bool well = text.size() > name.size() && !name.empty() &&
                          std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                          std::all_of(name.begin(), name.end(), [](char c) {
                              return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
                          });
        return well ? std::string() : fmt::format("expected NAME=VALUE, got '{}'", text);
    };
    command
        .option("-D,--define", given.texts,
                "NAME=VALUE: what given(NAME) is in scenarios; may be given more than once")
        .one_at_a_time()
        .check({"", check});
    command
        .option("--timeout", given.seconds,
                "A scenario or cell that takes more seconds of processor time is stopped")
        .check(whole(1, 86'400))
        .shows_default();
    command
        .option("--memory", given.mebibytes,
                "A scenario or cell whose world and trace take more MiB is stopped")
        .check(whole(1, 1'048'576))
        .shows_default();
}

void add_jobs(Command& command, int& jobs) {
    command.option("-j,--jobs", jobs, "Worker processes").check(whole(1, 256)).shows_default();
}

void add_seed(Command& command, std::uint64_t& seed, const std::string& what) {
    command.option("--seed", seed, "The seed of " + what).check(seed_numbers()).shows_default();
}

void add_seed(Command& command, std::optional<std::uint64_t>& seed, const std::string& what) {
    command.option("--seed", seed, "The seed of " + what).check(seed_numbers());
}

namespace {

// By place. Made when the first row asks for it, whichever that is.
std::map<int, void (*)(Commands&)>& rows() {
    static std::map<int, void (*)(Commands&)> all;
    return all;
}

}  // namespace

Registered::Registered(int place, void (*declare)(Commands& all)) {
    const bool fresh = rows().emplace(place, declare).second;
    ENSURE(fresh);
}

void declare_all(Commands& all) {
    for (const auto& [place, declare] : rows()) declare(all);
}

int unless_bugs(const std::vector<std::string>& bugs, int otherwise) {
    for (const std::string& bug : bugs) complain(bug);
    return bugs.empty() ? otherwise : our_bug;
}

// RE2 takes time and memory in proportion to the text, whatever the expression.
std::function<bool(const std::string&)> matches(const std::string& expression) {
    const auto compiled = std::make_shared<RE2>(expression, RE2::Quiet);
    if (compiled->ok())
        return [compiled](const std::string& text) { return RE2::PartialMatch(text, *compiled); };
    complain(fmt::format("-k '{}': expected a regular expression (RE2): {}", expression,
                         compiled->error()));
    return {};
}

std::string prepare_folder(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::create_directories(path, error);
    if (!files::is_directory(path))
        return fmt::format("{}: expected a folder to write into, which cannot be made{}", path,
                           error ? ": " + error.message() : "");
    const std::string wrong = files::write_file(path + "/.mailtls-can-write", "");
    fs::remove(path + "/.mailtls-can-write", error);
    return wrong.empty()
               ? wrong
               : fmt::format("{}: expected a folder to write into, but it cannot be written", path);
}

}  // namespace program
