#include "sim/mta/inbound.hpp"

#include <fmt/format.h>

namespace mta {

using namespace trace;

// What the server of one session asks of its gateway.
class Inbound::Visit final : public smtp::Mailroom {
  public:
    Visit(Inbound& inbound, const Active& active, const net::Socket& socket)
        : inbound_(inbound), active_(active), socket_(socket) {}

    smtp::Reply recipient(const std::string& address) override {
        if (smtp::is_postmaster(address)) return smtp::Reply(250, "2.1.5 Ok");
        const std::string domain = smtp::domain_of(address);
        if (!active_.settings.serves.contains(domain))
            return smtp::Reply(554, fmt::format("5.7.1 <{}>: Relay access denied", address));
        const std::string local = address.substr(0, address.rfind('@'));
        if (active_.settings.users && !active_.settings.users->contains(local))
            return smtp::Reply(
                550, fmt::format("5.1.1 <{}>: Recipient address rejected: User unknown", address));
        return smtp::Reply(250, "2.1.5 Ok");
    }

    smtp::Reply keep(smtp::Incoming message) override {
        return inbound_.keep(std::move(message), active_, socket_);
    }

    Task<net::Stream*> secure(net::Stream& clear) override {
        if (active_.settings.breakage) {
            const Result<Unit> played =
                co_await attempt(tls::break_handshake(clear, *active_.settings.breakage));
            co_return static_cast<net::Stream*>(nullptr);
        }
        if (!active_.settings.late_bytes.empty()) {
            co_await Sleep(milliseconds(100));
            clear.write(active_.settings.late_bytes);
        }
        Services& s = inbound_.services_;
        channel_ =
            std::make_unique<tls::Channel>(s.library, active_.tls, clear, s.trace, inbound_.host_);
        Task<Unit> handshake = limited();
        const Result<Unit> done = co_await attempt(std::move(handshake));
        co_return done.ok() ? channel_.get() : static_cast<net::Stream*>(nullptr);
    }

  private:
    Task<Unit> limited() {
        co_await within(minutes(5), "TLS handshake", channel_->handshake());
        co_return Unit{};
    }
    Inbound& inbound_;
    const Active& active_;
    const net::Socket& socket_;
    std::unique_ptr<tls::Channel> channel_;
};

Inbound::Inbound(Services& services, HostId host)
    : services_(services),
      host_(host),
      chance_(services.chance.child(fmt::format("inbound {}", static_cast<unsigned>(host)))),
      sessions_(services.loop) {}

void Inbound::configure(InboundSettings settings) {
    auto active = std::make_shared<Active>();
    active->tls = tls::prepare_server(services_.library, settings.tls);
    active->settings = std::move(settings);
    active_ = std::move(active);
}

void Inbound::listen(bool does) {
    auto& listeners = services_.network.host(host_).listeners;
    if (does)
        listeners[smtp_port] = this;
    else
        listeners.erase(smtp_port);
}

void Inbound::accept(std::unique_ptr<net::Socket> socket) {
    sessions_.start(session(std::move(socket), active_));
}

Task<Unit> Inbound::session(std::unique_ptr<net::Socket> socket,
                            std::shared_ptr<const Active> active) {
    smtp::Conversation talk(*socket, services_.trace, host_);
    Visit visit(*this, *active, *socket);
    smtp::Server server(talk, active->settings.smtp, visit);
    const Result<Unit> served = co_await attempt(server.serve());
    co_return Unit{};
}

smtp::Reply Inbound::keep(smtp::Incoming message, const Active& active, const net::Socket& socket) {
    const std::string queue_id = fmt::format("{:010X}", chance_.next() & 0xFFFFFFFFFF);
    const std::string line =
        fmt::format("Received: from {} ([{}]) by {} with {} id {}; {}", message.greeted_as,
                    socket.peer_address(), active.settings.smtp.name, message.protocol, queue_id,
                    mail_date(services_.loop.now()));  // RFC 5321 §4.4, SMTP-28
    std::string to;
    for (const std::string& recipient : message.envelope.recipients)
        to += (to.empty() ? "" : ", ") + recipient;
    Trace& trace = services_.trace;
    trace.add(host_, MailKept{socket.connection(), trace.keep(message.envelope.sender),
                              trace.keep(to), trace.keep(queue_id), trace.keep(line)});
    mailbox_.push_back({queue_id, std::move(message.envelope), line + "\r\n" + message.content});
    return smtp::Reply(250, "2.0.0 Ok: queued as " + queue_id);
}

}  // namespace mta
