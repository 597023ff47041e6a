// A promise of ours that does not hold ends the test program with a message.
#include "sim/core/ensure.hpp"

#include <cstdio>
#include <cstdlib>

void core::ensure_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: ENSURE(%s) does not hold\n", file, line, what);
    std::abort();
}
