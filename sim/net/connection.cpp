#include "sim/net/connection.hpp"

#include <algorithm>

namespace net {

using namespace trace;

Direction::Direction(Connection& connection, Way way)
    : connection_(connection),
      way_(way),
      leg_count_(connection.rules.size() + 1),
      legs_(std::make_unique<Leg[]>(leg_count_)) {
    for (std::size_t i = 0; i < leg_count_; ++i) {
        legs_[i].direction = this;
        legs_[i].index = i;
    }
}

Direction::Segment Direction::Leg::take() {
    const Segment first = flying[head++];
    if (empty()) {
        flying.clear();
        head = 0;
    }
    return first;
}

Direction::~Direction() = default;

HostId Direction::writer() const {
    return way_ == Way::to_server ? connection_.client : connection_.server;
}
HostId Direction::reader() const {
    return way_ == Way::to_server ? connection_.server : connection_.client;
}

void Direction::send(std::string_view bytes, Mark mark) {
    if (ended && mark != Mark::reset) return;
    if (connection_.forgotten_by(writer())) return;  // a host that is down says nothing
    Trace& trace = connection_.network.trace();
    const std::string_view kept = trace.keep(bytes);
    for (std::size_t at = 0; at < kept.size() || at == 0; at += segment_size) {
        const std::string_view piece = kept.substr(at, segment_size);
        const Mark piece_mark = at + segment_size >= kept.size() ? mark : Mark::none;
        const EventId sent =
            trace.add(writer(), SegmentSent{connection_.id, way_, piece_mark, offset_, piece});
        offset_ += piece.size();
        depart(Segment{{}, piece_mark, sent, piece});
        if (kept.empty()) break;
    }
    ended = mark != Mark::none;
}

void Direction::inject(std::size_t place, const Piece& given) {
    Trace& trace = connection_.network.trace();
    const std::string_view kept = trace.keep(given.bytes);
    const HostId injector = connection_.rules[place]->host;
    const bool forward = writer() == connection_.path.one;
    const std::size_t leg = forward ? place + 1 : connection_.rules.size() - place;
    for (std::size_t at = 0; at < kept.size() || at == 0; at += segment_size) {
        const std::string_view piece = kept.substr(at, segment_size);
        const Mark mark = at + segment_size >= kept.size() ? given.mark : Mark::none;
        const EventId sent =
            trace.add(injector, SegmentInjected{connection_.id, way_, mark, piece, given.why});
        enter(leg, Segment{{}, mark, sent, piece}, given.wait);
        if (kept.empty()) break;
    }
}

bool Direction::blocked() const { return connection_.path.down_from(writer()); }

void Direction::leave() {
    if (waiting_.empty() || blocked()) return;
    const std::shared_ptr<Connection> keep = connection_.shared_from_this();
    for (const Segment& segment : std::exchange(waiting_, {})) {
        if (--connection_.flying == 0) connection_.network.release(connection_);
        enter(0, segment, {});
    }
}

// When a segment is on the wire for good: after those before it, and sent again, after 1 s and then
// twice as long each time, for as often as it is lost (RFC 6298 sections 2 and 5).
Instant Direction::departure(const Segment& segment, Instant earliest) {
    Path& path = connection_.path;
    Instant departs = earliest;
    if (path.bytes_per_second > 0) {
        Instant& free_at = path.free_at[writer() == path.one ? 0 : 1];
        departs = std::max(departs, free_at);
        departs = departs + path.takes(static_cast<std::uint32_t>(segment.bytes.size()));
        free_at = departs;
    }
    Duration again = seconds(1);
    while (path.loss > 0 && path.chance.below(10'000) < path.loss && again < minutes(1)) {
        departs = departs + again;
        again = again * 2;
    }
    if (path.jitter > Duration{})
        departs = departs + nanoseconds(static_cast<std::int64_t>(
                                path.chance.below(static_cast<std::uint64_t>(path.jitter.ns) + 1)));
    return departs;
}

void Direction::enter(std::size_t index, Segment segment, Duration extra) {
    Path& path = connection_.path;
    Loop& loop = connection_.network.loop();
    if (index == 0 && blocked()) {
        waiting_.push_back(segment);
        if (connection_.flying++ == 0) connection_.network.hold(connection_);
        return;
    }
    Instant departs = loop.now() + extra;
    if (index == 0) departs = departure(segment, departs);
    Leg& leg = legs_[index];
    segment.arrives = departs + path.leg(index, leg_count_);
    if (!leg.empty()) segment.arrives = std::max(segment.arrives, leg.flying.back().arrives);
    leg.flying.push_back(segment);
    if (connection_.flying++ == 0) connection_.network.hold(connection_);
    if (!leg.waiting()) {
        loop.set_cause(segment.cause);
        loop.at(segment.arrives, leg);
    }
}

void Direction::leg_done(Leg& leg) {
    const std::shared_ptr<Connection> keep = connection_.shared_from_this();
    if (--connection_.flying == 0) connection_.network.release(connection_);
    const Segment segment = leg.take();
    Loop& loop = connection_.network.loop();
    if (!leg.empty()) {
        loop.set_cause(leg.flying[leg.head].cause);
        loop.at(leg.flying[leg.head].arrives, leg);
    }
    loop.set_cause(segment.cause);
    if (leg.index + 1 == leg_count_) return arrive(segment);
    pass_point(leg.index, segment);
}

void Direction::pass_point(std::size_t point, Segment segment) {
    const bool forward = writer() == connection_.path.one;
    const std::size_t place = forward ? point : connection_.rules.size() - 1 - point;
    const std::shared_ptr<Rule> rule = connection_.rules[place];
    follow(rule->judge({writer(), reader(), connection_.id, way_, segment.mark, connection_.port,
                        segment.bytes, connection_.point(place)}),
           point, place, std::move(segment));
    rule->recorded();
}

void Direction::follow(const Verdict& verdict, std::size_t point, std::size_t place,
                       Segment segment) {
    const Rule& rule = *connection_.rules[place];
    Trace& trace = connection_.network.trace();
    switch (verdict.act) {
        case Verdict::Act::pass:
        case Verdict::Act::delay:
            if (rule.host != HostId::nobody)
                segment.cause = trace.add(
                    rule.host, SegmentPassed{connection_.id, way_, segment.mark, segment.bytes});
            return enter(point + 1, segment, verdict.wait);
        case Verdict::Act::drop:
            trace.add(rule.host, SegmentDropped{connection_.id, way_, segment.bytes});
            return;
        case Verdict::Act::alter: {
            const std::string_view after = trace.keep(verdict.bytes);
            segment.cause = trace.add(
                rule.host, SegmentAltered{connection_.id, way_, segment.bytes, after, verdict.why});
            segment.bytes = after;
            if (after.empty() && segment.mark == Mark::none) return;  // held back
            return enter(point + 1, segment, {});
        }
        case Verdict::Act::replace: return replace(point, place, segment, verdict.pieces);
        case Verdict::Act::cut:
            trace.add(rule.host, SegmentDropped{connection_.id, way_, segment.bytes});
            return connection_.cut();
    }
}

// The segment itself keeps the bytes it shares with its first piece; what has no piece of its own
// is held back, or gone.
void Direction::replace(std::size_t point, std::size_t place, const Segment& segment,
                        const std::vector<Piece>& pieces) {
    Trace& trace = connection_.network.trace();
    const HostId host = connection_.rules[place]->host;
    const auto own = std::find_if(pieces.begin(), pieces.end(),
                                  [&](const Piece& piece) { return piece.way == way_; });
    if (own == pieces.end()) {
        const std::string_view why = pieces.empty() ? "held back" : pieces.front().why;
        trace.add(host, SegmentAltered{connection_.id, way_, segment.bytes, {}, why});
    }
    const EventId cause = connection_.network.loop().cause();
    for (const Piece& piece : pieces) {
        connection_.network.loop().set_cause(cause);
        if (own == pieces.end() || &piece != &*own) {
            connection_.towards(piece.way).inject(place, piece);
            continue;
        }
        Segment first = segment;
        first.mark = piece.mark;
        if (piece.bytes == segment.bytes) {
            first.cause =
                trace.add(host, SegmentPassed{connection_.id, way_, piece.mark, segment.bytes});
        } else {
            first.bytes = trace.keep(piece.bytes);
            first.cause = trace.add(
                host, SegmentAltered{connection_.id, way_, segment.bytes, first.bytes, piece.why});
        }
        enter(point + 1, first, piece.wait);
    }
}

void Direction::arrive(const Segment& segment) {
    // A reset counts after the end as well (RFC 9293 section 3.10.7.4: CLOSE-WAIT).
    const bool hears = state_ == Stream::State::open ||
                       (state_ == Stream::State::finished && segment.mark == Mark::reset);
    if (connection_.forgotten_by(reader())) return refuse(segment);
    if (!hears) return;
    connection_.network.trace().add(
        reader(), SegmentArrived{connection_.id, way_, segment.mark, segment.bytes});
    inbox_ += segment.bytes;
    if (segment.mark == Mark::fin) state_ = Stream::State::finished;
    if (segment.mark == Mark::reset) return connection_.cut();
    if (reader_ != nullptr && !reader_->waiting())
        connection_.network.loop().soon(*std::exchange(reader_, nullptr));
}

// RFC 9293 section 3.5.1: a host that came back knows nothing of the connection, and says so.
void Direction::refuse(const Segment& segment) {
    Network& network = connection_.network;
    if (network.is_down(reader()) || segment.mark == Mark::reset) return;
    const bool at_server = way_ == Way::to_server;
    Direction& back = at_server ? connection_.to_client : connection_.to_server;
    const EventId sent = network.trace().add(
        reader(), SegmentSent{connection_.id, back.way_, Mark::reset, back.offset_, {}});
    back.depart(Segment{{}, Mark::reset, sent, {}});
}

void Direction::break_off() {
    ended = true;
    deafen();
}

void Direction::deafen() {
    if (state_ == Stream::State::open) state_ = Stream::State::broken;
    if (reader_ != nullptr && !reader_->waiting())
        connection_.network.loop().soon(*std::exchange(reader_, nullptr));
}

void Direction::take(std::size_t count) {
    ENSURE(count <= inbox_.size() - taken_);
    taken_ += count;
    if (taken_ < inbox_.size()) return;
    inbox_.clear();
    taken_ = 0;
}

void Direction::when_readable(Due& reader) {
    ENSURE(reader_ == nullptr || reader_ == &reader);
    reader_ = &reader;
}

void Direction::forget(Due& reader) {
    if (reader_ == &reader) reader_ = nullptr;
}

void Place::send(const Piece& piece) { connection_.towards(piece.way).inject(number_, piece); }
void Place::cut() { connection_.cut(); }
ConnectionId Place::connection() const { return connection_.id; }

void Connection::cut() {
    to_server.break_off();
    to_client.break_off();
}

Socket::Socket(std::shared_ptr<Connection> connection, Way writes)
    : connection_(std::move(connection)), writes_(writes) {}
Socket::~Socket() { finish(); }

std::string_view Socket::available() { return connection_->towards(opposite(writes_)).inbox(); }
void Socket::take(std::size_t count) { connection_->towards(opposite(writes_)).take(count); }
Stream::State Socket::state() { return connection_->towards(opposite(writes_)).state(); }
void Socket::write(std::string_view bytes) {
    if (!bytes.empty()) connection_->towards(writes_).send(bytes, Mark::none);
}
void Socket::finish() { connection_->towards(writes_).send({}, Mark::fin); }
// RFC 9293 section 3.10.5: ABORT tells the peer unless both sides had ended already.
void Socket::reset() {
    Direction& out = connection_->towards(writes_);
    Direction& in = connection_->towards(opposite(writes_));
    if (!out.ended || in.state() == State::open) out.send({}, Mark::reset);
    in.deafen();
}
void Socket::when_readable(Due& reader) {
    connection_->towards(opposite(writes_)).when_readable(reader);
}
void Socket::forget(Due& reader) { connection_->towards(opposite(writes_)).forget(reader); }
ConnectionId Socket::connection() const { return connection_->id; }
HostId Socket::peer() const {
    return writes_ == Way::to_server ? connection_->server : connection_->client;
}
std::string_view Socket::peer_address() const { return connection_->network.host(peer()).address; }

}  // namespace net
