// Where ENSURE ends: a bug of ours, told with the seed and the last events, and exit code 70.
#include <cstdio>
#include <cstdlib>

#include "harness/script/ensure.hpp"
#include "sim/trace/encode.hpp"

namespace {
const sim::World* watched = nullptr;
}

void script::watch(const sim::World* world) { watched = world; }

[[noreturn]] void core::ensure_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "mailtls: a bug in mailtls: %s does not hold (%s:%d)\n", what, file, line);
    if (watched != nullptr) {
        const trace::Trace& trace = watched->trace();
        std::fprintf(stderr, "  seed %llu; the last events:\n",
                     static_cast<unsigned long long>(watched->seed()));
        const std::size_t first = trace.size() > 20 ? trace.size() - 20 : 0;
        for (std::size_t id = first + 1; id <= trace.size(); ++id)
            std::fprintf(stderr, "  %s\n",
                         trace::text_line(trace, trace.at(static_cast<core::EventId>(id))).c_str());
    }
    std::fprintf(stderr, "Please report it with the scenario file and this text.\n");
    std::fflush(nullptr);
    std::_Exit(70);
}
