#pragma once
// Work over several processes. Mbed TLS's key store is one per process (docs/traps.md), so workers
// are processes, not threads.
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace run {

/// Does `count` pieces of work over `jobs` processes and calls `done` in their order, here. A piece
/// sends one line home; it is empty when its process ended too early. `done` says false: no more.
/// With one job all is done in this process.
void in_processes(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work,
                  const std::function<bool(std::size_t, const std::string&)>& done);

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

}  // namespace run
