#pragma once
// Verdicts, read from a trace: what became of each mail, how it crossed the wire, who could read or
// alter it.
#include <optional>
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

struct RecipientVerdict {
    std::string address;
    Fate fate = Fate::queued;
    Crossing crossed = Crossing::not_at_all;
    Reason reason = Reason::none;
    std::string code;     ///< Enhanced status of the last outcome; empty while queued.
    std::string detail;   ///< In words.
    std::string reached;  ///< The host that took it, or empty.
    std::optional<TlsVerdict> tls;
};

/// `all` sums up: the fate furthest from delivered, the weakest crossing, the first reason.
struct MailVerdict {
    trace::MailId mail{};
    std::string from, to, message_id;
    std::uint32_t attempts = 0;
    RecipientVerdict all;
    std::vector<RecipientVerdict> recipients;
    std::vector<std::string> read_by, altered_by;
};

/// One verdict a mail, in the order of submission.
std::vector<MailVerdict> judge(const trace::Trace& trace);

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
    std::vector<int> open_;  ///< By mail: recipients not settled yet.
};

}  // namespace run
