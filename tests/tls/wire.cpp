#include "tests/tls/wire.hpp"

void End::write(std::string_view bytes) {
    if (ended_ || peer_->state_ == State::broken) return;
    const std::size_t from = written_.size();
    written_ += bytes;
    if (trouble.hold) return;
    if (from < trouble.cut_at) {
        std::string arriving(bytes.substr(0, trouble.cut_at - from));
        if (trouble.flip_at >= from && trouble.flip_at - from < arriving.size())
            arriving[trouble.flip_at - from] ^= static_cast<char>(trouble.flip);
        peer_->piece_ = trouble.piece;
        peer_->arrive(arriving);
    }
    if (written_.size() >= trouble.cut_at) peer_->end(trouble.cut);
}

void End::arrive(std::string_view bytes) {
    if (ends_) return;
    flying_ += bytes;
    if (!waiting()) loop_.soon(*this);
}

void End::finish() {
    ended_ = true;
    peer_->end(State::finished);
}

void End::reset() {
    ended_ = true;
    peer_->end(State::broken);
    state_ = State::broken;
    wake();
}

void End::end(State how) {
    if (ends_) return;
    ends_ = how;
    if (!waiting()) loop_.soon(*this);
}

void End::fire() {
    const std::string piece = flying_.substr(0, piece_);
    flying_.erase(0, piece.size());
    inbox_ += piece;
    if (!flying_.empty())
        loop_.soon(*this);
    else if (ends_ && state_ == State::open)
        state_ = *ends_;
    wake();
}

void End::wake() {
    if (reader_ != nullptr && !reader_->waiting()) loop_.soon(*std::exchange(reader_, nullptr));
}

std::vector<Record> records_of(std::string_view bytes) {
    std::vector<Record> out;
    for (std::size_t at = 0; at + 5 <= bytes.size();) {
        const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
        const std::size_t size = 5 + octet(3) * 256u + octet(4);
        out.push_back({at, size, octet(0)});
        at += size;
    }
    return out;
}
