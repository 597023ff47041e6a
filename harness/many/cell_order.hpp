#pragma once
// Which cells of a product are played, and in which order.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/chance.hpp"

namespace many {

using namespace core;

/// Every number below `size` once, in an order that the seed decides. Holds none of them (a Feistel
/// network; numbers that fall outside walk on until they are inside).
class Shuffle {
  public:
    Shuffle(std::uint64_t size, core::Chance chance);
    std::uint64_t at(std::uint64_t position) const;
    std::uint64_t position_of(std::uint64_t number) const;

  private:
    std::uint64_t forth(std::uint64_t number) const;
    std::uint64_t back(std::uint64_t number) const;
    std::uint64_t mixed(std::uint64_t half, std::size_t round) const;
    std::uint64_t size_;
    unsigned half_bits_ = 1;
    std::array<std::uint64_t, 6> keys_{};
};

/// A cell has an index for each of its names, and a number: the last name counts fastest.
using CellAt = std::vector<std::size_t>;

/// Cells in which every pair of values of two names stands together at least once, or the first
/// `most` of them; each covers as many new pairs as its turn can find (after AETG, Cohen et al.
/// 1997).
std::vector<CellAt> pairwise(const std::vector<std::size_t>& sizes, std::uint64_t most,
                             core::Chance chance);

/// All cells in the order of their numbers; or a sample: first those that show every pair of
/// values, then others by chance, none twice. Needs no more memory for more cells.
class CellOrder {
  public:
    /// A sample begins with pairs of values where there are no more of them than this: each takes a
    /// bit, and some time before the first cell.
    static constexpr std::uint64_t most_pairs = 4'000'000;
    /// More cells than this are too many.
    static constexpr std::uint64_t most = 1'000'000'000'000;
    /// Nothing when a product is too large.
    static std::optional<std::uint64_t> product(const std::vector<std::size_t>& sizes);

    CellOrder(std::vector<std::size_t> sizes, std::optional<std::uint64_t> sample,
              std::uint64_t seed);
    /// How many are played.
    std::uint64_t size() const { return size_; }
    /// How many of them show the pairs.
    std::uint64_t pairs() const { return first_.size(); }
    /// The number of the cell that is played at this turn.
    std::uint64_t number(std::uint64_t turn) const;
    CellAt at(std::uint64_t number) const;

  private:
    std::vector<std::size_t> sizes_;
    std::uint64_t size_;
    std::vector<std::uint64_t> first_;        ///< Numbers of the cells that show the pairs.
    std::optional<Shuffle> rest_;             ///< Of a sample.
    std::vector<std::uint64_t> first_turns_;  ///< Where the shuffle has those, sorted.
};

}  // namespace many
