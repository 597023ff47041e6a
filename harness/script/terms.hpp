#pragma once
// On which terms a script runs: known to whoever runs one, without Lua or a world.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/script/guard.hpp"
#include "harness/script/library.hpp"

namespace script {

/// How much a scenario may use: its files may come from strangers.
struct Budget {
    std::uint64_t instructions = 100'000'000;  ///< Of Lua; about a second.
    std::size_t memory = 256u << 20;           ///< Bytes held by Lua.
    std::uint64_t turns = 20'000'000;          ///< Of the world's loop.
    std::size_t world = 1u << 30;              ///< Bytes held by the world and its trace.
    bool operator==(const Budget&) const = default;
};

/// What whoever runs a script grants and gives it.
struct Terms {
    Terms() = default;
    Terms(const Budget& its) : budget(its) {}
    Terms(const Library& its, const Budget& most = {}) : budget(most), library(&its) {}
    Budget budget;
    const Library* library = &no_library();    ///< Where its files come from.
    Guard* guard = nullptr;                    ///< Ends it when it takes too long, if there is one.
    std::map<std::string, std::string> given;  ///< What `-D NAME=VALUE` says, for the word `given`.
    bool operator==(const Terms&) const = default;
};

/// What a run does otherwise than the author wrote.
struct Twist {
    std::vector<std::string> flaws;  ///< Every gateway has them, as far as they are for its kind.
    /// Every sender has this level. The author's expectations end nothing then.
    std::string level;
    bool operator==(const Twist&) const = default;
};

}  // namespace script
