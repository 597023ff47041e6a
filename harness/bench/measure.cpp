#include "harness/bench/measure.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "sim/core/ensure.hpp"

namespace bench {

double seconds_of(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Pair by_turns(int rounds, const std::function<void()>& ours, const std::function<void()>& theirs) {
    ours();
    theirs();
    Pair best{seconds_of(ours), seconds_of(theirs)};
    for (int i = 1; i < rounds; ++i) {
        best.ours = std::min(best.ours, seconds_of(ours));
        best.theirs = std::min(best.theirs, seconds_of(theirs));
    }
    return best;
}

void kernel_roundtrips(int trips, std::size_t there, std::size_t back) {
    int ends[2];
    ENSURE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    char bytes[4096] = {};
    ENSURE(there <= sizeof bytes && back <= sizeof bytes);
    const auto pass = [&](int from, int to, std::size_t count) {
        ENSURE(write(from, bytes, count) == static_cast<ssize_t>(count));
        ENSURE(read(to, bytes, count) == static_cast<ssize_t>(count));
    };
    for (int i = 0; i < trips; ++i) {
        pass(ends[0], ends[1], there);
        pass(ends[1], ends[0], back);
    }
    close(ends[0]);
    close(ends[1]);
}

}  // namespace bench
