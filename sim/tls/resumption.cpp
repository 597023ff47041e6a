#include "sim/tls/resumption.hpp"

#include <algorithm>
#include <cstring>

#include <mbedtls/cipher.h>
#include <mbedtls/ssl_ciphersuites.h>

#include "sim/tls/resuming.hpp"

namespace tls {
namespace {

class TicketCipher {
  public:
    TicketCipher(const std::array<unsigned char, 32>& key, mbedtls_operation_t operation) {
        mbedtls_cipher_init(&context);
        ENSURE(mbedtls_cipher_setup(
                   &context, mbedtls_cipher_info_from_type(MBEDTLS_CIPHER_AES_256_GCM)) == 0);
        ENSURE(mbedtls_cipher_setkey(&context, key.data(), static_cast<int>(key.size() * 8),
                                     operation) == 0);
    }
    TicketCipher(const TicketCipher&) = delete;
    ~TicketCipher() { mbedtls_cipher_free(&context); }
    mbedtls_cipher_context_t context;
};

std::vector<std::string> chain_of(const mbedtls_x509_crt* first) {
    std::vector<std::string> out;
    for (const mbedtls_x509_crt* c = first; c != nullptr && c->raw.p != nullptr; c = c->next)
        out.emplace_back(reinterpret_cast<const char*>(c->raw.p), c->raw.len);
    return out;
}

// A session ends when its ticket does, and seven days after the peer's last proof.
bool may_go_on(const SavedSession& saved, const Settings& settings, Instant now) {
    const bool fits = saved.version >= settings.lowest && saved.version <= settings.highest &&
                      std::find(settings.ciphers.begin(), settings.ciphers.end(), saved.cipher) !=
                          settings.ciphers.end();
    return fits && now <= saved.until && now - saved.proven <= longest_ticket_lifetime;
}

}  // namespace

TicketKey::TicketKey(Chance chance, Duration lifetime) : lifetime_(lifetime) {
    ENSURE(lifetime >= seconds(1) && lifetime <= longest_ticket_lifetime);
    chance.fill(name_);
    chance.fill(key_);
}

int TicketKey::seal(void* self, const mbedtls_ssl_session* session, unsigned char* out,
                    const unsigned char* end, std::size_t* size, std::uint32_t* lifetime) {
    const TicketKey& key = *static_cast<const TicketKey*>(self);
    std::vector<unsigned char> state(static_cast<std::size_t>(end - out));
    std::size_t length = 0;
    if (const int wrong = mbedtls_ssl_session_save(session, state.data(), state.size(), &length);
        wrong != 0)
        return wrong;
    if (state.size() < overhead + length) return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
    unsigned char* const nonce = out + name_size;
    std::memcpy(out, key.name_.data(), name_size);
    Hooks::random(nullptr, nonce, nonce_size);
    TicketCipher cipher(key.key_, MBEDTLS_ENCRYPT);
    std::size_t sealed = 0;
    const std::size_t room = static_cast<std::size_t>(end - nonce) - nonce_size;
    const int status = mbedtls_cipher_auth_encrypt_ext(&cipher.context, nonce, nonce_size, out,
                                                       name_size, state.data(), length,
                                                       nonce + nonce_size, room, &sealed, tag_size);
    *size = name_size + nonce_size + sealed;
    *lifetime = static_cast<std::uint32_t>(key.lifetime_.ns / 1'000'000'000);
    return status;
}

int TicketKey::open(void* self, mbedtls_ssl_session* session, unsigned char* ticket,
                    std::size_t size) {
    const TicketKey& key = *static_cast<const TicketKey*>(self);
    const bool ours = size > overhead && std::memcmp(ticket, key.name_.data(), name_size) == 0;
    if (!ours) return MBEDTLS_ERR_SSL_INVALID_MAC;
    const unsigned char* const nonce = ticket + name_size;
    std::vector<unsigned char> state(size);
    std::size_t length = 0;
    TicketCipher cipher(key.key_, MBEDTLS_DECRYPT);
    if (mbedtls_cipher_auth_decrypt_ext(&cipher.context, nonce, nonce_size, ticket, name_size,
                                        nonce + nonce_size, size - name_size - nonce_size,
                                        state.data(), state.size(), &length, tag_size) != 0)
        return MBEDTLS_ERR_SSL_INVALID_MAC;
    if (const int wrong = mbedtls_ssl_session_load(session, state.data(), length); wrong != 0)
        return wrong;
    mbedtls_ms_time_t made = 0;
    if (mbedtls_ssl_session_get_ticket_creation_time(session, &made) != 0 ||
        mbedtls_ms_time() - made > key.lifetime_.ns / 1'000'000)
        return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
    return 0;
}

std::shared_ptr<const TicketKey> ticket_key(const Library& library, std::string_view name,
                                            Duration lifetime) {
    return std::make_shared<TicketKey>(library.chance("ticket key " + std::string(name)), lifetime);
}

Sessions::Sessions() = default;
Sessions::~Sessions() = default;

void Sessions::keep(const std::string& with, std::unique_ptr<SavedSession> session) {
    all_[with] = std::move(session);
}

std::unique_ptr<SavedSession> Sessions::take(const std::string& with) {
    const auto found = all_.find(with);
    if (found == all_.end()) return nullptr;
    std::unique_ptr<SavedSession> out = std::move(found->second);
    all_.erase(found);
    return out;
}

// Taken out of the store whatever comes of it: a ticket of TLS 1.3 is offered once (RFC 8446
// appendix C.4), and one that did not do is not offered again.
void Resuming::offer(mbedtls_ssl_context& ssl, const Settings& settings, Instant now) {
    offered_ = sessions_.take(with_);
    if (!offered_ || !may_go_on(*offered_, settings, now) ||
        mbedtls_ssl_set_session(&ssl, &offered_->session) != 0)
        offered_.reset();
}

void Resuming::finished(mbedtls_ssl_context& ssl, bool resumed, Instant now) {
    if (resumed && offered_) {
        chain_ = offered_->chain;
        proven_ = offered_->proven;
        for (const std::string& der : chain_) shown_.add(der);
    } else {
        resumed = false;
        chain_ = chain_of(mbedtls_ssl_get_peer_cert(&ssl));
        proven_ = now;
    }
    if (mbedtls_ssl_get_version_number(&ssl) == MBEDTLS_SSL_VERSION_TLS1_3) return;
    // A ticket of TLS 1.2 serves until its time is over (RFC 5077 section 3.3).
    if (resumed)
        sessions_.keep(with_, std::move(offered_));
    else
        save(ssl, now);
}

void Resuming::take_ticket(mbedtls_ssl_context& ssl, Instant now) {
    if (!forgotten_) save(ssl, now);
}

void Resuming::save(mbedtls_ssl_context& ssl, Instant now) {
    auto saved = std::make_unique<SavedSession>();
    if (mbedtls_ssl_get_session(&ssl, &saved->session) != 0) return;
    if (saved->session.MBEDTLS_PRIVATE(ticket_len) == 0) return;
    const std::uint32_t lifetime = saved->session.MBEDTLS_PRIVATE(ticket_lifetime);
    saved->chain = chain_;
    saved->version = mbedtls_ssl_get_version_number(&ssl) == MBEDTLS_SSL_VERSION_TLS1_3
                         ? Version::tls13
                         : Version::tls12;
    saved->cipher = mbedtls_ssl_get_ciphersuite_id_from_ssl(&ssl);
    saved->proven = proven_;
    saved->until = now + std::min(seconds(lifetime), longest_ticket_lifetime);
    sessions_.keep(with_, std::move(saved));
}

void Resuming::forget() {
    forgotten_ = true;
    sessions_.take(with_);
}

const mbedtls_x509_crt* Resuming::shown() const {
    return shown_.first.raw.p != nullptr ? &shown_.first : nullptr;
}

}  // namespace tls
