#pragma once
// A trace read back from a file, as `mailtls run --trace` writes it (docs/trace.md).
#include <istream>
#include <memory>
#include <string>

#include "sim/trace/decode.hpp"

namespace suite {

struct TraceFile {
    trace::Restored events;
    std::string title;
    std::uint64_t seed = 0;
};

/// What was read, or one sentence that says where and why it cannot be.
struct ReadTrace {
    std::unique_ptr<TraceFile> file;
    std::string wrong;
};

/// Reads line by line: beside the trace itself no more than a line is in memory. `name` is how
/// complaints call it.
ReadTrace read_trace(std::istream& in, const std::string& name);
ReadTrace read_trace_file(const std::string& path);

}  // namespace suite
