#pragma once
// TLS 1.2 and 1.3 over any stream: the bytes below are the ones Mbed TLS made.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/net/stream.hpp"
#include "sim/tls/anchor.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/tls/history.hpp"
#include "sim/tls/resumption.hpp"

struct mbedtls_x509_crt;

namespace tls {

enum class Version : std::uint8_t { tls12, tls13 };
std::string_view word(Version version);

/// IANA's name of a cipher suite to Mbed TLS's number; nothing when it is not built in.
std::optional<int> cipher_number(std::string_view iana_name);
/// Suites of TLS 1.3 serve no other version (RFC 8446 section B.4).
constexpr bool is_tls13(int cipher) { return cipher >> 8 == 0x13; }
/// IANA's names of all that are built in, by index; empty past the end.
std::string cipher_name_at(std::size_t index);

/// Does a server ask for the client's certificate (RFC 8446 section 4.3.2)? None is no error, but
/// where it is required. Who shows one must have it from `Settings::trust` where it is required.
enum class ClientCertificate : std::uint8_t { not_asked_for, asked_for, required };

/// What one side of a handshake brings along. Shared by all its connections.
struct Settings {
    std::shared_ptr<const Identity> identity;  ///< A server's; a client shows none.
    std::shared_ptr<const TrustStore> trust;   ///< A client's; of a server, for clients.
    Version lowest = Version::tls12;
    Version highest = Version::tls13;
    std::vector<int> ciphers;  ///< Empty: all, in OpenSSL's order.
    ClientCertificate client_certificate = ClientCertificate::not_asked_for;  ///< A server's.
    /// Names of application protocols (RFC 7301), best first: a client offers them, a server takes
    /// the first that is offered, and refuses a client that offers others alone. Empty: a client
    /// offers none, a server ignores what is offered.
    std::vector<std::string> alpn;
    std::shared_ptr<const TicketKey> tickets;  ///< A server's; nullptr: it gives none.
    std::vector<OldVersion> old;  ///< A client's: it offers these alone, and nobody takes them.
    bool resumes = false;         ///< A client's: it takes tickets (`Channel::resume`).
};

/// What the peer's certificate says, and what is wrong with its chain. Nothing here decides
/// anything.
struct PeerCertificate {
    std::vector<std::string> dns_names;  ///< SAN, as spelled.
    std::vector<std::string> addresses;  ///< SAN, of 4 or 16 bytes each.
    std::string common_name;
    std::string issuer;
    std::array<unsigned char, 32> fingerprint{};  ///< SHA-256 of the certificate.
    bool trusted = false;  ///< The chain leads to a trusted root and breaks no rule on the way.
    bool weakly_signed = false;           ///< SHA-1 or a short key is the only rule it breaks.
    bool for_no_server = false;           ///< What it may be used for is the only rule it breaks.
    bool weak_and_for_no_server = false;  ///< Both are.
    bool expired = false;                 ///< Or one of its issuers.
    bool not_yet_valid = false;           ///< Likewise.
    bool own_dates_hold = false;
    std::string trouble;  ///< What is wrong, in words; empty when nothing is.
};

class SharedConfig;
class Resuming;
/// Settings made ready for Mbed TLS once.
std::shared_ptr<const SharedConfig> prepare_server(Library& library, Settings settings);
std::shared_ptr<const SharedConfig> prepare_client(Library& library, Settings settings);

/// One side of a TLS session. It borrows the stream below, which must outlive it.
class Channel final : public net::Stream {
  public:
    /// Whose randomness it draws: an end's, or that of an attacker, who has sessions of his own on
    /// the same connection.
    enum class Party : std::uint8_t { end, attacker };
    /// `server_name` is sent as SNI when it is not empty. `host` is where its events happen.
    Channel(Library& library, std::shared_ptr<const SharedConfig> config, net::Stream& below,
            trace::Trace& trace, trace::HostId host, std::string server_name = {},
            Party party = Party::end);
    ~Channel() override;

    /// Before the handshake, on a client: where its settings resume, it goes on with the session
    /// that `sessions` has with `with`, if there is one, and keeps those for later.
    void resume(Sessions& sessions, std::string with);
    /// After the handshake: is it an earlier session that goes on? Then no certificate was shown,
    /// and `peer`, `shown_chain` and `under_anchor` are about those of the first handshake, now.
    bool resumed() const { return established_ && resumed_; }
    /// Nothing goes on from this session: the next one begins with a certificate.
    void forget_session();

    /// Failure validation-failure when it breaks; the peer's certificate is not judged here.
    Task<Unit> handshake();
    /// After the handshake, on a client.
    const PeerCertificate& peer() const { return peer_; }
    /// The chain as shown, leaf first. Each one is tried as a trust anchor: it takes its time.
    std::vector<ShownCertificate> shown_chain();
    /// The chain under an anchor that DNS has in full, shown or not: `is_readable` said so.
    AnchorTrial under_anchor(FullData kind, std::string_view der);
    Version version() const;
    std::string cipher() const;
    /// What both agreed to speak inside (RFC 7301 section 3.1); empty: nothing was said about it.
    std::string_view application_protocol() const;

    std::string_view available() override;
    void take(std::size_t count) override;
    State state() override;
    void write(std::string_view bytes) override;
    void finish() override;
    void reset() override { below_.reset(); }
    void when_readable(Due& reader) override { below_.when_readable(reader); }
    void forget(Due& reader) override { below_.forget(reader); }
    trace::ConnectionId connection() const override { return below_.connection(); }
    net::FarEnd far_end() const override { return below_.far_end(); }

  private:
    struct Engine;
    Task<Unit> offer_old();
    Failure refuse_ssl2();
    Failure fail(std::string why);
    void flush();
    void pump();
    int step();
    const mbedtls_x509_crt* shown() const;
    void learn_peer();
    void record_finish();
    std::string_view side() const;
    std::string failure_text(int status) const;
    static int send(void* self, const unsigned char* bytes, std::size_t count);
    static int receive(void* self, unsigned char* out, std::size_t room);

    Library& library_;
    std::shared_ptr<const SharedConfig> config_;
    net::Stream& below_;
    trace::Trace& trace_;
    trace::HostId host_;
    std::string server_name_;
    Chance chance_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Resuming> resuming_;  ///< Of a client that resumes.
    bool resumed_ = true;                 ///< Until a certificate has its turn in the handshake.
    PeerCertificate peer_;
    std::string outgoing_;
    std::string begins_;  ///< Of what the peer says: as far as the version of a hello.
    std::string plain_;
    std::size_t taken_ = 0;
    State state_ = State::open;
    bool established_ = false;
    bool finished_writing_ = false;
};

}  // namespace tls
