#pragma once
#include "sim/net/network.hpp"

namespace net {

/// The largest piece of a stream in one segment: an Ethernet frame less its IPv4 and TCP headers.
inline constexpr std::size_t segment_size = 1460;

/// One direction of a connection: from the writer over each point of the path to the reader.
class Direction {
  public:
    Direction(Connection& connection, Way way);
    ~Direction();
    void send(std::string_view bytes, Mark mark);
    /// What the rule at `place` sends. It enters the path behind that rule.
    void inject(std::size_t place, const Piece& piece);
    /// The path is back: what waits for it leaves.
    void leave();

    std::string_view inbox() const { return std::string_view(inbox_).substr(taken_); }
    void take(std::size_t count);
    Stream::State state() const { return state_; }
    void when_readable(Due& reader);
    void forget(Due& reader);
    /// The reader hears no more.
    void deafen();
    /// Nor does the writer say more.
    void break_off();
    bool ended = false;  ///< The writer has sent its FIN or reset.

  private:
    struct Segment {
        Instant arrives;
        Mark mark;
        EventId cause;
        std::string_view bytes;
    };
    // From one point of the path to the next. Segments keep their order.
    struct Leg final : Due {
        void fire() override { direction->leg_done(*this); }
        Direction* direction = nullptr;
        std::size_t index = 0;
        bool empty() const { return head == flying.size(); }
        Segment take();
        std::vector<Segment> flying;  ///< From `head` on.
        std::size_t head = 0;
    };
    friend struct Leg;
    void depart(const Segment& segment);
    void suffer(const Fault& fault, Segment segment);
    void lose(const Segment& segment);
    void end_for(Mark mark);
    void enter(std::size_t leg, Segment segment, Duration extra);
    Instant departure(const Segment& segment, Instant earliest);
    bool blocked() const;
    HostId reader() const;
    void refuse(const Segment& segment);
    void leg_done(Leg& leg);
    void pass_point(std::size_t point, Segment segment);
    void follow(const Verdict& verdict, std::size_t point, std::size_t place, Segment segment);
    void replace(std::size_t point, std::size_t place, const Segment& segment,
                 const std::vector<Piece>& pieces);
    void arrive(const Segment& segment);
    HostId writer() const;

    Connection& connection_;
    Way way_;
    std::uint64_t offset_ = 0;
    std::size_t leg_count_;
    std::unique_ptr<Leg[]> legs_;
    bool lost_ = false;             ///< A fault has struck: nothing gets through any more.
    std::vector<Segment> waiting_;  ///< For a path that is down.
    std::string inbox_;
    std::size_t taken_ = 0;
    Stream::State state_ = Stream::State::open;
    Due* reader_ = nullptr;
};

/// A rule's place among those of a connection, and a part of it: who keeps the place keeps all.
class Place final : public Point {
  public:
    Place(Connection& connection, std::size_t number) : connection_(connection), number_(number) {}
    void send(const Piece& piece) override;
    void cut() override;
    ConnectionId connection() const override;

  private:
    Connection& connection_;
    std::size_t number_;  ///< Of the rule, from `path.one`.
};

/// Both directions. Lives as long as an end or a segment needs it.
class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Network& n, Path& p, HostId c, HostId s, std::uint16_t to_port, ConnectionId number)
        : network(n),
          path(p),
          client(c),
          server(s),
          port(to_port),
          id(number),
          rules(p.rules),
          client_life(n.host(c).life),
          server_life(n.host(s).life),
          to_server(*this, Way::to_server),
          to_client(*this, Way::to_client) {
        places_.reserve(rules.size());
        for (std::size_t i = 0; i < rules.size(); ++i) places_.emplace_back(*this, i);
    }

    Direction& towards(Way way) { return way == Way::to_server ? to_server : to_client; }
    /// Has this end gone down since the connection was opened?
    bool forgotten_by(HostId end) const {
        return network.host(end).life != (end == client ? client_life : server_life);
    }
    /// A middlebox resets both ends.
    void cut();
    /// Where the rule of that number sits.
    std::shared_ptr<Point> point(std::size_t number) {
        return {shared_from_this(), &places_[number]};
    }

    Network& network;
    Path& path;
    HostId client, server;
    std::uint16_t port;
    ConnectionId id;
    std::vector<std::shared_ptr<Rule>>
        rules;  ///< As they stood when it was opened, from `path.one`.
    std::uint32_t client_life, server_life;
    std::size_t flying = 0;   ///< Segments on their way: the network holds it meanwhile.
    std::size_t held_at = 0;  ///< Where, while it does.
    Direction to_server, to_client;

  private:
    std::vector<Place> places_;
};

}  // namespace net
