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
    std::vector<trace::EventId> received_at;  ///< Of each content.
    std::vector<MailId> mails;                ///< Whose content was sent, in order.
    bool tls_content = false;                 ///< The last content was sent inside TLS.
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
    std::map<Stream, std::string_view> stolen_keys;  ///< Of whom, where one opened the stream.
    std::set<HostId> watchers;
    struct Datagram {
        trace::EventId event = 0;
        std::string_view bytes;
    };
    std::map<HostId, std::vector<Datagram>> datagrams;
    std::map<ConnectionId, std::set<HostId>>
        changed_to_server;                        ///< Who changed bytes on the way to the server.
    std::map<MailId, std::string_view> contents;  ///< As submitted.
    std::map<MailId, std::string_view> sealed_texts;  ///< What its author sealed for its readers.
    std::map<MailId, std::string_view> message_ids;
    std::map<MailId, std::vector<ConnectionId>> carried_by;  ///< Whose content it was, in order.
    std::map<MailId, std::vector<MailId>> relayed_as;        ///< Copies on the next hop.
    /// What a stream got by one event: `size` bytes from `from`.
    struct Growth {
        Stream stream;
        trace::EventId event = 0;
        std::size_t from = 0, size = 0;
        const std::string* whole = nullptr;  ///< In `streams`, where it stays.
    };
    /// What has grown, in order of events: to look only at what is new.
    std::vector<Growth> grown;
    std::vector<MailId> told;  ///< With a content.

    /// Whose stolen key opened the stream; empty: none did.
    std::string_view key_to(const Stream& stream) const;
    /// The mail and its copies on later hops.
    std::set<MailId> on_all_hops(MailId mail) const;
    /// Where a mail's content, or a copy's, arrived otherwise than it was sent.
    struct Change {
        ConnectionId connection{};
        trace::EventId event = 0;  ///< It arrived.
    };
    /// Who changed the content of that copy of a mail on one connection.
    std::set<HostId> changers_on(ConnectionId connection, MailId copy) const;
    /// Who changed the content of a mail or of a copy of it, and where first.
    std::map<HostId, Change> changers_of(MailId mail) const;
    /// The event by which the stream got so long, or 0.
    trace::EventId grown_to(const Stream& stream, std::size_t size) const;
    /// The words of a mail by which it is known again: the lines of its body, or its subject. Of a
    /// sealed mail they are what stands in its seal.
    std::vector<std::string_view> words_of(MailId mail) const;

  private:
    const trace::Trace& trace_;
    trace::EventId read_ = 0;
};

}  // namespace judge
