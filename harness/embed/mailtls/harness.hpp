#pragma once
// mailtls inside a program of your own: find scenarios, play them, look at what became of each
// mail. This header needs nothing but the standard library. Use it from one thread.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mailtls {

/// What is wrong, at a line of a scenario file; line 0: of the file as a whole.
struct Problem {
    std::string file;
    int line = 0;
    std::string message;
};

struct Scenario {
    std::string file, title;
    int line = 0;
    std::vector<std::string> tags;
    std::optional<std::uint64_t> seed;  ///< Its own, where it has one.
    /// "file.lua::title", as the program calls it.
    std::string id() const { return file + "::" + title; }
};

struct Listing {
    std::vector<Scenario> scenarios;
    std::vector<Problem> problems;  ///< Files that do not load, paths that are not there.
};
/// Scenarios in files and below folders (*.lua), in order of name. Plays none.
Listing list(const std::vector<std::string>& paths);

/// What became of a mail, in the words of the language: docs/language.md.
struct Mail {
    std::string from, to;
    std::string fate;     ///< "queued", "deferred", "delivered", "bounced"
    std::string crossed;  ///< "in clear text", "encrypted", "authenticated", "not at all"
    std::string reason;   ///< As "starttls-not-supported" (RFC 8460 section 4.3); empty: none.
    std::uint32_t attempts = 0;
    std::vector<std::string> read_by, altered_by;  ///< Names of those on the path.
};

/// failed: an expectation is not met. broken: a mistake in the script, or over its budget.
enum class Status : std::uint8_t { passed, failed, broken };

struct Result {
    Status status = Status::passed;
    std::optional<Problem> problem;  ///< Of a scenario that failed or broke.
    std::vector<Mail> mails;         ///< In the order in which they were sent.
    std::string conversation;        ///< The run as text, as `mailtls show` tells it.
    std::string trace;               ///< Every event: JSON lines, docs/trace.md.
    std::vector<std::string> bugs;  ///< Of mailtls itself: what must hold in every run and did not.
};
/// Plays one scenario in a world of its own. `seed` goes over the scenario's own; without either it
/// is 1. The same seed gives the same result.
Result play(const Scenario& scenario, std::optional<std::uint64_t> seed = std::nullopt);

/// As `mailtls --version` prints it.
std::string version();

}  // namespace mailtls
