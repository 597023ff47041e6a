#include "sim/tls/channel.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/core.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>

#include "sim/tls/anchor_trial.hpp"
#include "sim/tls/names.hpp"
#include "sim/tls/records.hpp"
#include "sim/tls/resuming.hpp"
#include "sim/tls/shared_config.hpp"
#include "sim/tls/verify.hpp"

namespace tls {
namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
    return out;
}

// The labels of the NSS key log format.
std::string_view secret_label(mbedtls_ssl_key_export_type type) {
    switch (type) {
        case MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET: return "CLIENT_RANDOM";
        case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_HANDSHAKE_TRAFFIC_SECRET:
            return "CLIENT_HANDSHAKE_TRAFFIC_SECRET";
        case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_HANDSHAKE_TRAFFIC_SECRET:
            return "SERVER_HANDSHAKE_TRAFFIC_SECRET";
        case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_APPLICATION_TRAFFIC_SECRET:
            return "CLIENT_TRAFFIC_SECRET_0";
        case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_APPLICATION_TRAFFIC_SECRET:
            return "SERVER_TRAFFIC_SECRET_0";
        default: return {};
    }
}

std::string text_of(const mbedtls_x509_buf& buffer) {
    return {reinterpret_cast<const char*>(buffer.p), buffer.len};
}

std::string common_name_of(const mbedtls_x509_name& name) {
    for (const mbedtls_x509_name* part = &name; part != nullptr; part = part->next)
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0) return text_of(part->val);
    return {};
}

// Names of one type in the SAN. Identity is a DNS name here (RFC 9525 section 6.3), or the address
// that a mail address has in the place of a domain (section 6.5); other types are not ours.
std::vector<std::string> alternative_names_of(const mbedtls_x509_crt& leaf, int type) {
    std::vector<std::string> out;
    for (const mbedtls_x509_sequence* entry = &leaf.subject_alt_names; entry != nullptr;
         entry = entry->next) {
        mbedtls_x509_subject_alternative_name san;
        if (entry->buf.p == nullptr || mbedtls_x509_parse_subject_alt_name(&entry->buf, &san) != 0)
            continue;
        if (san.type == type) out.push_back(text_of(san.san.unstructured_name));
        mbedtls_x509_free_subject_alt_name(&san);
    }
    return out;
}

// A record's header, a message's header, the version of a hello (RFC 8446 sections 4 and 5.1).
constexpr std::size_t hello_version_end = 5 + 4 + 2;

// What a peer that is out of date has said, where that is why there is no session.
std::string out_of_date(std::string_view begins, bool of_client) {
    if (begins.size() < hello_version_end || begins[0] != 22 || begins[5] != (of_client ? 1 : 2))
        return {};
    const auto version = static_cast<unsigned>(static_cast<unsigned char>(begins[9]) << 8 |
                                               static_cast<unsigned char>(begins[10]));
    // That of a server with TLS 1.0 or 1.1 has Mbed TLS's own words.
    if (!of_client && version != 0x0300) return {};
    const std::string which = forbidden(version);
    if (which.empty()) return {};
    return (of_client ? "the client offers nothing above " : "the server speaks ") + which;
}

}  // namespace

struct Channel::Engine {
    Engine() { mbedtls_ssl_init(&ssl); }
    Engine(const Engine&) = delete;
    ~Engine() { mbedtls_ssl_free(&ssl); }
    mbedtls_ssl_context ssl;
    trace::Trace* trace = nullptr;
    trace::HostId host{};
    trace::ConnectionId connection{};
    static void keep_secret(void* self, mbedtls_ssl_key_export_type type,
                            const unsigned char* secret, std::size_t size,
                            const unsigned char client_random[32], const unsigned char*,
                            mbedtls_tls_prf_types) {
        Engine& engine = *static_cast<Engine*>(self);
        const std::string_view label = secret_label(type);
        if (label.empty()) return;
        engine.trace->add(engine.host, trace::SecretMade{engine.connection, label,
                                                         engine.trace->keep(hex(client_random, 32)),
                                                         engine.trace->keep(hex(secret, size))});
    }
};

Channel::Channel(Library& library, std::shared_ptr<const SharedConfig> config, net::Stream& below,
                 trace::Trace& trace, trace::HostId host, std::string server_name, Party party)
    : library_(library),
      config_(std::move(config)),
      below_(below),
      trace_(trace),
      host_(host),
      server_name_(std::move(server_name)),
      chance_(library.chance(fmt::format(
          "{}{} {}",
          party == Party::end ? "" : fmt::format("attacker {} ", static_cast<unsigned>(host)),
          config_->client ? "client" : "server", static_cast<std::uint32_t>(below.connection())))),
      engine_(std::make_unique<Engine>()) {
    const Library::Use use(library_, chance_);
    mbedtls_ssl_context& ssl = engine_->ssl;
    ENSURE(mbedtls_ssl_setup(&ssl, &config_->config) == 0);
    mbedtls_ssl_set_bio(&ssl, this, send, receive, nullptr);
    const char* const name = server_name_.empty() ? nullptr : server_name_.c_str();
    if (config_->client) ENSURE(mbedtls_ssl_set_hostname(&ssl, name) == 0);
    // Both ends know the same secrets; they are told once, by the client's where that is ours.
    if (!config_->client && below.far_end() == net::FarEnd::ours) return;
    engine_->trace = &trace;
    engine_->host = host;
    engine_->connection = below.connection();
    mbedtls_ssl_set_export_keys_cb(&ssl, Engine::keep_secret, engine_.get());
}

Channel::~Channel() {
    const Library::Use use(library_, chance_);
    engine_.reset();
}

std::string_view Channel::side() const { return config_->client ? "client" : "server"; }

int Channel::send(void* self, const unsigned char* bytes, std::size_t count) {
    static_cast<Channel*>(self)->outgoing_.append(reinterpret_cast<const char*>(bytes), count);
    return static_cast<int>(count);
}

int Channel::receive(void* self, unsigned char* out, std::size_t room) {
    net::Stream& below = static_cast<Channel*>(self)->below_;
    const std::string_view bytes = below.available();
    if (bytes.empty()) return below.state() == State::open ? MBEDTLS_ERR_SSL_WANT_READ : 0;
    const std::size_t count = std::min(room, bytes.size());
    std::string& begins = static_cast<Channel*>(self)->begins_;
    if (begins.size() < hello_version_end)
        begins += bytes.substr(0, std::min(count, hello_version_end - begins.size()));
    std::memcpy(out, bytes.data(), count);
    below.take(count);
    return static_cast<int>(count);
}

// A whole flight leaves in one piece, as a kernel's socket buffer would send it.
void Channel::flush() {
    if (outgoing_.empty()) return;
    below_.write(outgoing_);
    outgoing_.clear();
}

void Channel::resume(Sessions& sessions, std::string with) {
    if (!config_->client || !config_->settings.resumes) return;
    const Library::Use use(library_, chance_);
    resuming_ = std::make_unique<Resuming>(sessions, std::move(with));
    resuming_->offer(engine_->ssl, config_->settings, library_.loop().now());
}

void Channel::forget_session() {
    if (resuming_) resuming_->forget();
}

// As far as it goes. A handshake that passes by the server's certificate resumes a session: there
// are no other pre-shared keys here (RFC 8446 section 4.4.2, RFC 5246 section 7.3).
int Channel::step() {
    mbedtls_ssl_context& ssl = engine_->ssl;
    int status = 0;
    while (status == 0 && mbedtls_ssl_is_handshake_over(&ssl) == 0) {
        if (ssl.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_CERTIFICATE) resumed_ = false;
        status = mbedtls_ssl_handshake_step(&ssl);
    }
    return status;
}

Failure Channel::fail(std::string why) {
    trace_.add(host_, trace::HandshakeFailed{connection(), side(), trace_.keep(why)});
    state_ = State::broken;
    return Failure(Reason::validation_failure, "TLS handshake failed: " + why, "4.7.5");
}

// Mbed TLS has no version that such a client offers: it is played.
Task<Unit> Channel::offer_old() {
    std::array<unsigned char, 32> random{};
    chance_.fill(random);
    const std::string_view drawn(reinterpret_cast<const char*>(random.data()), random.size());
    Task<std::string> play =
        offer_old_versions(below_, config_->settings.old,
                           old_client_hello(config_->settings.old, drawn, server_name_));
    std::string why = co_await std::move(play);
    co_return fail(std::move(why));
}

// Mbed TLS would hang up on a hello of SSL 2.0. OpenSSL, with which most mail servers are built,
// says protocol_version, and so does this server (RFC 6176 section 3 demands no more than the end).
Failure Channel::refuse_ssl2() {
    const std::string hello(below_.available());
    const auto version = static_cast<unsigned>(static_cast<unsigned char>(hello[3]) << 8 |
                                               static_cast<unsigned char>(hello[4]));
    below_.take(hello.size());
    below_.write(std::string_view("\x15\x03\x03\x00\x02\x02\x46", 7));
    const std::string which = forbidden(version);
    return fail(which.empty() ? "the hello of the client has the form of SSL 2.0"
                              : "the client offers nothing above " + which);
}

Task<Unit> Channel::handshake() {
    trace_.add(host_, trace::HandshakeStarted{connection(), side(), trace_.keep(server_name_)});
    if (!config_->settings.old.empty()) {
        co_await offer_old();
        co_return Unit{};
    }
    for (;;) {
        if (!config_->client && begins_.empty()) {
            const Ssl2Hello hello = ssl2_hello(below_.available());
            if (hello == Ssl2Hello::yes) co_return refuse_ssl2();
            const std::size_t seen = below_.available().size();
            if (hello == Ssl2Hello::perhaps && seen > 0 && below_.state() == State::open) {
                co_await net::Readable(below_, seen);
                continue;
            }
        }
        int status = 0;
        {
            const Library::Use use(library_, chance_);
            status = step();
            flush();
        }
        if (status == 0) break;
        if (status != MBEDTLS_ERR_SSL_WANT_READ && status != MBEDTLS_ERR_SSL_WANT_WRITE) {
            co_return fail(failure_text(status));
        }
        co_await net::Readable(below_);
    }
    established_ = true;
    if (resuming_) {
        const Library::Use use(library_, chance_);
        resuming_->finished(engine_->ssl, resumed_, library_.loop().now());
    }
    if (config_->client) learn_peer();
    record_finish();
    co_return Unit{};
}

void Channel::record_finish() {
    // A TLS 1.3 client has sent its Finished, but the server has not judged it yet (RFC 8446
    // section 4.4.4).
    const bool provisional = config_->client && version() == Version::tls13;
    trace_.add(host_, trace::HandshakeFinished{
                          connection(),
                          side(),
                          word(version()),
                          trace_.keep(cipher()),
                          provisional ? trace::Certainty::provisional : trace::Certainty::final,
                          {trace_.keep(application_protocol())},
                          {resumed_ ? "yes" : ""}});
    if (!config_->client) return;
    std::string names;
    for (const std::string& name : peer_.dns_names) names += (names.empty() ? "" : " ") + name;
    if (peer_.dns_names.empty() && !peer_.common_name.empty()) names = "CN=" + peer_.common_name;
    trace_.add(host_, trace::CertificateSeen{
                          connection(), trace_.keep(names), trace_.keep(peer_.issuer),
                          peer_.trouble.empty() ? "trusted" : trace_.keep(peer_.trouble)});
}

const mbedtls_x509_crt* Channel::shown() const {
    return resumed_ && resuming_ ? resuming_->shown() : mbedtls_ssl_get_peer_cert(&engine_->ssl);
}

void Channel::learn_peer() {
    const mbedtls_x509_crt* const leaf = shown();
    if (leaf == nullptr) {
        peer_.trouble = words_of(nothing_shown);
        return;
    }
    const Library::Use use(library_, chance_);
    const TrustStore* const trust = config_->settings.trust.get();
    const Faults faults =
        faults_of(*leaf, trust != nullptr ? &trust->roots.first : nullptr, Anchors::roots);
    peer_.trouble = words_of(faults);
    peer_.dns_names = alternative_names_of(*leaf, MBEDTLS_X509_SAN_DNS_NAME);
    peer_.addresses = alternative_names_of(*leaf, MBEDTLS_X509_SAN_IP_ADDRESS);
    peer_.common_name = common_name_of(leaf->subject);
    peer_.issuer = common_name_of(leaf->issuer);
    mbedtls_sha256(leaf->raw.p, leaf->raw.len, peer_.fingerprint.data(), 0);
    peer_.expired = (faults & date_past) != 0;
    peer_.not_yet_valid = (faults & date_ahead) != 0;
    peer_.own_dates_hold = (faults & date_of_leaf) == 0;
    peer_.trusted = (faults & ~date_faults) == 0;
    const Faults broken = faults & ~date_faults;
    const bool weak = (broken & weakness_faults) != 0, misused = (broken & wrong_purpose) != 0;
    const bool otherwise = (broken & ~weakness_faults & ~Faults{wrong_purpose}) != 0;
    peer_.weakly_signed = weak && !misused && !otherwise;
    peer_.for_no_server = misused && !weak && !otherwise;
    peer_.weak_and_for_no_server = weak && misused && !otherwise;
}

std::vector<ShownCertificate> Channel::shown_chain() {
    const Library::Use use(library_, chance_);
    std::vector<ShownCertificate> out;
    const mbedtls_x509_crt* const leaf = shown();
    for (const mbedtls_x509_crt* c = leaf; c != nullptr; c = c->next) {
        ShownCertificate shown = digests_of(*c);
        if (c != leaf) {
            const AnchorTrial trial = under_certificate(*leaf, shown.certificate);
            shown.anchors_leaf = trial.anchors_leaf;
            shown.dates_hold = trial.dates_hold;
        }
        out.push_back(std::move(shown));
    }
    return out;
}

AnchorTrial Channel::under_anchor(FullData kind, std::string_view der) {
    const Library::Use use(library_, chance_);
    const mbedtls_x509_crt* const leaf = shown();
    if (leaf == nullptr) return {};
    return kind == FullData::certificate ? under_certificate(*leaf, der) : under_key(*leaf, der);
}

Version Channel::version() const {
    return mbedtls_ssl_get_version_number(&engine_->ssl) == MBEDTLS_SSL_VERSION_TLS1_3
               ? Version::tls13
               : Version::tls12;
}

std::string Channel::cipher() const {
    return iana_name(mbedtls_ssl_get_ciphersuite(&engine_->ssl));
}

std::string_view Channel::application_protocol() const {
    const char* const chosen = mbedtls_ssl_get_alpn_protocol(&engine_->ssl);
    return chosen != nullptr ? std::string_view(chosen) : std::string_view();
}

std::string Channel::failure_text(int status) const {
    static constexpr std::string_view none_in_common = "no application protocol in common";
    if (status == MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL) return std::string(none_in_common);
    if (status == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
        const unsigned char* const alert = engine_->ssl.MBEDTLS_PRIVATE(in_msg);
        const unsigned code = alert != nullptr ? alert[1] : 255u;
        const std::string_view name = alert_name(code);
        const bool of_alpn = code == MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL;
        return fmt::format("the peer sent the fatal alert {} ({}){}{}",
                           name.empty() ? "unknown alert" : name, code, of_alpn ? ": " : "",
                           of_alpn ? none_in_common : "");
    }
    if (status == MBEDTLS_ERR_SSL_CONN_EOF) return "the peer ended the connection in the middle";
    if (std::string old = out_of_date(begins_, !config_->client); !old.empty()) return old;
    char text[200] = "";
    mbedtls_strerror(status, text, sizeof text);
    return text;
}

// Decrypts all that has come.
void Channel::pump() {
    if (!established_ || state_ != State::open) return;
    if (below_.available().empty() && below_.state() == State::open) return;
    const Library::Use use(library_, chance_);
    unsigned char piece[16384];
    for (;;) {
        const int got = mbedtls_ssl_read(&engine_->ssl, piece, sizeof piece);
        if (got > 0) {
            plain_.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(got));
            continue;
        }
        if (got == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            if (resuming_) resuming_->take_ticket(engine_->ssl, library_.loop().now());
            continue;
        }
        // It has a ticket in hand, and wants to be asked once more.
        if (got == MBEDTLS_ERR_SSL_WANT_READ &&
            engine_->ssl.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET)
            continue;
        if (got == MBEDTLS_ERR_SSL_WANT_READ || got == MBEDTLS_ERR_SSL_WANT_WRITE) break;
        // An end without close_notify may be an attacker's (RFC 8446 section 6.1).
        state_ = got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? State::finished : State::broken;
        break;
    }
    flush();
}

std::string_view Channel::available() {
    if (taken_ == plain_.size()) {
        plain_.clear();
        taken_ = 0;
    }
    pump();
    return std::string_view(plain_).substr(taken_);
}

void Channel::take(std::size_t count) {
    ENSURE(count <= plain_.size() - taken_);
    taken_ += count;
}

net::Stream::State Channel::state() {
    pump();
    return state_;
}

void Channel::write(std::string_view bytes) {
    if (finished_writing_ || state_ == State::broken) return;
    const Library::Use use(library_, chance_);
    while (!bytes.empty()) {
        const int written = mbedtls_ssl_write(
            &engine_->ssl, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        if (written <= 0) break;  // the session is over, which the next read will tell
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    flush();
}

void Channel::finish() {
    if (!finished_writing_ && established_ && state_ != State::broken) {
        const Library::Use use(library_, chance_);
        mbedtls_ssl_close_notify(&engine_->ssl);
        flush();
    }
    finished_writing_ = true;
    below_.finish();
}

}  // namespace tls
