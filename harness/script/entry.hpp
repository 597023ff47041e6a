#pragma once
// A scenario's name and place, and what is wrong at a line of a file: without Lua or a world, for
// whoever only tells of them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace script {

/// What the author must mend, at his line. `line` is 0 where there is none.
struct Mistake {
    std::string file;
    int line = 0;
    std::string message;
    /// "file:12: message".
    std::string text() const;
};

struct ScenarioEntry {
    std::string file, title;
    int line = 0;
    std::vector<std::string> tags;
    std::string cites;
    std::optional<std::uint64_t> seed;
    std::string id() const { return file + "::" + title; }
};

}  // namespace script
