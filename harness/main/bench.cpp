#include "harness/main/command.hpp"
namespace program {
void add_bench(CLI::App&, Choice&) {}
}  // namespace program
