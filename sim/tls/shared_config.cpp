#include "sim/tls/shared_config.hpp"

#include <algorithm>

#include <mbedtls/ssl_ciphersuites.h>

#include "sim/tls/resuming.hpp"

namespace tls {
namespace {

// As OpenSSL orders them, so that a session looks as a common one does: AES-256-GCM first.
std::vector<int> ordered_ciphers() {
    std::vector<int> out{MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                         MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                         MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                         MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384};
    for (const int* id = mbedtls_ssl_list_ciphersuites(); *id != 0; ++id)
        if (std::find(out.begin(), out.end(), *id) == out.end()) out.push_back(*id);
    return out;
}
const std::vector<int>& usual_ciphers() {
    static const std::vector<int> ciphers = ordered_ciphers();
    return ciphers;
}

// As OpenSSL orders them. SHA-256 first lets an RSA key of 1024 bits sign, for which the longer
// digests have no room (RFC 8017 section 9.1.1).
constexpr std::uint16_t signature_algorithms[] = {
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,       MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,       MBEDTLS_TLS1_3_SIG_NONE};

constexpr mbedtls_ssl_protocol_version wire_version(Version version) {
    return version == Version::tls13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
}

int verification(ClientCertificate wanted) {
    switch (wanted) {
        case ClientCertificate::asked_for: return MBEDTLS_SSL_VERIFY_OPTIONAL;
        case ClientCertificate::required: return MBEDTLS_SSL_VERIFY_REQUIRED;
        case ClientCertificate::not_asked_for: break;
    }
    return MBEDTLS_SSL_VERIFY_NONE;
}

}  // namespace

std::string iana_name(std::string name) {
    if (name.starts_with("TLS1-3-")) name = "TLS-" + name.substr(7);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

std::string_view word(Version version) { return version == Version::tls13 ? "TLSv1.3" : "TLSv1.2"; }

std::optional<int> cipher_number(std::string_view name) {
    for (const int* id = mbedtls_ssl_list_ciphersuites(); *id != 0; ++id)
        if (iana_name(mbedtls_ssl_get_ciphersuite_name(*id)) == name) return *id;
    return std::nullopt;
}

std::string cipher_name_at(std::size_t index) {
    const int* id = mbedtls_ssl_list_ciphersuites();
    for (; *id != 0 && index > 0; ++id) --index;
    return *id != 0 ? iana_name(mbedtls_ssl_get_ciphersuite_name(*id)) : std::string();
}

SharedConfig::SharedConfig(Settings s, int side)
    : settings(std::move(s)), client(side == MBEDTLS_SSL_IS_CLIENT) {
    mbedtls_ssl_config_init(&config);
    ENSURE(mbedtls_ssl_config_defaults(&config, side, MBEDTLS_SSL_TRANSPORT_STREAM,
                                       MBEDTLS_SSL_PRESET_DEFAULT) == 0);
    mbedtls_ssl_conf_rng(&config, Hooks::random, nullptr);
    mbedtls_ssl_conf_min_tls_version(&config, wire_version(settings.lowest));
    mbedtls_ssl_conf_max_tls_version(&config, wire_version(settings.highest));
    if (settings.ciphers.empty()) settings.ciphers = usual_ciphers();
    settings.ciphers.push_back(0);
    mbedtls_ssl_conf_ciphersuites(&config, settings.ciphers.data());
    mbedtls_ssl_conf_sig_algs(&config, signature_algorithms);
    if (settings.identity)
        ENSURE(mbedtls_ssl_conf_own_cert(&config, &settings.identity->chain.first,
                                         &settings.identity->key->context) == 0);
    // The handshake ends whatever the server's certificate says: policy decides afterwards (RFC
    // 3207 section 4.1), on what verify.hpp finds.
    mbedtls_ssl_conf_authmode(
        &config, client ? MBEDTLS_SSL_VERIFY_NONE : verification(settings.client_certificate));
    if (!settings.alpn.empty()) {
        for (const std::string& name : settings.alpn) protocols_.push_back(name.c_str());
        protocols_.push_back(nullptr);
        ENSURE(mbedtls_ssl_conf_alpn_protocols(&config, protocols_.data()) == 0);
    }
    if (settings.tickets)
        mbedtls_ssl_conf_session_tickets_cb(&config, TicketKey::seal, TicketKey::open,
                                            const_cast<TicketKey*>(settings.tickets.get()));
    if (settings.resumes)
        mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
            &config, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
    // New keys all the same (RFC 8446 section 4.2.9), which tickets alone would not give.
    if (settings.tickets || settings.resumes)
        mbedtls_ssl_conf_tls13_key_exchange_modes(
            &config, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL |
                         MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL);
    if (settings.trust) mbedtls_ssl_conf_ca_chain(&config, &settings.trust->roots.first, nullptr);
}
std::shared_ptr<const SharedConfig> prepare_server(Library& library, Settings settings) {
    Chance chance = library.chance("server settings");
    const Library::Use use(library, chance);
    return std::make_shared<SharedConfig>(std::move(settings), MBEDTLS_SSL_IS_SERVER);
}
std::shared_ptr<const SharedConfig> prepare_client(Library& library, Settings settings) {
    Chance chance = library.chance("client settings");
    const Library::Use use(library, chance);
    return std::make_shared<SharedConfig>(std::move(settings), MBEDTLS_SSL_IS_CLIENT);
}

}  // namespace tls
