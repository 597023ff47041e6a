#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace core {

/// Seeded randomness (xoshiro256**, Blackman and Vigna 2018). A child is named: its numbers depend
/// on the seed and the names alone, never on how much its parent or siblings drew. Not for secrets
/// outside a simulation.
class Chance {
  public:
    explicit Chance(std::uint64_t seed);
    /// A stream of its own for `name`.
    Chance child(std::string_view name) const;

    std::uint64_t next();
    /// A number from 0 to `limit` - 1, each as likely. `limit` is at least 1.
    std::uint64_t below(std::uint64_t limit);
    void fill(std::span<unsigned char> out);

  private:
    std::uint64_t seed_;
    std::array<std::uint64_t, 4> state_;
};

}  // namespace core
