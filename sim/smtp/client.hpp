#pragma once
// The sender's side of an SMTP session: RFC 5321 section 3, RFC 3207, RFC 2920.
#include <optional>
#include <string>
#include <vector>

#include "sim/smtp/command.hpp"
#include "sim/smtp/conversation.hpp"
#include "sim/smtp/habits.hpp"

namespace smtp {

/// Why the client goes on in clear text, or that it must not: decided by the sender's policy, never
/// here.
enum class Starttls : std::uint8_t {
    never,
    if_offered,
    always,
    withheld,  ///< It is demanded, and never begun.
};
/// Why there is no TLS.
enum class NoTls : std::uint8_t { not_offered, refused, refused_for_now, withheld };
enum class AfterRefusal : std::uint8_t { go_on_in_clear, give_up };
enum class AfterTls : std::uint8_t { greet_again, keep_old_extensions };

/// What policy says to the client, in the order in which the client asks.
class Security {
  public:
    virtual ~Security() = default;
    virtual Starttls starttls() const = 0;
    /// TLS is not to be had (RFC 3207 section 4, TLS-03).
    virtual AfterRefusal without_tls(NoTls why) = 0;
    /// The handshake. What it gives is the stream to go on with. A Failure ends the session, unless
    /// `clear_after_failure` says to go on.
    virtual Task<net::Stream*> secure(net::Stream& clear) = 0;
    virtual AfterRefusal after_failed_handshake() = 0;
    /// TLS stands, but bytes came before it that make it count as failed (Pending::breaks_tls).
    virtual void lost_synchronization() {}
    /// Is there no host to ask after this one?
    virtual bool is_last_host() const { return true; }
    /// Right after the handshake: is that enough? (RFC 3207 section 4.1, TLS-09)
    virtual Result<Unit> judge() = 0;
    /// A historic bug, for teaching (TLS-14).
    virtual AfterTls after_tls() const { return AfterTls::greet_again; }
    /// The server bears this client's own name. A Failure where that means that the mail would go
    /// round in a circle (RFC 5321 section 6.3).
    virtual Result<Unit> met_own_name() { return Unit{}; }
    /// Right before the mail: is what the session gives enough for it? A Failure ends the session.
    virtual Result<Unit> before_mail(trace::Layer /*layer*/) { return Unit{}; }
    /// The mail demands TLS all the way, and the server does not offer REQUIRETLS inside TLS, or
    /// there is no TLS (RFC 8689 section 4.2.1, REQ-04).
    virtual Result<Unit> without_requiretls(trace::Layer /*layer*/) {
        return Failure(Reason::requiretls_not_met, "the server does not offer REQUIRETLS",
                       "4.7.30");
    }
    /// Another one (TLS-21).
    virtual Pending pending(Pending usual) const { return usual; }
};

/// What became of one recipient.
struct RecipientOutcome {
    std::string recipient;
    std::optional<Failure> refused;  ///< Empty: taken.
};

/// Some may be taken and some refused; a session in which all shared one end is a Failure instead.
struct Receipt {
    std::vector<RecipientOutcome> recipients;
    Reply final;               ///< The reply to the end of data.
    bool told_wishes = false;  ///< The server offers DSN, and reports itself (RFC 3461).
};

/// One message as the client is to send it.
struct Message {
    Envelope envelope;
    std::string content;
    trace::MailId id = trace::MailId::none;
};

class Client {
  public:
    /// `name` is the EHLO argument (SMTP-06).
    Client(Conversation& conversation, std::string name, ClientHabits habits, Security& security)
        : talk_(conversation), name_(std::move(name)), habits_(habits), security_(security) {}

    /// One whole session for one message. The message must outlive it.
    Task<Receipt> send(const Message& message);
    /// Did the session get as far as the mail itself?
    bool reached_transaction() const { return reached_transaction_; }

  private:
    Task<Receipt> session(const Message& message);
    Task<Unit> greeting();
    Task<Unit> hello();
    Task<Unit> protect();
    Task<Unit> handshake();
    Task<net::Stream*> within_handshake(net::Stream& clear);
    Task<Receipt> transaction(const Message& message);
    Task<Receipt> pipelined(const Message& message);
    Task<Receipt> content(const Message& message, Receipt receipt, Result<Reply> go);
    Task<Reply> command(std::string line, std::string_view step, Duration limit);
    Task<Reply> answer(std::string_view step, Duration limit);
    Task<Unit> quit();
    Result<std::string> mail_command(const Message& message);
    std::string return_path(const Message& message) const;
    std::string rcpt_command(const Message& message, const std::string& recipient) const;
    Result<Unit> learn(const Reply& hello);
    const ReplyRules& rules();
    Verdict verdict(Step step, const Reply& reply) const;
    RecipientOutcome outcome_of(const std::string& recipient, const Reply& reply) const;

    Conversation& talk_;
    std::string name_;
    ClientHabits habits_;
    Security& security_;
    ReplyRules rules_;
    Extensions offered_;
    std::size_t most_bytes_ = 0;  ///< Of a message, as SIZE told; 0: not told (RFC 1870).
    bool greeting_was_hidden_ = false;
    bool reached_transaction_ = false;
    bool hung_up_ = false;
};

}  // namespace smtp
