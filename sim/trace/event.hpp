#pragma once
// The closed list of all that can happen. If a picture, a report or a check needs a fact, it is a
// field here. Every event says its fields once, in `fields`; the encodings and docs/trace.md follow
// from that.
#include <cstdint>
#include <string_view>
#include <variant>

#include "sim/core/loop.hpp"
#include "sim/core/reason.hpp"
#include "sim/core/units.hpp"

namespace trace {

using namespace core;

/// Index of a host, watcher or attacker in the trace, from 0.
enum class HostId : std::uint16_t { nobody = 0xFFFF };
/// Index of a connection in the world, from 1.
enum class ConnectionId : std::uint32_t { none = 0 };
/// Index of a mail in the world, from 1.
enum class MailId : std::uint32_t { none = 0 };

/// Direction of bytes on a connection: the client is who opened it.
enum class Way : std::uint8_t { to_server, to_client };
/// What a segment carries beside its bytes.
enum class Mark : std::uint8_t { none, fin, reset };
/// Was it said in clear text, or inside TLS?
enum class Layer : std::uint8_t { clear, tls };
enum class Role : std::uint8_t { sender, receiver, resolver, watcher, attacker, policy_host };
/// How sure is this side of its peer, and does the peer agree already? (RFC 8446 section 4.4.4: a
/// TLS 1.3 client finishes before the server has judged it.)
enum class Certainty : std::uint8_t { provisional, final };
/// Is the peer proven to be who policy wants, by PKIX, DANE or fingerprint?
enum class Peer : std::uint8_t { untrusted, trusted, verified };
enum class Ruling : std::uint8_t { accepted, refused };

std::string_view word(Way way);
std::string_view word(Mark mark);
std::string_view word(Layer layer);
std::string_view word(Role role);
std::string_view word(Certainty certainty);
std::string_view word(Peer peer);
std::string_view word(Ruling ruling);

struct HostJoined {
    static constexpr std::string_view name = "host-joined";
    HostId host;
    std::string_view title, address;
    Role role;
    void fields(auto&& f) const {
        f("who", host), f("title", title), f("address", address), f("role", role);
    }
};
struct PathWatched {
    static constexpr std::string_view name = "path-watched";
    HostId watcher, one, other;
    void fields(auto&& f) const { f("watcher", watcher), f("one", one), f("other", other); }
};
struct AttackerActed {
    static constexpr std::string_view name = "attacker-acted";
    HostId attacker;
    std::string_view act;
    void fields(auto&& f) const { f("attacker", attacker), f("act", act); }
};
struct WorldChanged {
    static constexpr std::string_view name = "world-changed";
    std::string_view what;
    void fields(auto&& f) const { f("what", what); }
};

// ---- network
struct ConnectionAsked {
    static constexpr std::string_view name = "connection-asked";
    ConnectionId connection;
    std::string_view address;
    std::uint16_t port;
    HostId peer;
    void fields(auto&& f) const {
        f("connection", connection), f("address", address), f("port", port), f("peer", peer);
    }
};
struct ConnectionOpened {
    static constexpr std::string_view name = "connection-opened";
    ConnectionId connection;
    void fields(auto&& f) const { f("connection", connection); }
};
struct ConnectionFailed {
    static constexpr std::string_view name = "connection-failed";
    ConnectionId connection;
    Reason reason;
    void fields(auto&& f) const { f("connection", connection), f("reason", reason); }
};
struct SegmentSent {
    static constexpr std::string_view name = "segment-sent";
    ConnectionId connection;
    Way way;
    Mark mark;
    std::uint64_t offset;
    std::string_view bytes;
    void fields(auto&& f) const {
        f("connection", connection), f("way", way), f("mark", mark), f("offset", offset),
            f("bytes", bytes);
    }
};
struct SegmentPassed {
    static constexpr std::string_view name = "segment-passed";
    ConnectionId connection;
    Way way;
    Mark mark;
    std::string_view bytes;
    void fields(auto&& f) const {
        f("connection", connection), f("way", way), f("mark", mark), f("bytes", bytes);
    }
};
struct SegmentAltered {
    static constexpr std::string_view name = "segment-altered";
    ConnectionId connection;
    Way way;
    std::string_view before, after, act;
    void fields(auto&& f) const {
        f("connection", connection), f("way", way), f("before", before), f("after", after),
            f("act", act);
    }
};
struct SegmentDropped {
    static constexpr std::string_view name = "segment-dropped";
    ConnectionId connection;
    Way way;
    std::string_view bytes;
    void fields(auto&& f) const { f("connection", connection), f("way", way), f("bytes", bytes); }
};
struct SegmentArrived {
    static constexpr std::string_view name = "segment-arrived";
    ConnectionId connection;
    Way way;
    Mark mark;
    std::string_view bytes;
    void fields(auto&& f) const {
        f("connection", connection), f("way", way), f("mark", mark), f("bytes", bytes);
    }
};
struct DatagramSent {
    static constexpr std::string_view name = "datagram-sent";
    HostId to;
    std::uint16_t from_port, port;
    std::string_view bytes;
    void fields(auto&& f) const {
        f("to", to), f("from_port", from_port), f("port", port), f("bytes", bytes);
    }
};
struct DatagramPassed {
    static constexpr std::string_view name = "datagram-passed";
    HostId from, to;
    std::string_view bytes;
    void fields(auto&& f) const { f("from", from), f("to", to), f("bytes", bytes); }
};
struct DatagramDropped {
    static constexpr std::string_view name = "datagram-dropped";
    HostId to;
    std::string_view bytes;
    void fields(auto&& f) const { f("to", to), f("bytes", bytes); }
};
struct DatagramArrived {
    static constexpr std::string_view name = "datagram-arrived";
    HostId from;
    std::uint16_t port;
    std::string_view bytes;
    void fields(auto&& f) const { f("from", from), f("port", port), f("bytes", bytes); }
};

// ---- DNS
struct DnsAsked {
    static constexpr std::string_view name = "dns-asked";
    HostId resolver;
    std::string_view question, type;
    void fields(auto&& f) const {
        f("resolver", resolver), f("question", question), f("type", type);
    }
};
struct DnsAnswered {
    static constexpr std::string_view name = "dns-answered";
    HostId resolver;
    std::string_view question, type, status, security, records;
    void fields(auto&& f) const {
        f("resolver", resolver), f("question", question), f("type", type), f("status", status),
            f("security", security), f("records", records);
    }
};

// ---- HTTPS
struct HttpRequestSent {
    static constexpr std::string_view name = "http-request-sent";
    ConnectionId connection;
    std::string_view method, url;
    std::uint64_t body_size;
    void fields(auto&& f) const {
        f("connection", connection), f("method", method), f("url", url), f("body_size", body_size);
    }
};
struct HttpResponseSent {
    static constexpr std::string_view name = "http-response-sent";
    ConnectionId connection;
    std::string_view status_line;
    std::uint64_t size;
    void fields(auto&& f) const {
        f("connection", connection), f("status_line", status_line), f("size", size);
    }
};
struct HttpResponseReceived {
    static constexpr std::string_view name = "http-response-received";
    ConnectionId connection;
    std::uint16_t status;
    std::string_view media_type;
    std::uint64_t body_size;
    void fields(auto&& f) const {
        f("connection", connection), f("status", status), f("media_type", media_type),
            f("body_size", body_size);
    }
};

// ---- MTA-STS (RFC 8461)
/// What the TXT record says; `why` where there is no id.
struct StsDiscovered {
    static constexpr std::string_view name = "sts-discovered";
    std::string_view domain, id, why;
    void fields(auto&& f) const { f("domain", domain), f("id", id), f("why", why); }
};
/// A policy was fetched, or not: then `reason` is not none. `policy` holds its lines.
struct StsFetched {
    static constexpr std::string_view name = "sts-fetched";
    std::string_view domain, id, policy;
    Reason reason;
    std::string_view why;
    void fields(auto&& f) const {
        f("domain", domain), f("id", id), f("policy", policy), f("reason", reason), f("why", why);
    }
};
/// What counts for a delivery: `source` is fresh, cache or none.
struct StsApplied {
    static constexpr std::string_view name = "sts-applied";
    std::string_view domain, mode, source, why;
    void fields(auto&& f) const {
        f("domain", domain), f("mode", mode), f("source", source), f("why", why);
    }
};
/// Something an administrator is told of (RFC 8461 section 3.3).
struct AdminAlerted {
    static constexpr std::string_view name = "admin-alerted";
    std::string_view what;
    void fields(auto&& f) const { f("what", what); }
};

// ---- SMTP
struct CommandSent {
    static constexpr std::string_view name = "command-sent";
    ConnectionId connection;
    Layer layer;
    std::string_view line;
    void fields(auto&& f) const { f("connection", connection), f("layer", layer), f("line", line); }
};
struct CommandReceived {
    static constexpr std::string_view name = "command-received";
    ConnectionId connection;
    Layer layer;
    std::string_view line;
    void fields(auto&& f) const { f("connection", connection), f("layer", layer), f("line", line); }
};
struct ReplySent {
    static constexpr std::string_view name = "reply-sent";
    ConnectionId connection;
    Layer layer;
    std::uint16_t code;
    std::string_view text;  ///< Whole reply, lines joined by LF.
    void fields(auto&& f) const {
        f("connection", connection), f("layer", layer), f("code", code), f("text", text);
    }
};
struct ReplyReceived {
    static constexpr std::string_view name = "reply-received";
    ConnectionId connection;
    Layer layer;
    std::uint16_t code;
    std::string_view text;
    void fields(auto&& f) const {
        f("connection", connection), f("layer", layer), f("code", code), f("text", text);
    }
};
struct ContentSent {
    static constexpr std::string_view name = "content-sent";
    ConnectionId connection;
    Layer layer;
    MailId mail;
    std::string_view bytes;  ///< As meant, before dot-stuffing.
    void fields(auto&& f) const {
        f("connection", connection), f("layer", layer), f("mail", mail), f("bytes", bytes);
    }
};
struct ContentReceived {
    static constexpr std::string_view name = "content-received";
    ConnectionId connection;
    Layer layer;
    std::string_view bytes;  ///< As understood, after removing the dots.
    void fields(auto&& f) const {
        f("connection", connection), f("layer", layer), f("bytes", bytes);
    }
};
/// Bytes that came before the handshake and were thrown away after it (RFC 3207 section 6).
struct BytesDiscarded {
    static constexpr std::string_view name = "bytes-discarded";
    ConnectionId connection;
    std::string_view bytes;
    void fields(auto&& f) const { f("connection", connection), f("bytes", bytes); }
};

// ---- TLS
struct HandshakeStarted {
    static constexpr std::string_view name = "handshake-started";
    ConnectionId connection;
    std::string_view side, server_name;
    void fields(auto&& f) const {
        f("connection", connection), f("side", side), f("server_name", server_name);
    }
};
struct HandshakeFinished {
    static constexpr std::string_view name = "handshake-finished";
    ConnectionId connection;
    std::string_view side, version, cipher;
    Certainty certainty;
    void fields(auto&& f) const {
        f("connection", connection), f("side", side), f("version", version), f("cipher", cipher),
            f("certainty", certainty);
    }
};
struct HandshakeFailed {
    static constexpr std::string_view name = "handshake-failed";
    ConnectionId connection;
    std::string_view side, detail;
    void fields(auto&& f) const {
        f("connection", connection), f("side", side), f("detail", detail);
    }
};
struct CertificateSeen {
    static constexpr std::string_view name = "certificate-seen";
    ConnectionId connection;
    std::string_view names, issuer, trust;
    void fields(auto&& f) const {
        f("connection", connection), f("names", names), f("issuer", issuer), f("trust", trust);
    }
};
struct SecretMade {
    static constexpr std::string_view name = "secret-made";
    ConnectionId connection;
    std::string_view label, client_random, secret;  ///< Lower-case hex, as in an NSS key log.
    void fields(auto&& f) const {
        f("connection", connection), f("label", label), f("client_random", client_random),
            f("secret", secret);
    }
};

// ---- mail
struct MailSubmitted {
    static constexpr std::string_view name = "mail-submitted";
    MailId mail;
    std::string_view from, to, message_id, content;
    void fields(auto&& f) const {
        f("mail", mail), f("from", from), f("to", to), f("message_id", message_id),
            f("content", content);
    }
};
struct DeliveryStarted {
    static constexpr std::string_view name = "delivery-started";
    MailId mail;
    std::string_view domain, level;
    std::uint32_t attempt;
    void fields(auto&& f) const {
        f("mail", mail), f("domain", domain), f("level", level), f("attempt", attempt);
    }
};
struct HostTried {
    static constexpr std::string_view name = "host-tried";
    MailId mail;
    ConnectionId connection;
    std::string_view host, address;
    void fields(auto&& f) const {
        f("mail", mail), f("connection", connection), f("host", host), f("address", address);
    }
};
struct PolicyJudged {
    static constexpr std::string_view name = "policy-judged";
    ConnectionId connection;
    Ruling ruling;
    Peer peer;
    Reason reason;
    std::string_view level, why;
    void fields(auto&& f) const {
        f("connection", connection), f("ruling", ruling), f("peer", peer), f("reason", reason),
            f("level", level), f("why", why);
    }
};
/// Less protection than was hoped for: never silent.
struct Downgraded {
    static constexpr std::string_view name = "downgraded";
    MailId mail;
    ConnectionId connection;
    std::string_view why;
    void fields(auto&& f) const { f("mail", mail), f("connection", connection), f("why", why); }
};
struct MailDelivered {
    static constexpr std::string_view name = "mail-delivered";
    MailId mail;
    ConnectionId connection;
    std::string_view recipient, host, code, text;
    void fields(auto&& f) const {
        f("mail", mail), f("connection", connection), f("recipient", recipient), f("host", host),
            f("code", code), f("text", text);
    }
};
struct MailDeferred {
    static constexpr std::string_view name = "mail-deferred";
    MailId mail;
    Reason reason;
    std::string_view recipient, code, detail;
    Instant next_try;
    void fields(auto&& f) const {
        f("mail", mail), f("reason", reason), f("recipient", recipient), f("code", code),
            f("detail", detail), f("next_try", next_try);
    }
};
struct MailBounced {
    static constexpr std::string_view name = "mail-bounced";
    MailId mail;
    Reason reason;
    std::string_view recipient, code, detail;
    void fields(auto&& f) const {
        f("mail", mail), f("reason", reason), f("recipient", recipient), f("code", code),
            f("detail", detail);
    }
};
/// The sender's own gateway hands the non-delivery report to the sender (RFC 5321 section 6.1).
struct BounceReturned {
    static constexpr std::string_view name = "bounce-returned";
    MailId mail;
    std::string_view to, content;
    void fields(auto&& f) const { f("mail", mail), f("to", to), f("content", content); }
};
/// A receiver has taken responsibility for a message (RFC 5321 section 6.1).
struct MailKept {
    static constexpr std::string_view name = "mail-kept";
    ConnectionId connection;
    std::string_view from, to, queue_id;
    std::string_view received;  ///< The trace line it was given (RFC 5321 section 4.4).
    void fields(auto&& f) const {
        f("connection", connection), f("from", from), f("to", to), f("queue_id", queue_id),
            f("received", received);
    }
};

using Body = std::variant<
    HostJoined, PathWatched, AttackerActed, WorldChanged, ConnectionAsked, ConnectionOpened,
    ConnectionFailed, SegmentSent, SegmentPassed, SegmentAltered, SegmentDropped, SegmentArrived,
    DatagramSent, DatagramPassed, DatagramDropped, DatagramArrived, DnsAsked, DnsAnswered,
    HttpRequestSent, HttpResponseSent, HttpResponseReceived, StsDiscovered, StsFetched, StsApplied,
    AdminAlerted, CommandSent, CommandReceived, ReplySent, ReplyReceived, ContentSent,
    ContentReceived, BytesDiscarded, HandshakeStarted, HandshakeFinished, HandshakeFailed,
    CertificateSeen, SecretMade, MailSubmitted, DeliveryStarted, HostTried, PolicyJudged,
    Downgraded, MailDelivered, MailDeferred, MailBounced, BounceReturned, MailKept>;

/// `cause` is the event that led to this one: the last one of the same step, or the one that asked
/// for the step.
struct Event {
    EventId id = 0;
    EventId cause = 0;
    Instant at;
    HostId host = HostId::nobody;
    Body body;

    template <class T>
    const T* as() const {
        return std::get_if<T>(&body);
    }
};

}  // namespace trace
