// TLS records as an onlooker describes them, and as a server reads them that breaks the handshake:
// RFC 8446 section 5.1.
#include "sim/tls/broken.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/smtp/pipe.hpp"
#include "visualize/records.hpp"

using namespace core;

namespace {

void check_description(std::string_view bytes) {
    const std::string told = visualize::describe_records(bytes);
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const bool record = bytes.size() >= 5 && octet(0) >= 20 && octet(0) <= 23 && octet(1) == 3;
    const bool old = bytes.size() >= 7 && octet(0) >= 0x80 && told.ends_with("Hello of SSL 2.0");
    ENSURE(told.empty() != (record || old));
    ENSURE(told.size() <= 64 + 8 * bytes.size());  // four bytes have a name of at most 18 letters
    ENSURE(fuzz::all(told + " ", [](char c) { return c == ' ' || fuzz::is_printable(c); }));
    if (visualize::sealed(bytes))
        ENSURE(told.find("sealed record") != std::string::npos && told.find("  ") == told.npos);
}

// What the server does, and how much of it, does not hang on how the bytes come.
std::string answer_to(const std::vector<std::string_view>& pieces, tls::Breakage how) {
    Loop loop{world_begins};
    Pipe pipe(loop);
    Run<Unit> run(loop, tls::break_handshake(pipe.server, how));
    settle(loop);
    for (const std::string_view piece : pieces) {
        pipe.client.write(piece);
        settle(loop);
    }
    const std::string said(pipe.client.available());
    const bool gone = pipe.client.state() != net::Stream::State::open;
    pipe.client.finish();
    settle(loop);
    ENSURE(run.outcome.has_value());
    return said + (gone ? " and is gone" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::vector<std::size_t> places = input.places();
    check_description(input.text());
    using enum tls::Breakage;
    for (const tls::Breakage how :
         {drops, drops_after_hello, alerts, talks_garbage, speaks_ssl2, speaks_ssl3, speaks_tls10})
        ENSURE(answer_to({input.text()}, how) == answer_to(fuzz::cut(input.text(), places), how));
    return 0;
}
