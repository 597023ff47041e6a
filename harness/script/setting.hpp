#pragma once
// What a script is played with beside its own text: with it, and the text, a run is determined.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/script/budget.hpp"
#include "harness/script/library.hpp"
#include "sim/net/network.hpp"
#include "sim/tls/certificate.hpp"

namespace script {

/// What whoever runs a script grants and gives it.
struct Terms {
    Terms() = default;
    Terms(const Budget& its) : budget(its) {}
    Terms(const Library& its, const Budget& most = {}) : budget(most), library(&its) {}
    Budget budget;
    const Library* library = &no_library();    ///< Where its files come from.
    std::map<std::string, std::string> given;  ///< What `-D NAME=VALUE` says, for the word `given`.
};

/// What a run does otherwise than the author wrote.
struct Twist {
    std::vector<std::string> flaws;  ///< Every gateway has them, as far as they are for its kind.
    /// Every sender has this level. The author's expectations end nothing then.
    std::string level;
};

/// All of it. It stays as it is while worlds come and go.
struct Setting {
    std::uint64_t seed = 0;
    Terms terms;
    Twist twist;
    tls::KeyCache* keys = nullptr;  ///< Where keys are kept for the next run, or nowhere.
    net::Striker striker;           ///< The network's fault in each world, or none.
};

}  // namespace script
