#include "sim/tls/broken.hpp"

#include <string>

namespace tls {
namespace {

using namespace core;

// RFC 2246 section 7.4.1.3, RFC 4346: a ServerHello that chooses {3, minor} and
// TLS_RSA_WITH_AES_128_CBC_SHA.
std::string old_server_hello(char minor) {
    std::string body{3, minor};
    body.append(32, 'R');          // random
    body += std::string("\0", 1);  // no session id
    body += std::string("\x00\x2F\x00", 3);
    std::string message = std::string("\x02\x00\x00", 3) + static_cast<char>(body.size()) + body;
    return std::string("\x16\x03", 2) + minor + std::string("\0", 1) +
           static_cast<char>(message.size()) + message;
}

std::string answer(Breakage how) {
    switch (how) {
        case Breakage::alerts:
            return {"\x15\x03\x03\x00\x02\x02\x28", 7};  // RFC 8446 section 6: fatal, 40
        case Breakage::talks_garbage: return "Abandon all hope, ye who enter here.\r\n";
        case Breakage::speaks_tls10: return old_server_hello(1);
        case Breakage::speaks_tls11: return old_server_hello(2);
        case Breakage::drops:
        case Breakage::drops_after_hello: break;
    }
    return {};
}

Task<Unit> whole_record(net::Stream& stream) {
    for (;;) {
        const std::string_view seen = stream.available();
        if (seen.size() >= 5) {
            const std::size_t size = 5 + static_cast<unsigned char>(seen[3]) * 256u +
                                     static_cast<unsigned char>(seen[4]);
            if (seen.size() >= size) break;
        }
        if (stream.state() != net::Stream::State::open) break;
        co_await net::Readable(stream, seen.size());
    }
    stream.take(stream.available().size());
    co_return Unit{};
}

Task<Unit> until_gone(net::Stream& stream) {
    while (stream.state() == net::Stream::State::open) {
        stream.take(stream.available().size());
        co_await net::Readable(stream);
    }
    co_return Unit{};
}

}  // namespace

Task<Unit> break_handshake(net::Stream& stream, Breakage how) {
    if (how != Breakage::drops) co_await within(minutes(1), "ClientHello", whole_record(stream));
    const std::string bytes = answer(how);
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
