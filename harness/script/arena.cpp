#include "harness/script/arena.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "sim/core/ensure.hpp"

namespace script {

// In front of the block; as large as two grains, so that the block is aligned like malloc's.
struct Arena::Large {
    Large* before;
    Large* behind;
    void* block() { return this + 1; }
    static Large* of(void* block) { return static_cast<Large*>(block) - 1; }
};

namespace {

// What there is everywhere.
class Heap : public Pages {
  public:
    char* begin() override { return bytes_.get(); }
    std::size_t size() const override { return bytes; }
    bool keep(std::size_t) override { return false; }
    void restore() override {}
    void forget() override {}

  private:
    static constexpr std::size_t bytes = 1u << 20;
    std::unique_ptr<char[]> bytes_{new char[bytes]};
};

std::unique_ptr<Pages> heap() { return std::make_unique<Heap>(); }
std::unique_ptr<Pages> (*make_pages)() = heap;

}  // namespace

void make_pages_by(std::unique_ptr<Pages> (*make)()) { make_pages = make; }

Arena::Arena() { clear(); }
Arena::~Arena() { drop_rest(); }

bool Arena::in_first(const void* block) const {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const auto begin = reinterpret_cast<std::uintptr_t>(first_->begin());
    return address >= begin && address < begin + first_->size();
}

std::size_t Arena::roomy(std::size_t whole) {
    const std::size_t step = std::bit_ceil(whole) / 8;
    return (whole + step - 1) / step * step;
}

std::size_t Arena::place_of_roomy(std::size_t size) {
    const std::size_t twice = std::bit_ceil(size);
    const auto doubled = static_cast<std::size_t>(std::countr_zero(twice / (2 * largest)));
    return largest / grain + 4 * doubled + (size - twice / 2) / (twice / 8) - 1;
}

void* Arena::cut(std::size_t size) {
    if (static_cast<std::size_t>(now_.end - now_.at) < size) {
        more_.emplace_back(new (std::nothrow) char[chunk]);
        if (!more_.back()) {
            more_.pop_back();
            return nullptr;
        }
        now_.at = more_.back().get();
        now_.end = now_.at + chunk;
    }
    void* const block = now_.at;
    now_.at += size;
    return block;
}

void* Arena::take(std::size_t size) {
    const std::size_t whole = rounded(size);
    if (whole <= largest) {
        void*& head = now_.free[whole / grain - 1];
        if (head == nullptr) return cut(whole);
        void* const block = head;
        std::memcpy(&head, block, sizeof head);
        return block;
    }
    // What will be kept must lie in the first chunk.
    if (keeps_large(whole)) {
        const std::size_t room = roomy(whole);
        void*& hole = now_.free[place_of_roomy(room)];
        if (void* const block = hole; block != nullptr) {
            std::memcpy(&hole, block, sizeof hole);
            return block;
        }
        if (static_cast<std::size_t>(now_.end - now_.at) >= room) return cut(room);
    }
    static_assert(sizeof(Large) % grain == 0 || sizeof(void*) < 8);
    auto* const large = static_cast<Large*>(std::malloc(sizeof(Large) + size));
    if (large == nullptr) return nullptr;
    *large = {nullptr, large_};
    if (large_ != nullptr) large_->before = large;
    large_ = large;
    return large->block();
}

void Arena::give_back(void* block, std::size_t size) {
    if (block == nullptr) return;
    const std::size_t whole = rounded(size);
    if (whole <= largest) {
        void*& head = now_.free[whole / grain - 1];
        std::memcpy(block, &head, sizeof head);
        head = block;
        return;
    }
    if (in_first(block)) {
        if (kept() > 1) return;  // a hole until the arena is restored
        void*& head = now_.free[place_of_roomy(roomy(whole))];
        std::memcpy(block, &head, sizeof head);
        head = block;
        return;
    }
    Large* const large = Large::of(block);
    if (large->behind != nullptr) large->behind->before = large->before;
    (large->before != nullptr ? large->before->behind : large_) = large->behind;
    std::free(large);
}

void* Arena::resize(void* block, std::size_t old_size, std::size_t new_size) {
    const std::size_t before = rounded(old_size), after = rounded(new_size);
    if (before == after && before <= largest) return block;
    if (before > largest && after > largest && !in_first(block)) {
        auto* const moved =
            static_cast<Large*>(std::realloc(Large::of(block), sizeof(Large) + new_size));
        if (moved == nullptr) return nullptr;
        (moved->before != nullptr ? moved->before->behind : large_) = moved;
        if (moved->behind != nullptr) moved->behind->before = moved;
        return moved->block();
    }
    if (before > largest && after > largest && after <= huge() && roomy(before) == roomy(after))
        return block;
    void* const moved = take(new_size);
    // Lua counts on it that a block can always become smaller.
    if (moved == nullptr) return new_size <= old_size ? block : nullptr;
    std::memcpy(moved, block, std::min(old_size, new_size));
    give_back(block, old_size);
    return moved;
}

bool Arena::keep() {
    if (!more_.empty() || large_ != nullptr) return false;
    const auto used = static_cast<std::size_t>(now_.at - first_->begin());
    if (used <= little)
        kept_.push_back({now_, {first_->begin(), now_.at}});
    else if (kept() > 0 && first_->keep(used)) {
        // What is freed lies all over what was kept; new blocks shall lie side by side behind it.
        now_.free = {};
        kept_.push_back({now_, {}});
    } else
        return false;
    return true;
}

void Arena::forget() {
    ENSURE(kept() > 0);
    if (kept_.back().image.empty()) first_->forget();
    kept_.pop_back();
}

void Arena::restore() {
    drop_rest();
    now_ = {first_->begin(), first_->begin() + first_->size(), {}};
    if (kept_.empty()) return;
    const Kept& last = kept_.back();
    if (last.image.empty())
        first_->restore();
    else
        std::memcpy(first_->begin(), last.image.data(), last.image.size());
    now_ = last.mark;
}

void Arena::clear() {
    while (kept() > 0) forget();
    if (!first_) first_ = make_pages();
    if (!first_) first_ = heap();
    restore();
}

void Arena::drop_rest() {
    more_.clear();
    while (large_ != nullptr) std::free(std::exchange(large_, large_->behind));
}

}  // namespace script
