// A promise of ours that does not hold ends the test program with a message. In a library of its
// own: programs that link the harness have the harness's.
#include "sim/core/ensure.hpp"

#include <cstdio>
#include <cstdlib>

void core::ensure_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: ENSURE(%s) does not hold\n", file, line, what);
    std::abort();
}
