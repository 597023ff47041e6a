#pragma once
// A world with nothing in it but TLS, and a session between two ends of a wire.
#include <optional>
#include <string>
#include <vector>

#include "sim/tls/channel.hpp"
#include "tests/tls/wire.hpp"

/// Keys of all labs: what is dear to make is made once a program.
tls::KeyCache& shared_keys();

struct Lab {
    explicit Lab(std::uint64_t seed = 1, tls::Curves curves = tls::Curves::fast,
                 tls::KeyCache* keys = &shared_keys());
    Lab(const Lab&) = delete;
    /// "mx.bob.example" under "Lab Root CA", good from yesterday for ninety days.
    tls::CertificateWish wish() const;
    /// A server that shows `wish`, a client that trusts "Lab Root CA".
    tls::Settings server(const tls::CertificateWish& wish);
    tls::Settings server() { return server(wish()); }
    tls::Settings client();
    /// Takes turns until nobody waits for one.
    void settle();
    template <class T>
    std::vector<T> events() const {
        std::vector<T> out;
        trace.each_of<T>([&](const trace::Event&, const T& e) { out.push_back(e); });
        return out;
    }

    core::Loop loop{core::world_begins};
    core::Chance chance;
    trace::Trace trace;
    tls::Library library;
    tls::Mint mint;
};

inline constexpr trace::HostId alice{0}, bob{1};

/// A task at the top: keeps its outcome.
class Run final : public core::Waiter {
  public:
    Run(core::Loop& loop, core::Task<core::Unit> task) : task_(std::move(task)) {
        task_.start(loop, *this);
    }
    Run(const Run&) = delete;
    std::optional<core::Result<core::Unit>> outcome;
    bool ok() const { return outcome && outcome->ok(); }
    /// Why it failed; "ok" when it did not, "waits" when it has not ended.
    std::string words() const;

  private:
    void child_ended() override { outcome.emplace(std::move(task_.result())); }
    core::Task<core::Unit> task_;
};

/// A handshake; a side that gives up lets go of the connection, as a gateway does.
core::Task<core::Unit> shakes(tls::Channel& channel);

/// Two channels over a wire. Troubles are set before `shake_hands`.
struct Session {
    explicit Session(Lab& lab);
    Session(Lab& lab, tls::Settings server_settings, tls::Settings client_settings,
            std::string server_name = "mx.bob.example");
    Session(const Session&) = delete;
    /// True when both sides say that it went well.
    bool shake_hands();
    void settle() { lab.settle(); }

    Lab& lab;
    Wire wire;
    tls::Channel client, server;
    std::optional<Run> client_run, server_run;
};

/// Takes all that can be read.
std::string take_all(net::Stream& stream);
/// How a stream stands: "open", "finished" or "broken".
std::string_view word(net::Stream::State state);
