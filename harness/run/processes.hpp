#pragma once
// Work over several processes. Mbed TLS's key store is one per process (docs/traps.md), so workers
// are processes, not threads.
#include <cstddef>
#include <functional>
#include <string>

namespace run {

/// Does `count` pieces of work over `jobs` processes and calls `done` in their order, here. A piece
/// sends one line home; it is empty when its process ended too early. `done` says false: no more.
/// With one job all is done in this process.
void in_processes(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work,
                  const std::function<bool(std::size_t, const std::string&)>& done);

/// All pieces, in order, in a process of their own. Where it ends too early, the piece it was at
/// has an empty line, and another one goes on with the next.
void in_a_child(std::size_t count, const std::function<std::string(std::size_t)>& work,
                const std::function<void(std::size_t, const std::string&)>& done);

}  // namespace run
