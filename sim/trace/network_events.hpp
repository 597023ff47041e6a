#pragma once
// What happens to hosts, paths, bytes and questions to DNS.
#include "sim/trace/ids.hpp"

namespace trace {

struct HostJoined {
    static constexpr std::string_view name = "host-joined";
    HostId host;
    std::string_view title, address;
    Role role;
    OptionalText company;  ///< Whose domain; its gateway's title is mail.DOMAIN.
    void fields(auto&& f) const {
        f("who", host), f("title", title), f("address", address), f("role", role),
            f("company", company);
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
/// From now on the watcher who is the event's host holds a host's private key.
struct KeyStolen {
    static constexpr std::string_view name = "key-stolen";
    HostId whose;
    std::string_view key;  ///< DER (RFC 8017 section A.1.2, RFC 5915).
    void fields(auto&& f) const { f("whose", whose), f("key", key); }
};
/// A gateway is wrong on purpose: what it does wrong, parted by ", ".
struct GatewayFlawed {
    static constexpr std::string_view name = "gateway-flawed";
    std::string_view flaws;
    void fields(auto&& f) const { f("flaws", flaws); }
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
/// Somebody on the path stops its SYN or the answer. Told once, though a SYN is sent again.
struct ConnectionBlocked {
    static constexpr std::string_view name = "connection-blocked";
    ConnectionId connection;
    void fields(auto&& f) const { f("connection", connection); }
};
/// A path carries otherwise from now on.
struct LinkChanged {
    static constexpr std::string_view name = "link-changed";
    HostId one, other;
    std::string_view what;
    void fields(auto&& f) const { f("one", one), f("other", other), f("what", what); }
};
struct HostWentDown {
    static constexpr std::string_view name = "host-went-down";
    HostId host;
    void fields(auto&& f) const { f("who", host); }
};
struct HostCameBack {
    static constexpr std::string_view name = "host-came-back";
    HostId host;
    void fields(auto&& f) const { f("who", host); }
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
/// An attacker sends what nobody sent.
struct SegmentInjected {
    static constexpr std::string_view name = "segment-injected";
    ConnectionId connection;
    Way way;
    Mark mark;
    std::string_view bytes, act;
    void fields(auto&& f) const {
        f("connection", connection), f("way", way), f("mark", mark), f("bytes", bytes),
            f("act", act);
    }
};
/// An attacker has keys to what was sealed: what stood in it.
struct PlaintextOpened {
    static constexpr std::string_view name = "plaintext-opened";
    ConnectionId connection;
    Way way;
    std::string_view bytes;
    OptionalText key_of;  ///< The host whose stolen key opened it, perhaps long after it passed.
    void fields(auto&& f) const {
        f("connection", connection), f("way", way), f("bytes", bytes), f("key_of", key_of);
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

/// An attacker answers in the place of those who know; records parted by LF, or a status.
struct DnsForged {
    static constexpr std::string_view name = "dns-forged";
    std::string_view question, type, before, after;
    void fields(auto&& f) const {
        f("question", question), f("type", type), f("before", before), f("after", after);
    }
};

}  // namespace trace
