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

/// One hop of a mail that was relayed: who sent, who took it, and how it crossed.
struct Hop {
    std::string from, to;
    Fate fate = Fate::queued;
    Crossing crossed = Crossing::not_at_all;
    Reason reason = Reason::none;
    std::string code, detail;
    std::optional<TlsVerdict> tls;
    trace::EventId told = 0;  ///< By which its fate was told; 0: by none yet.
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

/// `all` sums up: the fate furthest from delivered, the weakest crossing, the first reason.
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
};

}  // namespace judge
