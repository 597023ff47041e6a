#pragma once
// A session key is negotiated: the path of a handshake from what both ends sent to the keys that
// seal (TLS 1.3: RFC 8446 section 7.1; TLS 1.2: RFC 5246 section 8.1, RFC 7627), with the values of
// this run. What Mbed TLS exports is taken as it is, and what leads to it and what follows is
// computed; where both are known they must agree, else what is computed is left out.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace tls {

/// Who knows a value when the handshake ends.
enum class Knower : std::uint8_t {
    everybody,  ///< On the path: it was sent, or follows from what was sent.
    client,     ///< It never leaves the client.
    server,     ///< It never leaves the server.
    both,       ///< Both ends, each from its own secret and the other's share.
};

/// One value on the path.
struct KeyStep {
    std::string_view id;     ///< For explanations: "tls.keys.handshake_secret".
    std::string name;        ///< "handshake secret", as the RFC calls it.
    std::string value;       ///< Bytes. Empty: nobody told it, and it cannot be computed here.
    std::string_view how;    ///< "HKDF-Extract"; of what was sent, the message.
    std::string_view label;  ///< Of HKDF-Expand-Label or the PRF.
    std::vector<std::size_t> from;  ///< Steps before it, in the order in which they enter.
    std::string_view clause;
    Knower knower = Knower::both;
    /// The run has the same bytes: Mbed TLS told them, or it is a message's proof and fits.
    bool confirmed = false;
};

/// Somebody on the path of the connection who is no end of the handshake.
struct KeyWatcher {
    trace::HostId who{};
    bool stole_key = false;  ///< That of the server's certificate.
    /// The step that he holds of his own: the stolen key, where the premaster secret was sealed for
    /// it. All that both ends know follows from it. Nothing: what he saw is all that he knows.
    std::optional<std::size_t> holds;
    bool opened_earlier = false;  ///< He knows the secret of the session that goes on here.
};

struct Negotiation {
    trace::ConnectionId connection{};
    std::uint16_t port = 0;            ///< The server's.
    trace::HostId client{}, server{};  ///< Who ends TLS: an attacker in another's place, too.
    /// Which end of the connection had these bytes: they differ where somebody ended TLS between.
    enum class End : std::uint8_t { client, server } end = End::client;
    trace::EventId event = 0;       ///< With which the handshake ended at that end, or broke off.
    trace::Way way{};               ///< Of the record that ended it,
    std::uint64_t offset = 0;       ///< and where that record began in all that went this way.
    bool finished = false;          ///< Both Finished are there.
    std::string_view version;       ///< "TLSv1.3".
    std::string_view suite, group;  ///< Names; no group with RSA key exchange, and in resumption.
    /// The connection whose session goes on (RFC 8446 section 2.2, RFC 5077); none: a new one.
    trace::ConnectionId resumes = trace::ConnectionId::none;
    std::vector<KeyStep> steps;
    std::vector<KeyWatcher> watchers;
    /// Does `watcher` know it?
    bool knows(const KeyWatcher& watcher, std::size_t step) const;
};

/// The handshakes of a run in which a server answered, in the order in which they began. `seed` is
/// that of its world, which makes known what no end ever tells; without it that stays unknown.
std::vector<Negotiation> negotiations_of(const trace::Trace& trace,
                                         std::optional<std::uint64_t> seed);

/// How a step is made, in one line: "HKDF-Expand-Label(handshake secret, "c hs traffic", hash of
/// ClientHello to ServerHello)".
std::string recipe(const std::vector<KeyStep>& steps, std::size_t step);
/// Who knows it, by the hosts' names: "both ends", "mail.alice.example alone".
std::string knowers(const trace::Trace& trace, const Negotiation& negotiation, std::size_t step);
/// Why there is no value, where there is none.
std::string_view why_unknown(const Negotiation& negotiation, std::size_t step);
/// What a watcher has of it, in a sentence.
std::string verdict(const trace::Trace& trace, const Negotiation& negotiation,
                    const KeyWatcher& watcher);
/// "TLSv1.3, TLS_AES_256_GCM_SHA384, x25519", and which session goes on.
std::string summary(const Negotiation& negotiation);

// ---- of one handshake

/// What is known of a handshake.
struct Exchange {
    /// Messages with their headers, in the order in which one end had them.
    struct Message {
        trace::Way way{};
        std::string bytes;
    };
    std::vector<Message> messages;
    /// What Mbed TLS told, by its label in the NSS key log.
    std::map<std::string, std::string, std::less<>> exported;
    std::string client_private, server_private;  ///< Of the shares.
    std::string agreed;                          ///< What both make of them.
    std::string premaster;                       ///< Of RSA key exchange.
    std::string stolen_key;                      ///< The server's, DER.
    std::string earlier;  ///< Of the session that goes on: the PSK, or its master secret.
};

/// What the messages say of it, as bytes; what they do not say is empty.
struct Hellos {
    bool answered = false, is_13 = false, extended_master = false, encrypt_then_mac = false;
    bool retried = false;          ///< There was a HelloRetryRequest.
    bool has_certificate = false;  ///< The server showed one.
    std::uint64_t version = 0;     ///< The server's, 0x0304 is TLS 1.3.
    std::uint64_t suite = 0, group = 0;
    std::string client_random, server_random, client_share, server_share, offered_version;
    std::string encrypted_premaster, session_id, offered_ticket;
    std::string psk_identity, binder;      ///< The chosen ones.
    std::size_t size_without_binders = 0;  ///< Of the ClientHello.
    std::string client_finished, server_finished;
};
Hellos hellos_of(const std::vector<Exchange::Message>& messages);
/// The path, in order: each step stands behind those that it is made of.
std::vector<KeyStep> steps13(const Exchange& exchange, const Hellos& hellos);
std::vector<KeyStep> steps12(const Exchange& exchange, const Hellos& hellos);

/// The key that a ticket of TLS 1.3 stands for (RFC 8446 section 4.6.1), from the steps of the
/// session that gave it. Empty: its resumption secret is not known.
std::string psk_of_ticket(const std::vector<KeyStep>& steps, std::uint64_t suite,
                          std::string_view nonce);

}  // namespace tls
