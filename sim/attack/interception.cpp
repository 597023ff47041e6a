#include "sim/attack/interception.hpp"

#include "sim/tls/records.hpp"

namespace attack {

// ---- one end

void HeldEnd::arrive(std::string_view bytes, Mark mark) {
    inbox_ += bytes;
    if (mark == Mark::fin) state_ = State::finished;
    if (mark == Mark::reset) state_ = State::broken;
    if (reader_ != nullptr && !reader_->waiting()) loop_.soon(*std::exchange(reader_, nullptr));
}

std::string_view HeldEnd::available() { return inbox_; }
void HeldEnd::take(std::size_t count) { inbox_.erase(0, count); }
void HeldEnd::forget(Due& reader) {
    if (reader_ == &reader) reader_ = nullptr;
}
void HeldEnd::send(std::string bytes, Mark mark) {
    if (ended_) return;
    ended_ = mark != Mark::none;
    point_->send({writes_, mark, std::move(bytes), "said in another's place", {}});
}
void HeldEnd::write(std::string_view bytes) {
    if (!bytes.empty()) send(std::string(bytes), Mark::none);
}
void HeldEnd::finish() { send({}, Mark::fin); }
void HeldEnd::reset() { send({}, Mark::reset); }

// ---- both ends

Interception::Interception(const Lab& lab, HostId attacker,
                           const std::shared_ptr<net::Point>& point, std::string name,
                           std::shared_ptr<const tls::SharedConfig> as_server,
                           std::shared_ptr<const tls::SharedConfig> as_client, Chain inside,
                           const bool& active)
    : lab_(lab),
      attacker_(attacker),
      client_(lab.loop, point, Way::to_client),
      server_(lab.loop, point, Way::to_server),
      to_client_(lab.library, std::move(as_server), client_, lab.trace, attacker, {},
                 tls::Channel::Party::attacker),
      to_server_(lab.library, std::move(as_client), server_, lab.trace, attacker, std::move(name),
                 tls::Channel::Party::attacker),
      inside_(std::move(inside)),
      active_(active),
      nursery_(lab.loop) {}

void Interception::arrive(const Piece& piece) {
    HeldEnd& end = piece.way == Way::to_server ? client_ : server_;
    end.arrive(piece.bytes, piece.mark);
}

// First he must be believed; then he plays the client, who believes everybody.
Task<Unit> Interception::run() {
    const Result<Unit> believed = co_await attempt(to_client_.handshake());
    Result<Unit> joined = Unit{};
    if (believed.ok()) {
        Result<Unit> done = co_await attempt(to_server_.handshake());
        joined = std::move(done);
    }
    if (!believed.ok() || !joined.ok()) {
        client_.finish();
        server_.finish();
        co_return Unit{};
    }
    nursery_.start(pump(Way::to_server));
    nursery_.start(pump(Way::to_client));
    co_return Unit{};
}

Task<Unit> Interception::pump(Way way) {
    tls::Channel& in = from(way);
    for (;;) {
        co_await net::Readable(in);
        const std::string bytes(in.available());
        in.take(bytes.size());
        if (!bytes.empty()) {
            hand_on(way, bytes);
            continue;
        }
        if (in.state() == net::Stream::State::finished)
            towards(way).finish();
        else
            towards(way).reset();
        co_return Unit{};
    }
}

void Interception::hand_on(Way way, std::string_view bytes) {
    lab_.trace.add(attacker_,
                   trace::PlaintextOpened{client_.connection(), way, lab_.trace.keep(bytes), {}});
    for (const Piece& piece :
         inside_.pass({way, Mark::none, std::string(bytes), {}, {}}, active_)) {
        tls::Channel& out = towards(piece.way);
        out.write(piece.bytes);
        if (piece.mark == Mark::fin) out.finish();
        if (piece.mark == Mark::reset) out.reset();
    }
}

// ---- the act

class ImpersonatesFilter final : public Filter {
  public:
    // It keeps the point, for the connection may be taken much later; the bytes are gone by then.
    ImpersonatesFilter(Impersonates& act, const Passing& first) : act_(act), first_(first) {
        first_.bytes = {};
    }

    // The first record of the client: from here on he holds both ends.
    void pass(Piece piece, Out& out) override {
        const bool hello = piece.way == Way::to_server && tls::begins_handshake(piece.bytes);
        if (!held_ && hello && act_.once_more()) {
            held_ = act_.take_(first_);
            held_->begin();
        }
        if (!held_) return out.send(std::move(piece));
        held_->arrive(piece);
    }
    bool lasts() const override { return held_ != nullptr; }

  private:
    Impersonates& act_;
    Passing first_;
    std::unique_ptr<Interception> held_;
};

std::unique_ptr<Filter> Impersonates::on(const Passing& first, Layer layer) {
    const HostId server = first.way == Way::to_server ? first.to : first.from;
    if (layer != Layer::clear || server != host_) return nullptr;
    return std::make_unique<ImpersonatesFilter>(*this, first);
}

}  // namespace attack
