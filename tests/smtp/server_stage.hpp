#pragma once
// Plays the C: lines of a dialogue against smtp::Server and compares what it says.
#include <memory>

#include "sim/smtp/postfix.hpp"
#include "sim/smtp/server.hpp"
#include "tests/smtp/pipe.hpp"
#include "tests/smtp/vectors.hpp"

/// How the lines of one group of C: lines go over the wire.
enum class Segments { whole, byte_by_byte };

/// The mailroom behind the server: "nobody" does not exist, "busy" is busy, "fail" cannot be kept.
class FakeMailroom final : public smtp::Mailroom {
  public:
    smtp::Reply recipient(const std::string& address) override;
    smtp::Reply keep(smtp::Incoming message) override;
    core::Task<net::Stream*> secure(net::Stream& clear) override;

    enum class Tls { works, fails } tls = Tls::works;
    std::vector<smtp::Incoming> kept;
};

class ServerStage {
  public:
    ServerStage() : talk_(pipe.server, trace, trace::HostId{0}) {}
    ServerStage(const ServerStage&) = delete;
    /// Empty when all went as written, else what did not.
    std::string play(const Dialogue& dialogue, Segments segments);

    core::Loop loop{core::world_begins};
    trace::Trace trace{loop};
    Pipe pipe{loop};
    smtp::ServerSettings settings;
    smtp::ServerHabits habits = smtp::postfix_server();
    FakeMailroom mailroom;

  private:
    bool set(std::string_view setting);
    std::string step(const Line& line);
    std::string expect_line(const std::string& wanted);
    std::string act(const std::string& what);
    std::string compare(std::string_view wanted) const;
    std::string kept_as_text() const;
    std::string wishes_as_text() const;
    void send();
    std::string codes_of_all_replies() const;

    smtp::Conversation talk_;
    std::unique_ptr<smtp::Server> server_;
    std::unique_ptr<Run<core::Unit>> run_;
    std::string group_;
    Segments segments_ = Segments::whole;
    bool one_segment_ = false;
};
