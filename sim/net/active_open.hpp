#pragma once
#include "sim/net/connection.hpp"

namespace net {

/// The active open of one connection (RFC 9293 sections 3.5 and 3.10.7): a SYN on its way over each
/// point of the path, and the answer to it on its way back. A SYN that comes to nothing is sent
/// again after 1 s, and then after twice as long each time (RFC 6298 section 2.1), but not while
/// one is on its way.
class ActiveOpen {
  public:
    /// `refused`: the host, its listener or somebody on the path says no. `silence`: nobody says
    /// anything in time.
    enum class Outcome : std::uint8_t { silence, refused, opened };
    struct Asked {
        HostId from, to;
        ConnectionId connection;
        std::uint16_t port;
    };
    ActiveOpen(Network& network, const Asked& asked, Duration limit);
    ActiveOpen(const ActiveOpen&) = delete;

    /// Does what is due at the caller's or at the host. False: it is over.
    bool step();
    /// `co_await Pause(open)`: until the next step.
    class Pause {
      public:
        explicit Pause(ActiveOpen& open) : open_(open) {}
        bool await_ready() const noexcept { return false; }
        template <class P>
        void await_suspend(std::coroutine_handle<P> h) {
            open_.caller_ = &h.promise();
            open_.loop().after(open_.wait_, h.promise());
        }
        void await_resume() const noexcept {}

      private:
        ActiveOpen& open_;
    };
    Outcome outcome() const { return outcome_; }
    /// What was opened; else nullptr.
    const std::shared_ptr<Connection>& connection() const { return connection_; }

  private:
    enum class Stage : std::uint8_t { home, leaving, outward, homeward, over };
    /// The SYN or its answer at the next point of the path.
    struct Visit final : Due {
        explicit Visit(ActiveOpen& its) : open(its) {}
        void fire() override { open.reach_point(); }
        ActiveOpen& open;
    };
    void depart();
    void set_out();
    void reach_host();
    void reach_point();
    void travel();
    void visit_next();
    void turn_back(Outcome answer);
    void come_home();
    void lose();
    void forsake();
    void end(Outcome outcome);
    Gate ask(const std::shared_ptr<Rule>& rule, Way way);
    bool silent() const;
    Loop& loop() const { return network_.loop(); }

    Network& network_;
    const Asked asked_;
    Path& path_;
    const Instant until_;  ///< From then on the caller hears nothing any more.
    Instant again_at_;     ///< When the next SYN may go.
    Duration gap_ = seconds(1);
    Stage stage_ = Stage::home;
    Duration wait_;          ///< Until the next step.
    Due* caller_ = nullptr;  ///< Who waits for it.
    /// Who sits on the path, in the order of the SYN's way, and how it carries: as the SYN or the
    /// answer sets out.
    std::vector<std::shared_ptr<Rule>> rules_;
    Carriage carriage_;
    std::size_t points_ = 0;  ///< So many lie between where it is and the caller.
    Visit visit_{*this};
    bool answer_arrives_ = true;  ///< Drawn as the SYN leaves.
    Outcome outcome_ = Outcome::silence;
    std::shared_ptr<Connection> connection_;
    std::shared_ptr<Rule> told_;  ///< Who is in the trace already as the one that blocks.
};

}  // namespace net
