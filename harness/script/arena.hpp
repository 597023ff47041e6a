#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "harness/script/pages.hpp"

namespace script {

/// The memory of one Lua state. It is dropped whole, and can be put back, byte for byte and at the
/// same addresses, as it stood when it was kept. So the language is read once, and each scenario
/// begins with a copy of it that nobody has touched. What is kept upon what was kept before lies
/// above it, until it is forgotten: so a file is read once for all of its scenarios, too. What is
/// little is kept as a copy; what is much, by the pages on which it lies.
class Arena {
  public:
    Arena();
    Arena(const Arena&) = delete;
    ~Arena();
    /// Takes a block out; nullptr where there is no memory.
    void* take(std::size_t size);
    void give_back(void* block, std::size_t size);
    /// A block of another size with the same bytes; nullptr leaves the old one as it is.
    void* resize(void* block, std::size_t old_size, std::size_t new_size);

    /// From now on `restore` comes back to this moment. False: there is too much for a copy, and
    /// nothing more is kept.
    bool keep();
    /// How many moments are kept.
    std::size_t kept() const { return kept_.size(); }
    /// Drops what was kept last.
    void forget();
    /// What was kept last, or nothing at all. Blocks that were taken since are gone.
    void restore();
    /// Empty, and forgets what was kept.
    void clear();

  private:
    struct Large;
    static constexpr std::size_t grain = 16;         ///< Blocks are multiples of this.
    static constexpr std::size_t largest = 1024;     ///< Of those that have a list for each size.
    static constexpr std::size_t chunk = 1u << 20;   ///< Bytes of each but the first.
    static constexpr std::size_t little = 1u << 20;  ///< Bytes that are kept as a copy.
    static constexpr std::size_t most_huge = 4u << 20;
    /// Larger ones are never cut from a chunk.
    std::size_t huge() const { return std::min(first_->size() / 16, most_huge); }
    /// Larger ones that are cut from a chunk have sizes of which four lead to twice as much, so
    /// that the hole that one leaves fits another.
    static constexpr std::size_t roomy_sizes = 4 * (22 - 10);
    static std::size_t roomy(std::size_t whole);
    static std::size_t place_of_roomy(std::size_t size);
    /// Does a block of so many bytes find its place in the first chunk now?
    bool keeps_large(std::size_t whole) const {
        return whole <= huge() && more_.empty() && kept() < 2;
    }
    using Free = std::array<void*, largest / grain + roomy_sizes>;
    /// How far chunks are used, and what was given back.
    struct Mark {
        char* at = nullptr;
        char* end = nullptr;
        Free free{};
    };
    static std::size_t rounded(std::size_t size) { return (size + grain - 1) / grain * grain; }
    bool in_first(const void* block) const;
    void* cut(std::size_t size);
    void drop_rest();

    struct Kept {
        Mark mark;
        std::vector<char> image;  ///< Empty: the pages keep it.
    };

    std::unique_ptr<Pages> first_;  ///< What is kept lies here.
    std::vector<std::unique_ptr<char[]>> more_;
    Large* large_ = nullptr;  ///< Each a block of its own.
    Mark now_;
    std::vector<Kept> kept_;
};

}  // namespace script
