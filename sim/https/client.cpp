#include "sim/https/client.hpp"

namespace https {

using namespace trace;

namespace {

Task<Response> read(net::Stream& stream, std::size_t largest) {
    std::string seen;
    for (;;) {
        seen += stream.available();
        stream.take(stream.available().size());
        const End end = stream.state() == net::Stream::State::open ? End::open : End::ended;
        if (stream.state() == net::Stream::State::broken)
            co_return Failure(Reason::connection_lost, "the connection broke within the answer",
                              "4.4.2");
        Result<std::optional<Response>> response = read_response(seen, end, largest);
        if (!response.ok()) co_return response.take_failure();
        if (response.value()) co_return std::move(*response.value());
        co_await net::Readable(stream);
    }
}

}  // namespace

Task<Response> exchange(Asker asker, Url url, std::string address, Request request,
                        const PeerCheck& check, std::size_t largest_body) {
    Trace& trace = asker.ground.trace();
    std::unique_ptr<net::Line> socket =
        co_await asker.ground.connect(asker.host, address, url.port, seconds(30));
    tls::Channel channel(asker.library, asker.tls, *socket, trace, asker.host, url.host);
    co_await channel.handshake();
    const Result<Unit> good = check.judge(channel.peer());
    if (!good.ok()) co_return good.failure();
    request.target = url.target;
    request.fields.emplace("host", url.host);
    request.fields.emplace("connection", "close");
    trace.add(asker.host, HttpRequestSent{channel.connection(), trace.keep(request.method),
                                          trace.keep(url.text()), request.body.size()});
    channel.write(encode(request));
    Response response = co_await read(channel, largest_body);
    trace.add(asker.host, HttpResponseReceived{
                              channel.connection(), static_cast<std::uint16_t>(response.status),
                              trace.keep(response.media_type()), response.body.size()});
    channel.finish();
    co_return std::move(response);
}

}  // namespace https
