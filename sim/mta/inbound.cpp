#include "sim/mta/inbound.hpp"

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/mta/bounce.hpp"
#include "sim/mta/outbound.hpp"

namespace mta {

using namespace trace;

namespace {

// Trace lines at the top of a message.
int hops(std::string_view content) {
    int out = 0;
    while (!content.empty() && !content.starts_with("\r\n")) {
        if (lower(content.substr(0, 9)) == "received:") ++out;
        const std::size_t end = content.find("\r\n");
        content.remove_prefix(end == std::string_view::npos ? content.size() : end + 2);
    }
    return out;
}

}  // namespace

// What the server of one session asks of its gateway.
class Inbound::Visit final : public smtp::Mailroom {
  public:
    Visit(Inbound& inbound, const Active& active, const net::Line& socket)
        : inbound_(inbound), active_(active), socket_(socket) {}

    smtp::Reply recipient(const std::string& address) override {
        if (inbound_.is_stranger(active_.settings, socket_.peer())) {
            inbound_.known_.insert(socket_.peer());
            return texts().come_again.reply();
        }
        if (smtp::is_postmaster(address)) return texts().recipient_ok.reply();
        const mta::InboundSettings& settings = active_.settings;
        if (!inbound_.serves(settings, address)) {
            if (settings.relays_for.contains(socket_.peer())) return texts().recipient_ok.reply();
            return texts().relay_denied.reply(address);
        }
        const std::string local = address.substr(0, address.rfind('@'));
        if (smtp::is_postmaster(local)) return texts().recipient_ok.reply();  // RFC 5321 §4.5.1
        if (active_.settings.users && !active_.settings.users->contains(local))
            return texts().user_unknown.reply(address);
        return texts().recipient_ok.reply();
    }

    smtp::Reply keep(smtp::Incoming message) override {
        return inbound_.keep(std::move(message), active_, socket_);
    }

    Task<net::Stream*> secure(net::Stream& clear) override {
        if (active_.settings.breakage) {
            Task<Unit> broken = breaks(clear);
            const Result<Unit> played = co_await attempt(std::move(broken));
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
    Task<Unit> breaks(net::Stream& clear) {
        const tls::Breakage how = *active_.settings.breakage;
        const std::shared_ptr<const tls::Identity>& identity = active_.settings.tls.identity;
        const std::vector<std::string> shown =
            identity ? tls::chain_der(*identity) : std::vector<std::string>();
        Task<Unit> broken =
            tls::break_handshake(clear, how, shown.empty() ? std::string() : shown.front());
        co_await std::move(broken);
        const unsigned version = how == tls::Breakage::speaks_ssl2   ? 0x0002
                                 : how == tls::Breakage::speaks_ssl3 ? 0x0300
                                                                     : 0;
        if (version == 0) co_return Unit{};
        trace::Trace& trace = inbound_.services_.trace;
        const std::string why = "it speaks only " + tls::forbidden(version);
        trace.add(inbound_.host_,
                  trace::HandshakeFailed{clear.connection(), "server", trace.keep(why)});
        co_return Unit{};
    }
    Task<Unit> limited() {
        co_await within(active_.settings.habits->handshake_limit, "TLS handshake",
                        channel_->handshake());
        co_return Unit{};
    }
    const MailroomTexts& texts() const { return active_.settings.habits->texts; }
    Inbound& inbound_;
    const Active& active_;
    const net::Line& socket_;
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
    listens_ = does;
    for (const std::uint16_t port : ports_)
        services_.ground.listen(host_, port, does ? this : nullptr);
}

void Inbound::set_ports(std::set<std::uint16_t> ports) {
    for (const std::uint16_t port : ports_)
        if (!ports.contains(port)) services_.ground.listen(host_, port, nullptr);
    ports_ = std::move(ports);
    listen(listens_);
}

void Inbound::accept(std::unique_ptr<net::Line> socket) {
    sessions_.start(session(std::move(socket), active_));
}

Task<Unit> Inbound::session(std::unique_ptr<net::Line> socket,
                            std::shared_ptr<const Active> active) {
    smtp::Conversation talk(*socket, services_.trace, host_);
    Visit visit(*this, *active, *socket);
    smtp::ServerSettings settings = active->settings.smtp;
    if (is_stranger(active->settings, socket->peer())) settings.starttls = smtp::Offer::absent;
    smtp::Server server(talk, settings, active->settings.habits->smtp, visit);
    const Result<Unit> served = co_await attempt(server.serve());
    co_return Unit{};
}

// Its domains; and its own addresses, in the place of a domain (RFC 5321 section 4.1.3).
bool Inbound::serves(const InboundSettings& settings, const std::string& recipient) const {
    const std::string domain = smtp::domain_of(recipient);
    if (settings.serves.contains(domain)) return true;
    const std::optional<std::string> address = address_in(domain);
    return address && services_.ground.find(*address) == host_;
}

bool Inbound::is_stranger(const InboundSettings& settings, HostId peer) const {
    return settings.strangers == InboundSettings::Strangers::kept_from_tls &&
           !known_.contains(peer);
}

smtp::Reply Inbound::keep(smtp::Incoming message, const Active& active, const net::Line& socket) {
    const std::string queue_id = fmt::format("{:010X}", chance_.next() & 0xFFFFFFFFFF);
    const std::string line =
        fmt::format("Received: from {} ([{}]) by {} with {} id {}; {}", message.greeted_as,
                    socket.peer_address(), active.settings.smtp.name, message.protocol, queue_id,
                    mail_date(services_.loop.now()));  // RFC 5321 §4.4, SMTP-28
    std::string to;
    for (const std::string& recipient : message.envelope.recipients)
        to += (to.empty() ? "" : ", ") + recipient;
    Trace& trace = services_.trace;
    const ReceiverHabits& habits = *active.settings.habits;
    if (hops(message.content) >= habits.most_hops) return habits.texts.too_many_hops.reply();
    const std::optional<ScannerFind> found =
        look_into(message.content, active.settings, socket.connection());
    const auto does = [&](OnFind what) {
        return found && active.settings.scanner->on_find == what;
    };
    if (does(OnFind::refuses)) return {550, "5.7.1 The scanner found " + found->what};
    trace.add(host_, MailKept{socket.connection(), trace.keep(message.envelope.sender),
                              trace.keep(to), trace.keep(queue_id), trace.keep(line)});
    std::string content = line + "\r\n";
    if (does(OnFind::marks)) content += "X-Scanner: found " + found->what + "\r\n";
    content += message.content;
    if (!does(OnFind::quarantines)) relay(message, content, active, socket);
    if (active.settings.relays_to.empty()) {
        look_for_reports(message.envelope, content);
        report(message.envelope, content, active, socket, queue_id);
    }
    mailbox_.push_back({queue_id, std::move(message.envelope), std::move(content)});
    return habits.texts.kept.reply(queue_id);
}

// Before anything is answered: a refusal leaves the mail with who sent it.
std::optional<ScannerFind> Inbound::look_into(const std::string& content,
                                              const InboundSettings& settings,
                                              trace::ConnectionId connection) {
    if (!settings.scanner) return std::nullopt;
    Scan scan = mta::scan(content, settings.scanner->finds);
    std::string unread;
    for (const std::string& what : scan.unread) unread += (unread.empty() ? "" : "; ") + what;
    const ScannerFind found = scan.found.value_or(ScannerFind());
    const std::string_view so = scan.found ? word(settings.scanner->on_find) : "passes";
    Trace& trace = services_.trace;
    trace.add(host_, trace::MailScanned{connection, trace.keep(found.what), trace.keep(found.where),
                                        trace.keep(unread), so});
    return std::move(scan.found);
}

void Inbound::look_for_reports(const smtp::Envelope& envelope, const std::string& content) {
    for (const std::string& recipient : envelope.recipients) {
        const std::string address = lower(recipient);
        if (!services_.report_boxes.contains(address)) continue;
        if (!desk_) desk_ = std::make_unique<TlsReportDesk>(services_, host_);
        desk_->take_mail(address, content);
    }
}

// Who asked to be told that it arrived (RFC 3461 section 5.2.3).
void Inbound::report(const smtp::Envelope& envelope, const std::string& content,
                     const Active& active, const net::Line& socket, const std::string& queue_id) {
    if (outbound_ == nullptr || envelope.sender.empty()) return;
    std::vector<std::string> told;
    for (const std::string& recipient : envelope.recipients) {
        const bool stays = smtp::is_postmaster(recipient) || serves(active.settings, recipient);
        if (stays && envelope.wishes.of(recipient).wants(smtp::News::success))
            told.push_back(recipient);
    }
    if (told.empty()) return;
    outbound_->report({Action::delivered,
                       active.settings.smtp.name,
                       envelope,
                       content,
                       services_.loop.now(),
                       std::move(told),
                       queue_id,
                       {},
                       {}},
                      socket.connection());
}

// What does not stay here goes into the queue of this gateway's sending side (RFC 5321 section
// 3.6.3). The demand of REQUIRETLS goes along (REQ-06).
void Inbound::relay(const smtp::Incoming& message, const std::string& content, const Active& active,
                    const net::Line& socket) {
    if (outbound_ == nullptr) return;
    smtp::Envelope onward, elsewhere;
    onward.sender = elsewhere.sender = message.envelope.sender;
    onward.require_tls = elsewhere.require_tls = message.envelope.require_tls;
    onward.wishes = elsewhere.wishes = message.envelope.wishes;  // RFC 3461 section 5.2.1
    for (const std::string& recipient : message.envelope.recipients) {
        const bool ours = smtp::is_postmaster(recipient) || serves(active.settings, recipient);
        if (!ours)
            elsewhere.recipients.push_back(recipient);
        else if (!active.settings.relays_to.empty())
            onward.recipients.push_back(recipient);
    }
    for (smtp::Envelope* envelope : {&onward, &elsewhere}) {
        if (envelope->recipients.empty()) continue;
        const bool next = envelope == &onward;
        outbound_->relay({std::move(*envelope), content, MailId::none}, socket.connection(),
                         next ? active.settings.relays_to : NextHop());
    }
}

}  // namespace mta
