#pragma once
// What `mailtls bench` measures. A figure stands beside its reference, taken in the same run by
// turns, so that a busy machine slows both.
#include <functional>
#include <string>
#include <vector>

#include "harness/report/figures.hpp"

namespace bench {

using Measure = report::Figure;

enum class Effort { quick, thorough };

std::vector<Measure> measure_exchange(Effort effort);
std::vector<Measure> measure_clear(Effort effort);
std::vector<Measure> measure_roundtrips(Effort effort);
/// `program` is the path of mailtls itself.
std::vector<Measure> measure_startup(Effort effort, const std::string& program);
std::vector<Measure> measure_memory(Effort effort);
std::vector<Measure> measure_matrix(Effort effort);
std::vector<Measure> measure_scenario(Effort effort);
std::vector<Measure> measure_suite(Effort effort);
std::vector<Measure> measure_sweep(Effort effort, const std::string& program);
std::vector<Measure> measure_virtual_days(Effort effort);

/// Seconds of real time that `work` takes.
double seconds_of(const std::function<void()>& work);
/// Plays `ours` and `theirs` by turns; the shortest time of each, in seconds. Warms up once.
struct Pair {
    double ours, theirs;
};
Pair by_turns(int rounds, const std::function<void()>& ours, const std::function<void()>& theirs);

/// 64 bytes there and back `trips` times through a kernel's socket pair, in one thread.
void kernel_roundtrips(int trips, std::size_t there, std::size_t back);

}  // namespace bench
