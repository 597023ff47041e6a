#pragma once
// One run, for the commands that tell of it: as text, as a picture, as a capture.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/main/command.hpp"
#include "harness/script/file.hpp"
#include "harness/suite/trace_file.hpp"

namespace program {

/// A run to tell of: a scenario that was played, or a trace that was read from a file.
struct Told {
    std::string title;
    int exit = all_passed;            ///< Else there is nothing to tell, and it was said why.
    script::Performance performance;  ///< Without a stage where a file was read.
    std::vector<std::string> bugs;    ///< Invariants that do not hold.
    std::unique_ptr<suite::TraceFile> file;
    /// Nothing where a scenario broke before its world was there.
    const trace::Trace* trace() const;
    /// Of its world.
    std::uint64_t seed() const;
};
/// `what` is an id, or the file of a trace: its name ends in ".jsonl". A trace has no other seed
/// and values than its own: to ask for some is a wrong use.
Told told_of(const std::string& what, std::optional<std::uint64_t> seed, const Definitions& given);
/// A picture of a run, and how it is drawn.
struct Picture {
    std::string kind = "ladder", format = "svg";
    bool ascii = false;                                          ///< Text with no other characters.
    std::vector<trace::HostId> viewers;                          ///< Empty: all is drawn.
    std::optional<std::uint64_t> seed;                           ///< Of the world, for `keys`.
    trace::ConnectionId connection = trace::ConnectionId::none;  ///< Whose keys; none: the first.
};
/// Names of formats, in the order in which they are told.
std::vector<std::string> picture_formats();
/// Is it a format of each kind of picture? The others are of ladders alone.
bool draws_each_kind(const std::string& format);
/// The names of files that say a format: ".svg, .png, ...".
std::string picture_endings();
/// The format that a file's name asks for; nothing when no format ends so.
std::optional<std::string> picture_format(const std::string& file);
/// Draws it. Empty when Graphviz cannot.
std::string draw(const trace::Trace& trace, const std::string& title, const Picture& picture);

}  // namespace program
