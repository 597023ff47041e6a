#pragma once
// What lies in the hosts' mailboxes, and whether it is what its author wrote.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace judge {

enum class Kept { no, changed, as_written };

/// Reads a trace as it grows; each event is read once.
class Mailboxes {
  public:
    /// The text of a sealed message, as that user reads it; nothing: he cannot.
    using Open = std::function<std::optional<std::string>(std::string_view reader,
                                                          std::string_view content)>;
    Mailboxes(const trace::Trace& trace, Open open) : trace_(trace), open_(std::move(open)) {}
    /// Has `host` kept the mail for `recipient`? As written: its subject and its body are the
    /// author's, byte by byte; relays put lines before them (RFC 5321 section 4.4). A sealed body
    /// is opened with the recipient's key.
    Kept holds(trace::HostId host, trace::MailId mail, std::string_view recipient);
    /// The event by which `host` first kept the mail for `recipient`, or 0.
    trace::EventId kept_by(trace::HostId host, trace::MailId mail, std::string_view recipient);
    /// What the scanner of `host` said of the mail last; nothing: it did not pass there.
    const trace::MailScanned* scanned(trace::HostId host, trace::MailId mail);

    /// How many certificates the user of that workstation had to choose, a reader and a mail each.
    std::uint64_t decisions(trace::HostId workstation);

  private:
    struct Place {
        std::vector<std::string_view> contents;
        trace::EventId first = 0;
    };
    void read_on();
    bool as_written(trace::MailId mail, std::string_view recipient, std::string_view content);
    const Place* place_of(trace::HostId host, trace::MailId mail, std::string_view recipient);

    const trace::Trace& trace_;
    trace::EventId read_ = 0;
    Open open_;
    std::map<trace::MailId, std::string_view> written_, sealed_;  ///< The latter: its text.
    std::map<trace::HostId, std::uint64_t> decisions_;
    std::map<trace::ConnectionId, std::string_view> received_;
    std::map<std::pair<trace::HostId, std::string_view>, trace::MailScanned> scans_;
    /// By host, Message-ID and recipient.
    std::map<std::tuple<trace::HostId, std::string_view, std::string>, Place> kept_;
};

}  // namespace judge
