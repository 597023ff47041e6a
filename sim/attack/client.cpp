#include "sim/attack/client.hpp"

namespace attack {
namespace {

constexpr Duration patience = seconds(30);

Task<Unit> something_said(net::Stream& stream) {
    co_await net::Readable(stream);
    co_return Unit{};
}

// His side of a conversation: everything that comes is read at once, and forgotten.
class Speaker {
  public:
    Speaker(const Lab& lab, HostId attacker, net::Stream& clear)
        : lab_(lab), attacker_(attacker), stream_(&clear) {}

    Task<Unit> speak(const Speech& speech) {
        co_await listen(patience);
        for (const Step& step : speech.steps) {
            if (stream_->state() != net::Stream::State::open) break;
            if (step.begins_tls) {
                co_await begin_tls(speech.tls);
                continue;
            }
            record(step.bytes);
            stream_->write(step.bytes);
            co_await listen(patience);
        }
        while (stream_->state() == net::Stream::State::open) {
            const bool silent = co_await heard_nothing(minutes(5));
            if (silent) break;
        }
        stream_->finish();
        co_return Unit{};
    }

  private:
    // Line by line, whatever they mean to the server.
    void record(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find("\r\n");
            lab_.trace.add(attacker_, trace::CommandSent{stream_->connection(), layer(),
                                                         lab_.trace.keep(bytes.substr(0, end))});
            bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 2);
        }
    }
    trace::Layer layer() const { return channel_ ? Layer::tls : Layer::clear; }

    Task<Unit> listen(Duration limit) {
        const bool silent = co_await heard_nothing(limit);
        (void)silent;
        co_return Unit{};
    }

    Task<bool> heard_nothing(Duration limit) {
        Task<Unit> wait = something_said(*stream_);
        const Result<Unit> said = co_await attempt(within_limit(limit, std::move(wait)));
        const std::string_view bytes = stream_->available();
        if (channel_ && !bytes.empty())
            lab_.trace.add(attacker_,
                           trace::PlaintextOpened{
                               stream_->connection(), Way::to_client, lab_.trace.keep(bytes), {}});
        stream_->take(bytes.size());
        co_return !said.ok();
    }

    Task<Unit> within_limit(Duration limit, Task<Unit> wait) {
        co_await within(limit, "listening", std::move(wait));
        co_return Unit{};
    }

    Task<Unit> begin_tls(std::shared_ptr<const tls::SharedConfig> config) {
        auto channel =
            std::make_unique<tls::Channel>(lab_.library, std::move(config), *stream_, lab_.trace,
                                           attacker_, std::string(), tls::Channel::Party::attacker);
        const Result<Unit> done = co_await attempt(channel->handshake());
        if (!done.ok()) co_return Unit{};
        channel_ = std::move(channel);
        stream_ = channel_.get();
        co_return Unit{};
    }

    const Lab& lab_;
    HostId attacker_;
    net::Stream* stream_;
    std::unique_ptr<tls::Channel> channel_;
};

}  // namespace

Task<Unit> deliver_speech(const Lab& lab, HostId attacker, std::string address,
                          std::shared_ptr<const Speech> speech) {
    Result<std::unique_ptr<net::Line>> socket =
        co_await attempt(lab.ground.connect(attacker, address, speech->port, patience));
    if (!socket.ok()) co_return Unit{};
    Speaker speaker(lab, attacker, *socket.value());
    const Result<Unit> spoken = co_await attempt(speaker.speak(*speech));
    co_return Unit{};
}

}  // namespace attack
