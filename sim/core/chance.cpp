#include "sim/core/chance.hpp"

#include <bit>
#include <cstring>

#include "sim/core/digest.hpp"
#include "sim/core/ensure.hpp"

namespace core {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): spreads a seed over a state.
std::uint64_t spread(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

}  // namespace

Chance::Chance(std::uint64_t seed) : seed_(seed), state_{} {
    std::uint64_t s = seed;
    for (std::uint64_t& word : state_) word = spread(s);
}

Chance Chance::child(std::string_view name) const {
    std::uint64_t mixed = seed_ ^ std::rotl(fnv1a(name), 23);
    return Chance(spread(mixed));
}

std::uint64_t Chance::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t Chance::below(std::uint64_t limit) {
    ENSURE(limit > 0);
    const std::uint64_t refuse =
        (0 - limit) % limit;  // 2^64 mod limit: below it, low numbers would be favoured
    for (;;) {
        const std::uint64_t draw = next();
        if (draw >= refuse) return draw % limit;
    }
}

void Chance::fill(std::span<unsigned char> out) {
    for (std::size_t at = 0; at < out.size(); at += 8) {
        std::uint64_t draw = next();
        const std::size_t n = out.size() - at < 8 ? out.size() - at : 8;
        for (std::size_t i = 0; i < n; ++i, draw >>= 8)
            out[at + i] = static_cast<unsigned char>(draw);
    }
}

}  // namespace core
