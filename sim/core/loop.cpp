#include "sim/core/loop.hpp"

#include <algorithm>
#include <limits>

namespace core {

Due::~Due() {
    if (loop_ != nullptr) loop_->cancel(*this);
}

Loop::~Loop() {
    for (Slot& slot : heap_) slot.due->loop_ = nullptr;
    for (std::size_t i = ready_head_; i < ready_.size(); ++i)
        if (ready_[i] != nullptr) ready_[i]->loop_ = nullptr;
}

void Loop::enlist(Due& due) {
    ENSURE(!due.waiting());
    due.loop_ = this;
    due.sequence_ = next_sequence_++;
    due.cause_ = cause_;
}

void Loop::release(Due& due) { due.loop_ = nullptr; }

void Loop::at(Instant when, Due& due) {
    ENSURE(when >= now_);
    if (when == now_) return soon(due);
    enlist(due);
    heap_.push_back({when, due.sequence_, &due});
    due.heap_slot_ = heap_.size() - 1;
    sift_up(heap_.size() - 1);
}

void Loop::soon(Due& due) {
    enlist(due);
    due.heap_slot_ = Due::not_in_heap;
    due.ready_slot_ = ready_.size();
    ready_.push_back(&due);
    ++ready_count_;
}

void Loop::cancel(Due& due) {
    if (!due.waiting()) return;
    if (due.heap_slot_ != Due::not_in_heap) {
        remove_from_heap(due.heap_slot_);
    } else {
        ready_[due.ready_slot_] = nullptr;
        --ready_count_;
    }
    release(due);
}

Instant Loop::next_turn() const {
    if (ready_count_ > 0) return now_;
    return heap_.empty() ? Instant{std::numeric_limits<std::int64_t>::max()} : heap_.front().when;
}

// Turns in the heap for this very instant were asked for earlier than those in the ring, or not:
// the sequence tells.
bool Loop::ready_goes_first() const {
    if (ready_count_ == 0) return false;
    if (heap_.empty() || heap_.front().when > now_) return true;
    std::size_t head = ready_head_;
    while (ready_[head] == nullptr) ++head;
    return ready_[head]->sequence_ < heap_.front().sequence;
}

Due* Loop::take_ready() {
    while (ready_[ready_head_] == nullptr) ++ready_head_;
    Due* const due = ready_[ready_head_++];
    if (--ready_count_ == 0) {
        ready_.clear();
        ready_head_ = 0;
    }
    return due;
}

bool Loop::step() {
    Due* due = nullptr;
    if (ready_goes_first()) {
        due = take_ready();
    } else {
        if (heap_.empty()) return false;
        now_ = heap_.front().when;
        due = heap_.front().due;
        remove_from_heap(0);
    }
    release(*due);
    ++steps_;
    cause_ = due->cause_;
    due->fire();
    return true;
}

void Loop::run_until(Instant end) {
    while (next_turn() <= end) step();
    now_ = std::max(now_, end);
}

void Loop::place(std::size_t slot, Slot what) {
    heap_[slot] = what;
    what.due->heap_slot_ = slot;
}

void Loop::sift_up(std::size_t slot) {
    const Slot moving = heap_[slot];
    while (slot > 0) {
        const std::size_t parent = (slot - 1) / 4;
        if (!moving.before(heap_[parent])) break;
        place(slot, heap_[parent]);
        slot = parent;
    }
    place(slot, moving);
}

void Loop::sift_down(std::size_t slot) {
    const Slot moving = heap_[slot];
    for (;;) {
        const std::size_t first = slot * 4 + 1;
        if (first >= heap_.size()) break;
        std::size_t least = first;
        const std::size_t end = std::min(first + 4, heap_.size());
        for (std::size_t child = first + 1; child < end; ++child)
            if (heap_[child].before(heap_[least])) least = child;
        if (!heap_[least].before(moving)) break;
        place(slot, heap_[least]);
        slot = least;
    }
    place(slot, moving);
}

void Loop::remove_from_heap(std::size_t slot) {
    heap_[slot].due->heap_slot_ = Due::not_in_heap;
    const Slot last = heap_.back();
    heap_.pop_back();
    if (slot == heap_.size()) return;
    place(slot, last);
    sift_up(slot);
    sift_down(last.due->heap_slot_);
}

}  // namespace core
