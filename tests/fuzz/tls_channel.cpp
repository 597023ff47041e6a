// Mbed TLS as a server and as a client that hears anything, however the bytes come: it says the
// same and ends the same. The last byte chooses the side and the highest version.
#include "sim/tls/channel.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/tls_desk.hpp"
#include "tests/smtp/pipe.hpp"

using namespace core;

namespace {

Task<std::string> play(tls::Channel& channel) {
    const Result<Unit> outcome = co_await attempt(channel.handshake());
    if (!outcome.ok()) {
        channel.finish();
        ENSURE(outcome.failure().reason == Reason::validation_failure);
        ENSURE(outcome.failure().code == "4.7.5" && !outcome.failure().detail.empty());
        co_return outcome.failure().detail;
    }
    std::string read;
    while (channel.state() == net::Stream::State::open) {
        const std::string_view more = channel.available();
        read += more;
        channel.take(more.size());
        co_await net::Readable(channel);
    }
    read += channel.available();
    channel.take(channel.available().size());
    channel.finish();
    co_return "established, " + read;
}

std::string told_of(const std::vector<std::string_view>& pieces, unsigned which) {
    fuzz::TlsDesk& desk = fuzz::tls_desk();
    Loop loop{world_begins};
    tls::Library library(loop, Chance(1));
    trace::Trace trace(loop);
    Pipe pipe(loop);
    const bool client = which % 2 == 1;
    const auto version = which / 2 % 2 == 0 ? tls::Version::tls13 : tls::Version::tls12;
    End& ours = client ? pipe.client : pipe.server;
    End& theirs = client ? pipe.server : pipe.client;
    tls::Channel channel(library, client ? desk.client(version) : desk.server(version), ours, trace,
                         trace::HostId{0}, client ? "mx.bob.example" : "");
    Run<std::string> run(loop, play(channel));
    settle(loop);
    for (const std::string_view piece : pieces) {
        theirs.write(piece);
        settle(loop);
    }
    theirs.finish();
    settle(loop);
    ENSURE(run.outcome && run.outcome->ok());
    return run.outcome->value() + "\n" + std::string(theirs.available());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const unsigned which = input.byte();
    const std::vector<std::size_t> places = input.places();
    const std::string whole = told_of({input.text()}, which);
    ENSURE(whole == told_of(fuzz::cut(input.text(), places), which));
    return 0;
}
