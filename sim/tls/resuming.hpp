#pragma once
// Inside sim/tls only: the Mbed TLS side of resumption.hpp.
#include <array>
#include <string>
#include <vector>

#include <mbedtls/ssl.h>

#include "sim/tls/channel.hpp"
#include "sim/tls/identity.hpp"
#include "sim/tls/resumption.hpp"

namespace tls {

class TicketKey {
  public:
    TicketKey(Chance chance, Duration lifetime);
    /// Mbed TLS's callbacks (mbedtls_ssl_conf_session_tickets_cb); `self` is a TicketKey.
    static int seal(void* self, const mbedtls_ssl_session* session, unsigned char* out,
                    const unsigned char* end, std::size_t* size, std::uint32_t* lifetime);
    static int open(void* self, mbedtls_ssl_session* session, unsigned char* ticket,
                    std::size_t size);

  private:
    // RFC 5077 section 4, with an AEAD in the place of cipher and MAC.
    static constexpr std::size_t name_size = 16, nonce_size = 12, tag_size = 16;
    static constexpr std::size_t overhead = name_size + nonce_size + tag_size;
    std::array<unsigned char, name_size> name_{};
    std::array<unsigned char, 32> key_{};
    Duration lifetime_;
};

/// A session as a client keeps it.
struct SavedSession {
    SavedSession() { mbedtls_ssl_session_init(&session); }
    SavedSession(const SavedSession&) = delete;
    ~SavedSession() { mbedtls_ssl_session_free(&session); }
    mbedtls_ssl_session session;
    std::vector<std::string> chain;  ///< As shown when it began, leaf first.
    Version version{};
    int cipher = 0;
    Instant proven;  ///< When the peer last showed its certificate.
    Instant until;   ///< Its ticket may be offered up to then.
};

/// What one channel of a client offers, and what it keeps.
class Resuming {
  public:
    Resuming(Sessions& sessions, std::string with) : sessions_(sessions), with_(std::move(with)) {}
    /// Before the handshake.
    void offer(mbedtls_ssl_context& ssl, const Settings& settings, Instant now);
    /// After it.
    void finished(mbedtls_ssl_context& ssl, bool resumed, Instant now);
    /// TLS 1.3: a ticket has come (RFC 8446 section 4.6.1).
    void take_ticket(mbedtls_ssl_context& ssl, Instant now);
    void forget();
    /// What the peer showed when the session began; nullptr: nothing.
    const mbedtls_x509_crt* shown() const;

  private:
    void save(mbedtls_ssl_context& ssl, Instant now);
    Sessions& sessions_;
    std::string with_;
    std::unique_ptr<SavedSession> offered_;
    std::vector<std::string> chain_;  ///< Of this session.
    Instant proven_;
    CertificateList shown_;
    bool forgotten_ = false;
};

}  // namespace tls
