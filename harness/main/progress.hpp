#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace program {

/// A line of progress on stderr: how much is done, and on long work how fast it goes and how long
/// it will still take.
class Progress {
  public:
    /// `wish`: always, never, or auto: on a terminal only. `begun`: so many were done before.
    Progress(std::size_t total, std::string what, const std::string& wish, std::size_t begun = 0);
    Progress(const Progress&) = delete;
    /// Takes the line away, for whoever says something else; it comes again.
    void clear();
    /// Leaves the line, whole or not.
    ~Progress();
    void step() { reach(done_ + 1); }
    /// So many are done now.
    void reach(std::size_t done);

  private:
    void draw();
    std::size_t total_, begun_, done_;
    std::string what_;
    bool on_, drawn_ = false;
    std::chrono::steady_clock::time_point since_, last_;
};

}  // namespace program
