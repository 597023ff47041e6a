#pragma once
// A connection in memory that can be cut, altered and slowed down at any byte.
#include <optional>
#include <string>
#include <vector>

#include "sim/net/stream.hpp"

/// What becomes of the bytes that one side writes. Offsets count from its first byte.
struct Trouble {
    static constexpr std::size_t never = static_cast<std::size_t>(-1);
    std::size_t piece = never;   ///< So many bytes arrive at a turn.
    std::size_t cut_at = never;  ///< From here on nothing arrives, and the stream ends ...
    net::Stream::State cut = net::Stream::State::finished;  ///< ... so.
    bool hold = false;                                      ///< Nothing arrives, and nothing ends.
    std::size_t flip_at = never;
    unsigned char flip = 1;  ///< The bits that are flipped there.
};

/// One end. What its peer writes arrives in turns of the loop, in order.
class End final : public net::Stream, private core::Due {
  public:
    explicit End(core::Loop& loop) : loop_(loop) {}
    std::string_view available() override { return std::string_view(inbox_).substr(taken_); }
    void take(std::size_t count) override { taken_ += count; }
    State state() override { return state_; }
    void write(std::string_view bytes) override;
    void finish() override;
    void reset() override;
    void when_readable(core::Due& reader) override { reader_ = &reader; }
    void forget(core::Due& reader) override {
        if (reader_ == &reader) reader_ = nullptr;
    }
    trace::ConnectionId connection() const override { return trace::ConnectionId{1}; }
    net::FarEnd far_end() const override { return far; }

    /// Bytes arrive here that the peer never wrote.
    void arrive(std::string_view bytes);
    /// All that this end wrote.
    const std::string& written() const { return written_; }
    Trouble trouble;  ///< Of what this end writes.
    net::FarEnd far = net::FarEnd::ours;

  private:
    friend struct Wire;
    void fire() override;
    void end(State how);
    void wake();
    core::Loop& loop_;
    End* peer_ = nullptr;
    std::string written_;
    bool ended_ = false;
    std::string flying_;  // Towards this end.
    std::size_t piece_ = Trouble::never;
    std::optional<State> ends_;  // After what is flying.
    std::string inbox_;
    std::size_t taken_ = 0;
    State state_ = State::open;
    core::Due* reader_ = nullptr;
};

struct Wire {
    explicit Wire(core::Loop& loop) : client(loop), server(loop) {
        client.peer_ = &server;
        server.peer_ = &client;
    }
    Wire(const Wire&) = delete;
    End client, server;
};

/// A record of TLS as it stands on the wire: RFC 8446 section 5.1.
struct Record {
    std::size_t at = 0, size = 0;  ///< With its header of five bytes.
    unsigned char type = 0;
};
std::vector<Record> records_of(std::string_view bytes);
