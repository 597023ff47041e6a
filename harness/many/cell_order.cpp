#include "harness/many/cell_order.hpp"

#include <algorithm>
#include <bit>

namespace many {

Shuffle::Shuffle(std::uint64_t size, core::Chance chance) : size_(size) {
    const auto bits = static_cast<unsigned>(std::bit_width(size > 0 ? size - 1 : 0));
    half_bits_ = std::max(1u, (bits + 1) / 2);
    for (std::uint64_t& key : keys_) key = chance.next();
}

std::uint64_t Shuffle::mixed(std::uint64_t half, std::size_t round) const {
    std::uint64_t z = (half + 1) * 0x9E3779B97F4A7C15u ^ keys_[round];
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) & ((std::uint64_t{1} << half_bits_) - 1);
}

std::uint64_t Shuffle::forth(std::uint64_t number) const {
    std::uint64_t left = number >> half_bits_;
    std::uint64_t right = number & ((std::uint64_t{1} << half_bits_) - 1);
    for (std::size_t round = 0; round < keys_.size(); ++round) {
        left ^= mixed(right, round);
        std::swap(left, right);
    }
    return left << half_bits_ | right;
}

std::uint64_t Shuffle::back(std::uint64_t number) const {
    std::uint64_t left = number >> half_bits_;
    std::uint64_t right = number & ((std::uint64_t{1} << half_bits_) - 1);
    for (std::size_t round = keys_.size(); round-- > 0;) {
        std::swap(left, right);
        left ^= mixed(right, round);
    }
    return left << half_bits_ | right;
}

std::uint64_t Shuffle::at(std::uint64_t position) const {
    std::uint64_t out = forth(position);
    while (out >= size_) out = forth(out);
    return out;
}

std::uint64_t Shuffle::position_of(std::uint64_t number) const {
    std::uint64_t out = back(number);
    while (out >= size_) out = back(out);
    return out;
}

namespace {

// Which pairs of values have not stood together yet.
class Pairs {
  public:
    explicit Pairs(const std::vector<std::size_t>& sizes) : sizes_(sizes) {
        for (std::size_t one = 0; one < sizes.size(); ++one)
            for (std::size_t other = one + 1; other < sizes.size(); ++other) {
                begins_.push_back(left_);
                left_ += sizes[one] * sizes[other];
            }
        open_.assign(left_, true);
    }
    std::size_t left() const { return left_; }
    bool open(std::size_t one, std::size_t value, std::size_t other, std::size_t its) const {
        return open_[place(one, value, other, its)];
    }
    void close(const CellAt& cell) {
        for (std::size_t one = 0; one < cell.size(); ++one)
            for (std::size_t other = one + 1; other < cell.size(); ++other) {
                const std::size_t at = place(one, cell[one], other, cell[other]);
                left_ -= open_[at] ? 1 : 0;
                open_[at] = false;
            }
    }
    /// Begins a cell with the next pair that is open.
    void begin(CellAt& cell, std::vector<bool>& given) {
        while (!open_[next_]) ++next_;
        std::size_t table = 0;
        for (std::size_t one = 0; one < sizes_.size(); ++one)
            for (std::size_t other = one + 1; other < sizes_.size(); ++other, ++table) {
                const std::size_t inside = next_ - begins_[table];
                if (next_ < begins_[table] || inside >= sizes_[one] * sizes_[other]) continue;
                cell[one] = inside / sizes_[other];
                cell[other] = inside % sizes_[other];
                given[one] = given[other] = true;
                return;
            }
    }

  private:
    std::size_t place(std::size_t one, std::size_t value, std::size_t other,
                      std::size_t its) const {
        if (one > other) return place(other, its, one, value);
        const std::size_t n = sizes_.size();
        const std::size_t table = one * n - one * (one + 1) / 2 + (other - one - 1);
        return begins_[table] + value * sizes_[other] + its;
    }
    const std::vector<std::size_t>& sizes_;
    std::vector<std::size_t> begins_;
    std::vector<bool> open_;
    std::size_t left_ = 0, next_ = 0;
};

// The value that closes most pairs with what is given; among equals chance decides where to begin.
std::size_t best_value(const Pairs& pairs, const CellAt& cell, const std::vector<bool>& given,
                       std::size_t name, std::size_t size, core::Chance& chance) {
    std::size_t best = 0, most = 0;
    const std::size_t from = chance.below(size);
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t value = (from + i) % size;
        std::size_t closed = 0;
        for (std::size_t other = 0; other < cell.size(); ++other)
            closed += given[other] && pairs.open(name, value, other, cell[other]) ? 1 : 0;
        if (i == 0 || closed > most) best = value;
        most = std::max(most, closed);
    }
    return best;
}

}  // namespace

std::vector<CellAt> pairwise(const std::vector<std::size_t>& sizes, std::uint64_t most,
                             core::Chance chance) {
    std::vector<CellAt> out;
    Pairs pairs(sizes);
    while (pairs.left() > 0 && out.size() < most) {
        CellAt cell(sizes.size());
        std::vector<bool> given(sizes.size());
        pairs.begin(cell, given);
        for (std::size_t name = 0; name < sizes.size(); ++name) {
            if (given[name]) continue;
            cell[name] = best_value(pairs, cell, given, name, sizes[name], chance);
            given[name] = true;
        }
        pairs.close(cell);
        out.push_back(std::move(cell));
    }
    return out;
}

namespace {

std::uint64_t pairs_of(const std::vector<std::size_t>& sizes) {
    std::uint64_t out = 0, before = 0;
    for (const std::size_t size : sizes) {
        out += before * size;
        before += size;
    }
    return out;
}

}  // namespace

std::optional<std::uint64_t> CellOrder::product(const std::vector<std::size_t>& sizes) {
    std::uint64_t out = 1;
    for (const std::size_t size : sizes) {
        if (size > most || out > most / std::max<std::uint64_t>(size, 1)) return std::nullopt;
        out *= size;
    }
    return out;
}

CellOrder::CellOrder(std::vector<std::size_t> sizes, std::optional<std::uint64_t> sample,
                     std::uint64_t seed)
    : sizes_(std::move(sizes)), size_(product(sizes_).value_or(0)) {
    if (!sample || size_ == 0) return;
    const core::Chance chance = core::Chance(seed).child("sweep");
    rest_.emplace(size_, chance.child("order"));
    size_ = std::min(size_, *sample);
    // Of one or two names every cell is a pair of its own.
    if (sizes_.size() < 3 || pairs_of(sizes_) > most_pairs) return;
    for (const CellAt& cell : pairwise(sizes_, size_, chance.child("pairs"))) {
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < sizes_.size(); ++i) number = number * sizes_[i] + cell[i];
        first_.push_back(number);
        first_turns_.push_back(rest_->position_of(number));
    }
    std::sort(first_turns_.begin(), first_turns_.end());
}

std::uint64_t CellOrder::number(std::uint64_t turn) const {
    if (!rest_) return turn;
    if (turn < first_.size()) return first_[turn];
    // Those that came first are passed over.
    std::uint64_t position = turn - first_.size();
    for (const std::uint64_t taken : first_turns_) {
        if (taken > position) break;
        ++position;
    }
    return rest_->at(position);
}

CellAt CellOrder::at(std::uint64_t number) const {
    CellAt out(sizes_.size());
    for (std::size_t i = sizes_.size(); i-- > 0;) {
        out[i] = number % sizes_[i];
        number /= sizes_[i];
    }
    return out;
}

}  // namespace many
