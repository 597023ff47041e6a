#pragma once
// A stream of bytes as TCP gives it: in order, whole, until it ends or breaks. TLS is a stream over
// a stream.
#include <coroutine>
#include <string>
#include <string_view>

#include "sim/core/task.hpp"
#include "sim/trace/trace.hpp"

namespace net {

using namespace core;

/// Who plays the other end of a stream: we, and that end is in the trace as well; or somebody
/// outside, of whom nothing is known but the bytes.
enum class FarEnd : std::uint8_t { ours, foreign };

class Stream {
  public:
    enum class State : std::uint8_t { open, finished, broken };

    virtual ~Stream() = default;
    /// Bytes that can be taken now. The view is good until the next call on this stream.
    virtual std::string_view available() = 0;
    virtual void take(std::size_t count) = 0;
    /// `finished`: the peer has ended its side in order; `broken`: not in order. What is available
    /// can still be taken, and nothing will be added to it.
    virtual State state() = 0;
    /// Never waits: what is written is on its way.
    virtual void write(std::string_view bytes) = 0;
    /// Ends this side in order: FIN, or close_notify and FIN.
    virtual void finish() = 0;
    /// Ends both sides at once.
    virtual void reset() = 0;
    /// Lets `reader` take a turn when there may be more to read. One reader at a time.
    virtual void when_readable(Due& reader) = 0;
    virtual void forget(Due& reader) = 0;
    virtual trace::ConnectionId connection() const = 0;
    virtual FarEnd far_end() const { return FarEnd::ours; }

    /// More than `known` bytes are there, or no more will come.
    bool readable(std::size_t known) {
        return available().size() > known || state() != State::open;
    }
};

/// `co_await Readable(stream)`: goes on when bytes can be taken, or when none will ever come.
/// `known` bytes of something incomplete may be there already: it waits for more than those.
class Readable final : public Due {
  public:
    explicit Readable(Stream& stream, std::size_t known = 0) : stream_(stream), known_(known) {}
    ~Readable() { stream_.forget(*this); }
    bool await_ready() { return stream_.readable(known_); }
    void await_suspend(std::coroutine_handle<> h) {
        handle_ = h;
        stream_.when_readable(*this);
    }
    void await_resume() const noexcept {}

  private:
    // A part of a TLS record may have come, and nothing to read yet: wait on.
    void fire() override {
        if (!stream_.readable(known_)) return stream_.when_readable(*this);
        handle_.resume();
    }
    Stream& stream_;
    std::size_t known_;
    std::coroutine_handle<> handle_;
};

/// What ended a stream that ended too early, as a sender reports it (RFC 5321 section 3.8, RFC 3463
/// X.4.2).
inline Failure connection_lost(std::string_view step) {
    return Failure(Reason::connection_lost, "lost connection while " + std::string(step), "4.4.2");
}

}  // namespace net
