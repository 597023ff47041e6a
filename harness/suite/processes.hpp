#pragma once
// Work over several processes. Mbed TLS's key store is one per process (docs/traps.md), so workers
// are processes, not threads.
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace suite {

/// How much runs at once, and how long a piece of work may take.
struct Crew {
    int jobs = 1;
    std::optional<std::chrono::seconds> limit;  ///< Of the real clock; nothing: for ever.
    /// Asked again and again: true ends all at once, and nothing more comes home.
    std::function<bool()> stop = [] { return false; };
};
/// What came home of a piece of work.
struct Returned {
    std::string line;       ///< Empty when its process ended too early.
    bool late = false;      ///< It took longer than it may, and was ended.
    std::string end;        ///< How its process ended too early: "by SIGSEGV".
    bool at_fault = false;  ///< The program itself did what ended it, as by SIGSEGV.
    /// "the process that played it was ended by SIGKILL".
    std::string why_lost() const;
};
/// There is no process to do the work, and why.
class NoWorker : public std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// Does `count` pieces of work over a crew of processes and calls `done` in their order, here. A
/// piece sends one line home. `done` says false: no more. Whoever is free takes the next piece; a
/// process that ends is replaced. What comes early waits, but only so much of it: memory does not
/// grow with `count`. With one job, or one
/// piece, all is done in this process, without a limit. Throws NoWorker where
/// no process can be made.
void in_processes(std::size_t count, const Crew& crew,
                  const std::function<std::string(std::size_t)>& work,
                  const std::function<bool(std::size_t, const Returned&)>& done);

/// A child's way home.
class Home {
  public:
    explicit Home(int out) : out_(out) {}
    /// One line, and the child's end.
    [[noreturn]] void send(const std::string& line) const;

  private:
    int out_;
};
/// Makes a child of this process that goes on from here. There it gives the way home. Here it waits
/// for the child's end and gives nothing: `line` is what came home, empty when it ended too early.
std::optional<Home> branch(std::string& line);

}  // namespace suite
