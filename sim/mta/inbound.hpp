#pragma once
// The receiving side of a gateway: takes connections on its ports, and mail.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/mta/scanner.hpp"
#include "sim/mta/personality.hpp"
#include "sim/mta/services.hpp"
#include "sim/mta/tls_report_desk.hpp"
#include "sim/smtp/server.hpp"
#include "sim/tls/broken.hpp"

namespace mta {

struct InboundSettings {
    smtp::ServerSettings smtp;
    const ReceiverHabits* habits = &usual_personality().receiver;  ///< Static; never null.
    tls::Settings tls;
    std::optional<tls::Breakage> breakage;       ///< Instead of a handshake.
    std::string late_bytes;                      ///< Sent in clear text 100 ms after the 220.
    std::set<std::string> serves;                ///< Domains, lower case.
    std::optional<std::set<std::string>> users;  ///< Local parts; nothing: every one exists.
    /// A34: who is not known yet is offered no TLS, and told to come again.
    enum class Strangers : std::uint8_t { served, kept_from_tls } strangers = Strangers::served;
    std::set<trace::HostId> relays_for;  ///< Whose mail is sent on, wherever it is to go.
    std::optional<ScannerSettings> scanner;  ///< Looks into mail at the end of its data.
    NextHop relays_to;  ///< Mail for the domains served goes on to this host; empty: it stays.
};

class Outbound;

/// A message in a mailbox, with its trace line (RFC 5321 section 4.4).
struct StoredMail {
    std::string queue_id;
    smtp::Envelope envelope;
    std::string content;
};

class Inbound final : public net::Listener {
  public:
    Inbound(Services& services, trace::HostId host);
    /// New sessions see the new settings; those that run keep theirs.
    void configure(InboundSettings settings);
    const InboundSettings& settings() const { return active_->settings; }
    void listen(bool does);
    /// Where it listens; port 25 until this is called.
    void set_ports(std::set<std::uint16_t> ports);
    const std::set<std::uint16_t>& ports() const { return ports_; }
    /// Ends all sessions where they stand: the host goes down.
    void drop_sessions() { sessions_.stop(); }
    /// The sending side of the same gateway, for mail that does not stay.
    void hand_on_to(Outbound* outbound) { outbound_ = outbound; }
    const std::vector<StoredMail>& mailbox() const { return mailbox_; }

  private:
    class Visit;
    struct Active {
        InboundSettings settings;
        std::shared_ptr<const tls::SharedConfig> tls;
    };
    void accept(std::unique_ptr<net::Line> socket) override;
    Task<Unit> session(std::unique_ptr<net::Line> socket, std::shared_ptr<const Active> active);
    smtp::Reply keep(smtp::Incoming message, const Active& active, const net::Line& socket);
    bool serves(const InboundSettings& settings, const std::string& recipient) const;
    bool is_stranger(const InboundSettings& settings, trace::HostId peer) const;

    std::optional<ScannerFind> look_into(const std::string& content,
                                         const InboundSettings& settings,
                                         trace::ConnectionId connection);
    void look_for_reports(const smtp::Envelope& envelope, const std::string& content);
    void report(const smtp::Envelope& envelope, const std::string& content, const Active& active,
                const net::Line& socket, const std::string& queue_id);
    void relay(const smtp::Incoming& message, const std::string& content, const Active& active,
               const net::Line& socket);

    Services& services_;
    trace::HostId host_;
    Outbound* outbound_ = nullptr;
    std::set<std::uint16_t> ports_{smtp_port};
    bool listens_ = false;
    std::unique_ptr<TlsReportDesk> desk_;  ///< Made when the first report comes.
    std::shared_ptr<const Active> active_;
    std::vector<StoredMail> mailbox_;
    std::set<trace::HostId> known_;  ///< Whose mail was asked to come again.
    Chance chance_;
    Nursery sessions_;
};

}  // namespace mta
