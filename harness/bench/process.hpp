#pragma once
#include <string>
#include <vector>

namespace bench {

/// What came of a process: its exit code, and the peak memory of the largest of it and its own.
struct Ended {
    int code = -1;
    double peak_bytes = 0;
};
/// Runs a program; what it prints on stdout goes nowhere.
Ended run_program(const std::string& program, std::vector<std::string> arguments);

}  // namespace bench
