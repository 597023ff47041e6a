#include "sim/https/server.hpp"

#include "sim/https/client.hpp"

namespace https {

using namespace trace;

namespace {

constexpr Duration patience = minutes(5);
constexpr std::size_t largest_request = 4 * 1024 * 1024;

Task<Request> read(net::Stream& stream) {
    std::string seen;
    for (;;) {
        seen += stream.available();
        stream.take(stream.available().size());
        const End end = stream.state() == net::Stream::State::open ? End::open : End::ended;
        Result<std::optional<Request>> request = read_request(seen, end, largest_request);
        if (!request.ok()) co_return request.take_failure();
        if (request.value()) co_return std::move(*request.value());
        co_await net::Readable(stream);
    }
}

// Until the client has had enough.
Task<Unit> hold_on(net::Stream& stream) {
    while (stream.state() == net::Stream::State::open) {
        stream.take(stream.available().size());
        co_await net::Readable(stream);
    }
    co_return Unit{};
}

}  // namespace

Server::Server(net::Ground& ground, tls::Library& library, HostId host, Site& site)
    : ground_(ground), library_(library), host_(host), site_(site), sessions_(ground.loop()) {}

void Server::configure(tls::Settings settings) {
    tls_ = tls::prepare_server(library_, std::move(settings));
}

void Server::listen(bool does) { ground_.listen(host_, port, does ? this : nullptr); }

void Server::accept(std::unique_ptr<net::Line> socket) {
    sessions_.start(session(std::move(socket), tls_));
}

Task<Unit> Server::session(std::unique_ptr<net::Line> socket,
                           std::shared_ptr<const tls::SharedConfig> tls) {
    tls::Channel channel(library_, tls, *socket, ground_.trace(), host_);
    Task<Unit> handshake = channel.handshake();
    const Result<Unit> up = co_await attempt(std::move(handshake));
    if (!up.ok()) {
        socket->finish();
        co_return Unit{};
    }
    Task<Unit> served = serve(channel);
    const Result<Unit> done = co_await attempt(std::move(served));
    if (site_.farewell() == Farewell::close_notify)
        channel.finish();
    else
        socket->finish();
    co_return Unit{};
}

Task<Unit> Server::serve(net::Stream& stream) {
    const Request request = co_await within(patience, "reading a request", read(stream));
    const std::optional<std::string> answer = site_.answer(request);
    if (!answer) {
        co_await within(patience, "holding on", hold_on(stream));
        co_return Unit{};
    }
    Trace& trace = ground_.trace();
    trace.add(host_, HttpResponseSent{
                         stream.connection(),
                         trace.keep(std::string_view(*answer).substr(0, answer->find("\r\n"))),
                         answer->size()});
    stream.write(*answer);
    co_return Unit{};
}

}  // namespace https
