#include "tests/smtp/pipe.hpp"

void End::write(std::string_view bytes) {
    if (finished_ || peer_->state_ != State::open) return;
    peer_->inbox_ += bytes;
    peer_->wake();
}

void End::finish() {
    finished_ = true;
    peer_->end(State::finished);
}

void End::reset() {
    finished_ = true;
    peer_->end(State::broken);
    end(State::broken);
}

void End::end(State how) {
    if (state_ == State::open) state_ = how;
    wake();
}

void End::wake() {
    if (reader_ != nullptr && !reader_->waiting()) loop_.soon(*std::exchange(reader_, nullptr));
}

void settle(core::Loop& loop) {
    while (!loop.idle() && loop.next_turn() <= loop.now()) loop.step();
}
