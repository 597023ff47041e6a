#pragma once
// What holds in every run, whatever its scenario: observers of the trace. Where one of them does
// not hold, mailtls is wrong.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/judge.hpp"

namespace judge {

enum class Invariant : std::uint8_t {
    time_goes_on,        ///< Time never goes back, and a cause comes before what it leads to.
    one_fate,            ///< A recipient's mail is delivered or bounced once, and that is the end.
    delivered_is_kept,   ///< What a sender calls delivered, its receiver has kept.
    kept_once,           ///< Kept twice only where the reply was lost, and then it is said.
    sealed_on_demand,    ///< Where policy demands TLS, no word of a mail crosses in clear text.
    refused_gets_none,   ///< A peer that policy refused gets no mail.
    verified_on_demand,  ///< Where policy demands to know the peer, only a verified one gets mail.
    down_is_silent,      ///< A host that is down does nothing.
    ended_is_silent,     ///< Who has ended a connection sends no more bytes on it.
    watchers_know_no_more,  ///< Nobody has read a mail but from bytes that were readable to him.
};
std::string_view word(Invariant invariant);

/// One that does not hold: at which event, and in one sentence.
struct Broken {
    Invariant invariant;
    EventId event = 0;
    std::string sentence;
};
/// In the order of events. `verdicts` are `verdicts_of(trace)`.
std::vector<Broken> broken_invariants(const trace::Trace& trace,
                                      const std::vector<MailVerdict>& verdicts);
/// The same; judges the trace only where somebody watches.
std::vector<Broken> broken_invariants(const trace::Trace& trace);

/// For people: the sentence, the scenario's id, the seed, and the events that led there.
std::string told(const Broken& broken, const trace::Trace& trace, std::string_view id,
                 std::uint64_t seed);

/// Mails and their recipients, as far as they have no fate yet. Fed event by event.
class OpenMails {
  public:
    struct Recipient {
        std::string address;
        int open = 0;             ///< How often it stands there without a fate.
        bool forewarned = false;  ///< It was said that the mail may come twice.
    };
    struct Mail {
        std::string_view message_id, from;
        std::vector<Recipient> recipients;
        std::map<std::string, std::size_t, std::less<>> places;  ///< Of addresses among them.
        Instant begun;
        int open = 0;
        Recipient* find(std::string_view address);
    };
    void note(const trace::Event& event);
    /// nullptr: the trace has not told of it.
    Mail* find(trace::MailId mail);
    bool all_settled() const { return open_ == 0; }
    /// Those without a fate that came before `begun`.
    std::vector<trace::MailId> open_since(Instant begun) const;

  private:
    struct Reader;
    void begin(const trace::Event& event, trace::MailId id, std::string_view message_id,
               std::string_view from, std::string_view to);
    void settle(trace::MailId id, std::string_view recipient);
    void defer(const trace::MailDeferred& e);
    void forewarn(const trace::Downgraded& e);
    std::vector<Mail> mails_;  ///< By number.
    int open_ = 0;
};

}  // namespace judge
