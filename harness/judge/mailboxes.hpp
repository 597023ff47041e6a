#pragma once
// What lies in the hosts' mailboxes, and whether it is what its author wrote.
#include <map>
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
    explicit Mailboxes(const trace::Trace& trace) : trace_(trace) {}
    /// Has `host` kept the mail for `recipient`? As written: its subject and its body are the
    /// author's, byte by byte; relays put lines before them (RFC 5321 section 4.4).
    Kept holds(trace::HostId host, trace::MailId mail, std::string_view recipient);
    /// The event by which `host` first kept the mail for `recipient`, or 0.
    trace::EventId kept_by(trace::HostId host, trace::MailId mail, std::string_view recipient);
    /// What the scanner of `host` said of the mail last; nothing: it did not pass there.
    const trace::MailScanned* scanned(trace::HostId host, trace::MailId mail);

  private:
    struct Place {
        std::vector<std::string_view> contents;
        trace::EventId first = 0;
    };
    void read_on();
    const Place* place_of(trace::HostId host, trace::MailId mail, std::string_view recipient);

    const trace::Trace& trace_;
    trace::EventId read_ = 0;
    std::map<trace::MailId, std::string_view> written_;
    std::map<trace::ConnectionId, std::string_view> received_;
    std::map<std::pair<trace::HostId, std::string_view>, trace::MailScanned> scans_;
    /// By host, Message-ID and recipient.
    std::map<std::tuple<trace::HostId, std::string_view, std::string>, Place> kept_;
};

}  // namespace judge
