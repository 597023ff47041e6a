#pragma once
// Verdicts, read from a trace: what became of each mail, how it crossed the wire, who could read or
// alter it.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/judge/evidence.hpp"
#include "harness/judge/sightings.hpp"
#include "harness/judge/verdict.hpp"
#include "sim/trace/trace.hpp"

namespace judge {

/// One verdict a mail, in the order of submission. Relayed ones are hops of another mail, and no
/// verdicts of their own.
enum class Watchers : std::uint8_t { named, left_out };
/// Called for each mail while there is much to judge. It may throw to end it.
using AtEachMail = std::function<void()>;
std::vector<MailVerdict> verdicts_of(const trace::Trace& trace, Watchers watchers = Watchers::named,
                                     const AtEachMail& at_each = {});

/// What a watcher's bytes show. `where` says on which connection, or why it counts.
struct Finding {
    bool yes = false;
    std::string where;
    EventId event = 0;  ///< By which it became so; 0: that was not asked.
};
enum class When : std::uint8_t { left_open, told };

/// Questions about one run, asked while it goes on. Each event is read once.
class Inquiry {
  public:
    explicit Inquiry(const trace::Trace& trace);
    Inquiry(const Inquiry&) = delete;
    ~Inquiry();
    /// What has become of the mail, without watchers. Nothing: there is none, or it is a hop of
    /// another.
    std::optional<MailVerdict> verdict(trace::MailId mail);
    /// The same with watchers, of each hop, too.
    std::optional<MailVerdict> whole_verdict(trace::MailId mail);
    /// Did words of the mail's content pass `watcher` readable? They are looked for in the bytes
    /// themselves.
    Finding has_read(trace::HostId watcher, trace::MailId mail, When when = When::left_open);
    /// Did the content arrive otherwise than it was sent, over a connection whose bytes `watcher`
    /// changed?
    Finding has_altered(trace::HostId watcher, trace::MailId mail);
    /// Did `text` pass `watcher` readable, on any connection or in any datagram?
    Finding knows(trace::HostId watcher, std::string_view text);
    /// The same of a text that he did not know at the event `since`: only what came later is looked
    /// at. The text is not empty.
    Finding has_learnt(trace::HostId watcher, std::string_view text, EventId since);
    /// What the lengths of sealed records tell `watcher` of a mail: the bytes inside TLS towards
    /// the server, on the last connection that carried it. Nothing: none passed him.
    std::optional<std::uint64_t> sealed_size(trace::HostId watcher, trace::MailId mail);
    /// The mail and its copies on later hops.
    std::set<trace::MailId> on_all_hops(trace::MailId mail);

  private:
    Evidence evidence_;
    Sightings sightings_;
    std::unique_ptr<class Judge> judge_;
};

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

}  // namespace judge
