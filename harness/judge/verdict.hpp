#pragma once
// What became of a mail. It owns its words, and outlives the trace that it was read from.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/ids.hpp"

namespace judge {

using namespace core;

enum class Fate : std::uint8_t { queued, deferred, delivered, bounced };
enum class Crossing : std::uint8_t { not_at_all, in_clear_text, encrypted, authenticated };
std::string_view word(Fate fate);
std::string_view word(Crossing crossing);

struct TlsVerdict {
    std::string version, cipher;
    trace::Peer peer = trace::Peer::untrusted;
    std::string alpn;      ///< The application protocol (RFC 7301); empty: none was agreed on.
    bool resumed = false;  ///< An earlier session went on.
};

/// One hop of a mail: who sent, who took it, how it crossed, and who read or altered it there.
struct Hop {
    std::string from, to;  ///< `to` is empty where nobody took it.
    Fate fate = Fate::queued;
    Crossing crossed = Crossing::not_at_all;
    Reason reason = Reason::none;
    std::string code, detail;
    std::optional<TlsVerdict> tls;
    trace::EventId told = 0;  ///< By which its fate was told; 0: by none yet.
    trace::MailId mail{};  ///< As which it went on this hop.
    /// By which it crossed; where nothing did, the one that was tried last.
    trace::ConnectionId connection = trace::ConnectionId::none;
    std::string tried;  ///< The server of that connection, as the sender called it.
    std::uint32_t attempts = 0;
    std::vector<std::string> read_by, altered_by;

    /// Who took it, or else who was asked; empty: nobody was reached.
    const std::string& other_end() const { return to.empty() ? tried : to; }
};

struct RecipientVerdict {
    std::string address;
    Fate fate = Fate::queued;
    Crossing crossed = Crossing::not_at_all;
    Reason reason = Reason::none;
    std::string code;     ///< Enhanced status of the last outcome; empty while queued.
    std::string detail;   ///< In words.
    std::string reached;  ///< The host that took it, or empty.
    std::optional<TlsVerdict> tls;
    trace::EventId told = 0;  ///< By which its fate was told; 0: by none yet.
    std::vector<Hop> hops;  ///< In order; the fields above are the last one's fate, the weakest
                            ///< one's crossing and session.
};

/// How a watcher who has read a mail could: he held the private key of a host.
struct StolenKey {
    std::string by, of;
};

/// `all` sums up: the fate furthest from delivered, with its reason and hops; the weakest crossing,
/// with its session.
struct MailVerdict {
    /// A scenario's mail; a mail on a later hop; a report about a mail, on its way as a mail.
    enum class Kind : std::uint8_t { submitted, relayed, report } kind = Kind::submitted;
    trace::MailId mail{};
    trace::MailId about{};  ///< relayed: the mail on the hop before. report: the mail it is about.
    std::string from, to, message_id;
    std::uint32_t attempts = 0;
    RecipientVerdict all;
    std::vector<RecipientVerdict> recipients;
    std::vector<std::string> read_by, altered_by;
    std::vector<StolenKey> stolen_keys;  ///< Of those in `read_by` who needed one.

    /// Was it relayed on the way to any of its recipients?
    bool has_hops() const;
};

/// The first of the hops that crossed with the least protection, over all recipients.
struct WeakestHop {
    std::size_t number = 0;  ///< From 1.
    const RecipientVerdict* recipient = nullptr;
    const Hop* hop = nullptr;
};
/// Nothing: it was not relayed, or no content crossed. It points into `mail`.
std::optional<WeakestHop> weakest_hop(const MailVerdict& mail);

/// A line for each hop, and one for the weakest: "hop 1: a.example → b.example: delivered, crossed
/// in clear text, read by eve". Recipients with ways of their own are told apart. Empty for a mail
/// that was not relayed. What strangers said in it is printable.
std::vector<std::string> hops_told(const MailVerdict& mail);

}  // namespace judge
