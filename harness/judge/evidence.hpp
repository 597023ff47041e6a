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
    std::string_view version, cipher;
    trace::Peer peer = trace::Peer::untrusted;
};

struct Evidence {
    explicit Evidence(const trace::Trace& trace);
    std::map<ConnectionId, ConnectionEvidence> connections;
    /// What a watcher saw, stream by stream: on the wire (clear), and inside TLS that he has the
    /// keys to (tls).
    std::map<std::tuple<HostId, ConnectionId, Way, trace::Layer>, std::string> streams;
    std::set<HostId> watchers;
    std::map<HostId, std::vector<std::string_view>> datagrams;
    std::map<ConnectionId, std::set<HostId>>
        changed_to_server;                        ///< Who changed bytes on the way to the server.
    std::map<MailId, std::string_view> contents;  ///< As submitted.
    std::map<MailId, std::string_view> message_ids;

    /// The words of a mail by which it is known again: the lines of its body, or its subject.
    std::vector<std::string_view> words_of(MailId mail) const;
    /// The first of those lines that stands as a line in what `watcher` saw, and on which
    /// connection. Words that others may say as well, since they are short or another mail has
    /// them, count where the mail's own Message-ID passed, too.
    struct Sighting {
        std::string_view line;
        ConnectionId connection;
    };
    std::optional<Sighting> seen_by(HostId watcher, MailId mail) const;
};

}  // namespace judge
