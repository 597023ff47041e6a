#pragma once
// The bytes of a run, put together again: what each connection carried, and what each watcher saw
// of it.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/trace/trace.hpp"

namespace judge {

using trace::ConnectionId;
using trace::HostId;
using trace::MailId;
using trace::Way;

/// Addresses as an event lists them, parted by ", ".
std::vector<std::string> split_addresses(std::string_view list);
/// RFC 5322 section 3.6.4: the first of the headers' fields, or nothing.
std::string_view message_id_of(std::string_view content);

struct ConnectionEvidence {
    HostId client = HostId::nobody;
    std::string to_server;  ///< The bytes the client put on the wire.
    std::vector<std::string_view> contents_sent, contents_received;
    std::vector<MailId> mails;  ///< Whose content was sent, in order.
    bool tls_content = false;   ///< The last content was sent inside TLS.
    bool resumed = false;
    std::string_view version, cipher, alpn;
    trace::Peer peer = trace::Peer::untrusted;
};

struct Evidence {
    explicit Evidence(const trace::Trace& trace) : trace_(trace) { read_on(); }
    /// Reads what the trace has got since. Each event is read once.
    void read_on();

    /// A watcher's side of one way of a connection.
    using Stream = std::tuple<HostId, ConnectionId, Way, trace::Layer>;
    std::map<ConnectionId, ConnectionEvidence> connections;
    /// What a watcher saw, stream by stream: on the wire (clear), and inside TLS that he has the
    /// keys to (tls).
    std::map<Stream, std::string> streams;
    std::set<HostId> watchers;
    std::map<HostId, std::vector<std::string_view>> datagrams;
    std::map<ConnectionId, std::set<HostId>>
        changed_to_server;                        ///< Who changed bytes on the way to the server.
    std::map<MailId, std::string_view> contents;  ///< As submitted.
    std::map<MailId, std::string_view> message_ids;
    std::map<MailId, std::vector<ConnectionId>> carried_by;  ///< Whose content it was, in order.
    std::map<MailId, std::vector<MailId>> relayed_as;        ///< Copies on the next hop.
    /// What has grown, in order: to look only at what is new.
    std::vector<Stream> grown;
    std::vector<MailId> told;  ///< With a content.

    /// The mail and its copies on later hops.
    std::set<MailId> on_all_hops(MailId mail) const;
    /// The words of a mail by which it is known again: the lines of its body, or its subject.
    std::vector<std::string_view> words_of(MailId mail) const;

  private:
    const trace::Trace& trace_;
    trace::EventId read_ = 0;
};

}  // namespace judge
