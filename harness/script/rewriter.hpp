#pragma once
// How C++ calls a function of the author's.
#include <cstddef>
#include <functional>
#include <string>

namespace script {

/// Calls the author's function of that number with a line and the name of who reads it. `text` is
/// the line that goes on, or says what went wrong, and where.
struct Rewritten {
    bool well;
    std::string text;
};
using Rewriter = std::function<Rewritten(std::size_t number, const std::string& line,
                                         const std::string& reader)>;

}  // namespace script
