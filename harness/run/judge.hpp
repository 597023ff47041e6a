#pragma once
// Verdicts, read from a trace: what became of each mail, how it crossed the wire, who could read or
// alter it.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace run {

using namespace core;

enum class Fate : std::uint8_t { queued, deferred, delivered, bounced };
enum class Crossing : std::uint8_t { not_at_all, in_clear_text, encrypted, authenticated };
std::string_view word(Fate fate);
std::string_view word(Crossing crossing);

struct TlsVerdict {
    std::string version, cipher;
    trace::Peer peer = trace::Peer::untrusted;
};

/// One hop of a mail that was relayed: who sent, who took it, and how it crossed.
struct Hop {
    std::string from, to;
    Fate fate = Fate::queued;
    Crossing crossed = Crossing::not_at_all;
    Reason reason = Reason::none;
    std::string code, detail;
    std::optional<TlsVerdict> tls;
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
    std::vector<Hop> hops;  ///< In order; the fields above are the last one's fate, the weakest
                            ///< one's crossing and session.
};

/// `all` sums up: the fate furthest from delivered, the weakest crossing, the first reason.
struct MailVerdict {
    /// A scenario's mail; a mail on a later hop; a report about a mail, on its way as a mail.
    enum class Kind : std::uint8_t { submitted, relayed, report } kind = Kind::submitted;
    trace::MailId mail{};
    trace::MailId about{};  ///< relayed: the mail on the hop before. report: the mail that failed.
    std::string from, to, message_id;
    std::uint32_t attempts = 0;
    RecipientVerdict all;
    std::vector<RecipientVerdict> recipients;
    std::vector<std::string> read_by, altered_by;
};

/// One verdict a mail, in the order of submission. Relayed ones are hops of another mail, and no
/// verdicts of their own.
enum class Watchers : std::uint8_t { named, left_out };
std::vector<MailVerdict> judge(const trace::Trace& trace, Watchers watchers = Watchers::named);

/// The mail and its copies on later hops.
std::set<trace::MailId> on_all_hops(const trace::Trace& trace, trace::MailId mail);

/// What a watcher's bytes show. `where` says on which connection, or why it counts.
struct Finding {
    bool yes = false;
    std::string where;
};
/// Did words of the mail's content pass `watcher` readable? They are looked for in the bytes
/// themselves.
Finding has_read(const trace::Trace& trace, trace::HostId watcher, trace::MailId mail);
/// Did the content arrive otherwise than it was sent, over a connection whose bytes `watcher`
/// changed?
Finding has_altered(const trace::Trace& trace, trace::HostId watcher, trace::MailId mail);
/// Did `text` pass `watcher` readable, on any connection or in any datagram?
Finding knows(const trace::Trace& trace, trace::HostId watcher, std::string_view text);

/// What the lengths of sealed records tell `watcher` of a mail: the bytes inside TLS towards the
/// server, on the last connection that carried it. Nothing: none passed him.
std::optional<std::uint64_t> sealed_size(const trace::Trace& trace, trace::HostId watcher,
                                         trace::MailId mail);

/// The connection over which the mail was last tried, or none.
trace::ConnectionId last_connection(const trace::Trace& trace, trace::MailId mail);

/// Counts fates as they come, without a look back. Asked after every turn of the loop.
class FateCounter {
  public:
    explicit FateCounter(const trace::Trace& trace) : trace_(trace) {}
    bool settled(trace::MailId mail);

  private:
    const trace::Trace& trace_;
    EventId seen_ = 0;
    std::map<trace::ConnectionId, trace::MailId> carried_;  ///< Whose content it carried last.
    std::map<trace::MailId, trace::MailId> root_;           ///< Of relayed mails.
    std::vector<int> open_;  ///< By mail: recipients not settled yet, on later hops too.
};

}  // namespace run
