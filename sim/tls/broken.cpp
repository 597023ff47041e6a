#include "sim/tls/broken.hpp"

#include "sim/tls/history.hpp"

namespace tls {
namespace {

using namespace core;

std::string answer(Breakage how, std::string_view hello, std::string_view certificate) {
    switch (how) {
        case Breakage::alerts:
            return {"\x15\x03\x03\x00\x02\x02\x28", 7};  // RFC 8446 section 6: fatal, 40
        case Breakage::talks_garbage: return "Abandon all hope, ye who enter here.\r\n";
        case Breakage::speaks_ssl2: return old_server_answer(OldVersion::ssl2, hello, certificate);
        case Breakage::speaks_ssl3: return old_server_answer(OldVersion::ssl3, hello, {});
        case Breakage::speaks_tls10: return old_server_answer(OldVersion::tls10, hello, {});
        case Breakage::speaks_tls11: return old_server_answer(OldVersion::tls11, hello, {});
        case Breakage::drops:
        case Breakage::drops_after_hello: break;
    }
    return {};
}

Task<Unit> until_gone(net::Stream& stream) {
    while (stream.state() == net::Stream::State::open) {
        stream.take(stream.available().size());
        co_await net::Readable(stream);
    }
    co_return Unit{};
}

}  // namespace

Task<Unit> break_handshake(net::Stream& stream, Breakage how, std::string certificate) {
    std::string hello;
    if (how != Breakage::drops)
        hello = co_await within(minutes(1), "ClientHello", next_record(stream));
    stream.take(stream.available().size());
    const std::string bytes = answer(how, hello, certificate);
    stream.write(bytes);
    if (bytes.empty()) {
        stream.finish();
        co_return Unit{};
    }
    co_await within(minutes(1), "the end", until_gone(stream));
    stream.finish();
    co_return Unit{};
}

}  // namespace tls
