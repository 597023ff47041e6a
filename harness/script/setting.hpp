#pragma once
// What a script is played with beside its own text: with it, and the text, a run is determined.
#include <cstdint>

#include "harness/script/terms.hpp"
#include "sim/net/fault.hpp"

namespace tls {
class KeyCache;
}

namespace script {

/// All of it. It stays as it is while worlds come and go.
struct Setting {
    std::uint64_t seed = 0;
    Terms terms;
    Twist twist;
    tls::KeyCache* keys = nullptr;  ///< Where keys are kept for the next run, or nowhere.
    net::Striker striker;           ///< The network's fault in each world, or none.
};

}  // namespace script
