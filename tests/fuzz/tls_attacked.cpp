// Two ends of a TLS session with somebody in between who flips bits, cuts, slows down and puts in
// bytes of his own: each end reads what the other wrote, from its beginning, or nothing.
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/tls_desk.hpp"
#include "tests/tls/wire.hpp"

using namespace core;

namespace {

template <class T>
class Run final : public Waiter {
  public:
    Run(Loop& loop, Task<T> task) : task_(std::move(task)) { task_.start(loop, *this); }
    Run(const Run&) = delete;
    std::optional<Result<T>> outcome;

  private:
    void child_ended() override { outcome.emplace(std::move(task_.result())); }
    Task<T> task_;
};

// All that could be read, and whether the end was one in order.
struct Heard {
    std::string text;
    bool whole = false;
};

Task<Heard> talk(tls::Channel& channel, std::string says) {
    Heard heard;
    const Result<Unit> outcome = co_await attempt(channel.handshake());
    if (!outcome.ok()) {
        channel.finish();
        co_return std::move(heard);
    }
    channel.write(says);
    while (heard.text.size() < 200 && channel.state() == net::Stream::State::open) {
        const std::string_view more = channel.available();
        heard.text += more;
        channel.take(more.size());
        if (!more.empty()) break;
        co_await net::Readable(channel);
    }
    channel.finish();
    co_await Sleep(seconds(1));
    const std::string rest(channel.available());
    channel.take(rest.size());
    heard.text += rest;
    heard.whole = channel.state() == net::Stream::State::finished;
    co_return std::move(heard);
}

Trouble trouble_of(fuzz::Input& input) {
    Trouble trouble;
    const unsigned kinds = input.byte();
    if ((kinds & 1) != 0) trouble.flip_at = input.number(4000);
    trouble.flip = static_cast<unsigned char>(1u << (kinds >> 5));
    if ((kinds & 2) != 0) trouble.piece = 1 + input.number(3000);
    if ((kinds & 4) != 0) trouble.cut_at = input.number(4000);
    return trouble;
}

bool harmless(const Trouble& trouble) {
    return trouble.flip_at == Trouble::never && trouble.cut_at == Trouble::never;
}

void check(const Run<Heard>& run, const std::string& wrote, bool left_alone) {
    ENSURE(run.outcome && run.outcome->ok());
    const Heard& heard = run.outcome->value();
    ENSURE(wrote.starts_with(heard.text));
    // Who hears close_notify has heard all (RFC 8446 section 6.1).
    if (left_alone) ENSURE(heard.whole);
    if (heard.whole) ENSURE(heard.text == wrote);
}

void settle(Loop& loop) {
    const Instant end = loop.now() + seconds(10);
    loop.run_until(end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    fuzz::TlsDesk& desk = fuzz::tls_desk();
    const auto version = input.byte() % 2 == 0 ? tls::Version::tls13 : tls::Version::tls12;
    Loop loop{world_begins};
    tls::Library library(loop, Chance(1));
    trace::Trace trace(loop);
    Wire wire(loop);
    wire.client.trouble = trouble_of(input);
    wire.server.trouble = trouble_of(input);
    const unsigned when = input.byte();  // bit 0: towards whom; above: after so many turns
    tls::Channel server(library, desk.server(version), wire.server, trace, trace::HostId{1});
    tls::Channel client(library, desk.client(version), wire.client, trace, trace::HostId{0},
                        "mx.bob.example");
    Run<Heard> at_server(loop, talk(server, "220 mx.bob.example ESMTP\r\n"));
    Run<Heard> at_client(loop, talk(client, "EHLO mail.alice.example\r\n"));
    for (unsigned turn = 0; turn < when / 2 && loop.step(); ++turn) {
    }
    if (!input.text().empty()) (when % 2 == 0 ? wire.server : wire.client).arrive(input.text());
    settle(loop);
    wire.server.finish();
    wire.client.finish();
    settle(loop);
    const bool left_alone =
        harmless(wire.client.trouble) && harmless(wire.server.trouble) && input.text().empty();
    check(at_server, "EHLO mail.alice.example\r\n", left_alone);
    check(at_client, "220 mx.bob.example ESMTP\r\n", left_alone);
    return 0;
}
