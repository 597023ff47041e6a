#pragma once
// What is said in a session: HTTPS and MTA-STS, SMTP, TLS.
#include "sim/trace/ids.hpp"

namespace trace {

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
    std::string_view domain, policy_id, why;
    void fields(auto&& f) const { f("domain", domain), f("policy_id", policy_id), f("why", why); }
};
/// A policy was fetched, or not: then `reason` is not none. `policy` holds its lines.
struct StsFetched {
    static constexpr std::string_view name = "sts-fetched";
    std::string_view domain, policy_id, policy;
    Reason reason;
    std::string_view why;
    void fields(auto&& f) const {
        f("domain", domain), f("policy_id", policy_id), f("policy", policy), f("reason", reason),
            f("why", why);
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
    OptionalText alpn;     ///< The application protocol that both agreed on (RFC 7301).
    OptionalText resumed;  ///< "yes": by a ticket, without a certificate (RFC 8446 section 2.2).
    void fields(auto&& f) const {
        f("connection", connection), f("side", side), f("version", version), f("cipher", cipher),
            f("certainty", certainty), f("alpn", alpn), f("resumed", resumed);
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

}  // namespace trace
