#pragma once
// Plays the S: lines of a dialogue to smtp::Client and compares what it says and what it makes of
// it.
#include <memory>

#include "sim/smtp/client.hpp"
#include "sim/smtp/postfix.hpp"
#include "tests/smtp/pipe.hpp"
#include "tests/smtp/vectors.hpp"

/// A policy of a few words, and a handshake that is none: the same stream goes on.
class FakeSecurity final : public smtp::Security {
  public:
    smtp::Starttls starttls() const override { return wish; }
    smtp::AfterRefusal without_tls(smtp::NoTls why) override;
    core::Task<net::Stream*> secure(net::Stream& clear) override;
    smtp::AfterRefusal after_failed_handshake() override { return after_failure; }
    core::Result<core::Unit> judge() override;
    smtp::AfterTls after_tls() const override { return memory; }
    void lost_synchronization() override { asked += "[out of step]"; }
    bool is_last_host() const override { return last; }

    smtp::Starttls wish = smtp::Starttls::if_offered;
    smtp::AfterRefusal without = smtp::AfterRefusal::go_on_in_clear;
    enum class Handshake { works, fails, hangs } handshake = Handshake::works;
    smtp::AfterRefusal after_failure = smtp::AfterRefusal::give_up;
    enum class Peer { good_enough, not_good_enough } peer = Peer::good_enough;
    smtp::AfterTls memory = smtp::AfterTls::greet_again;
    bool last = true;
    std::string asked;  ///< What the client asked, in its order.
};

class ClientStage {
  public:
    explicit ClientStage(smtp::ClientHabits habits = smtp::postfix_client());
    ClientStage(const ClientStage&) = delete;
    /// Empty when all went as written, else what did not.
    std::string play(const Dialogue& dialogue);
    /// "ended well: 250 2.0.0 Ok", "failed: smtp-refused 5.7.1 WHY", or "waits".
    std::string outcome() const;
    /// "taken", or "refused smtp-refused 5.1.1": by its own reply, or with all others.
    std::string fate(std::string_view address) const;

    core::Loop loop{core::world_begins};
    trace::Trace trace{loop};
    Pipe pipe{loop};
    smtp::Message message;
    FakeSecurity security;

  private:
    bool set(std::string_view setting);
    bool wish(std::string_view setting);
    std::string step(const Line& line);
    std::string expect_line(const std::string& wanted);
    std::string act(const std::string& what);
    std::string compare(std::string_view wanted) const;
    std::string sound_codes() const;
    void send();

    smtp::Conversation talk_;
    smtp::Client client_;
    std::unique_ptr<Run<smtp::Receipt>> run_;
    std::string group_;
};
