#include "sim/tls/names.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <mbedtls/ssl_ciphersuites.h>

#include "sim/tls/shared_config.hpp"

namespace tls {
namespace {

struct Name {
    std::uint32_t number;
    std::string_view name;
};

template <std::size_t N>
std::string_view name_in(const Name (&names)[N], std::uint64_t number) {
    const auto found = std::find_if(std::begin(names), std::end(names),
                                    [&](const Name& n) { return n.number == number; });
    return found == std::end(names) ? std::string_view() : found->name;
}

// RFC 8446 section 5.1.
constexpr Name content_types[] = {
    {20, "change_cipher_spec"}, {21, "alert"}, {22, "handshake"}, {23, "application_data"}};

constexpr Name version_names[] = {{0x0002, "SSL 2.0"}, {0x0300, "SSL 3.0"}, {0x0301, "TLS 1.0"},
                                  {0x0302, "TLS 1.1"}, {0x0303, "TLS 1.2"}, {0x0304, "TLS 1.3"}};

// RFC 8446 section 4, RFC 5246 section 7.4.
constexpr Name handshakes[] = {
    {0, "hello_request"},      {1, "client_hello"},         {2, "server_hello"},
    {4, "new_session_ticket"}, {5, "end_of_early_data"},    {8, "encrypted_extensions"},
    {11, "certificate"},       {12, "server_key_exchange"}, {13, "certificate_request"},
    {14, "server_hello_done"}, {15, "certificate_verify"},  {16, "client_key_exchange"},
    {20, "finished"},          {22, "certificate_status"},  {24, "key_update"},
    {254, "message_hash"}};

constexpr Name extensions[] = {{0, "server_name"},
                               {1, "max_fragment_length"},
                               {5, "status_request"},
                               {10, "supported_groups"},
                               {11, "ec_point_formats"},
                               {13, "signature_algorithms"},
                               {16, "application_layer_protocol_negotiation"},
                               {18, "signed_certificate_timestamp"},
                               {21, "padding"},
                               {22, "encrypt_then_mac"},
                               {23, "extended_main_secret"},
                               {28, "record_size_limit"},
                               {35, "session_ticket"},
                               {41, "pre_shared_key"},
                               {42, "early_data"},
                               {43, "supported_versions"},
                               {44, "cookie"},
                               {45, "psk_key_exchange_modes"},
                               {47, "certificate_authorities"},
                               {49, "post_handshake_auth"},
                               {50, "signature_algorithms_cert"},
                               {51, "key_share"},
                               {0xFF01, "renegotiation_info"}};

// RFC 8446 section 4.2.7, RFC 8422 section 5.1.1.
constexpr Name groups[] = {{21, "secp224r1"},       {22, "secp256k1"},
                           {23, "secp256r1"},       {24, "secp384r1"},
                           {25, "secp521r1"},       {26, "brainpoolP256r1"},
                           {27, "brainpoolP384r1"}, {28, "brainpoolP512r1"},
                           {29, "x25519"},          {30, "x448"},
                           {256, "ffdhe2048"},      {257, "ffdhe3072"},
                           {258, "ffdhe4096"},      {259, "ffdhe6144"},
                           {260, "ffdhe8192"},      {4588, "X25519MLKEM768"}};

// RFC 8446 section 4.2.3. TLS 1.2 has the same numbers in two halves (RFC 5246 section 7.4.1.4.1).
constexpr Name signatures[] = {{0x0201, "rsa_pkcs1_sha1"},
                               {0x0203, "ecdsa_sha1"},
                               {0x0301, "rsa_pkcs1_sha224"},
                               {0x0303, "ecdsa_sha224"},
                               {0x0401, "rsa_pkcs1_sha256"},
                               {0x0403, "ecdsa_secp256r1_sha256"},
                               {0x0501, "rsa_pkcs1_sha384"},
                               {0x0503, "ecdsa_secp384r1_sha384"},
                               {0x0601, "rsa_pkcs1_sha512"},
                               {0x0603, "ecdsa_secp521r1_sha512"},
                               {0x0804, "rsa_pss_rsae_sha256"},
                               {0x0805, "rsa_pss_rsae_sha384"},
                               {0x0806, "rsa_pss_rsae_sha512"},
                               {0x0807, "ed25519"},
                               {0x0808, "ed448"},
                               {0x0809, "rsa_pss_pss_sha256"},
                               {0x080a, "rsa_pss_pss_sha384"},
                               {0x080b, "rsa_pss_pss_sha512"}};

// RFC 8446 section 6.
constexpr Name alerts[] = {{0, "close_notify"},
                           {10, "unexpected_message"},
                           {20, "bad_record_mac"},
                           {21, "decryption_failed"},
                           {22, "record_overflow"},
                           {40, "handshake_failure"},
                           {42, "bad_certificate"},
                           {43, "unsupported_certificate"},
                           {44, "certificate_revoked"},
                           {45, "certificate_expired"},
                           {46, "certificate_unknown"},
                           {47, "illegal_parameter"},
                           {48, "unknown_ca"},
                           {49, "access_denied"},
                           {50, "decode_error"},
                           {51, "decrypt_error"},
                           {70, "protocol_version"},
                           {71, "insufficient_security"},
                           {80, "internal_error"},
                           {86, "inappropriate_fallback"},
                           {90, "user_canceled"},
                           {100, "no_renegotiation"},
                           {109, "missing_extension"},
                           {110, "unsupported_extension"},
                           {112, "unrecognized_name"},
                           {113, "bad_certificate_status_response"},
                           {115, "unknown_psk_identity"},
                           {116, "certificate_required"},
                           {120, "no_application_protocol"}};

constexpr Name point_formats[] = {
    {0, "uncompressed"}, {1, "ansiX962_compressed_prime"}, {2, "ansiX962_compressed_char2"}};

}  // namespace

std::string_view content_type_name(std::uint64_t type) { return name_in(content_types, type); }
std::string_view version_name(std::uint64_t version) { return name_in(version_names, version); }
std::string_view handshake_name(std::uint64_t type) { return name_in(handshakes, type); }
std::string_view extension_name(std::uint64_t type) { return name_in(extensions, type); }
std::string_view group_name(std::uint64_t group) { return name_in(groups, group); }
std::string_view signature_name(std::uint64_t scheme) { return name_in(signatures, scheme); }
std::string_view alert_name(std::uint64_t description) { return name_in(alerts, description); }
std::string_view point_format_name(std::uint64_t format) { return name_in(point_formats, format); }

std::string_view alert_level_name(std::uint64_t level) {
    return level == 1 ? "warning" : level == 2 ? "fatal" : "";
}
std::string_view compression_name(std::uint64_t method) { return method == 0 ? "null" : ""; }
std::string_view psk_mode_name(std::uint64_t mode) {
    return mode == 0 ? "psk_ke" : mode == 1 ? "psk_dhe_ke" : "";
}
std::string_view curve_type_name(std::uint64_t type) { return type == 3 ? "named_curve" : ""; }
// RFC 8422 section 5.5; RFC 5246 section 7.4.4.
std::string_view client_certificate_type_name(std::uint64_t type) {
    return type == 1 ? "rsa_sign" : type == 64 ? "ecdsa_sign" : "";
}
std::string_view key_update_name(std::uint64_t request) {
    return request == 0 ? "update_not_requested" : request == 1 ? "update_requested" : "";
}

// The library's list, by IANA's names; and what is no suite but stands among them (RFC 5746).
std::string_view cipher_suite_name(std::uint64_t suite) {
    static const std::map<std::uint64_t, std::string> names = [] {
        std::map<std::uint64_t, std::string> out{{0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"},
                                                 {0x5600, "TLS_FALLBACK_SCSV"}};
        for (const int* id = mbedtls_ssl_list_ciphersuites(); *id != 0; ++id)
            out[static_cast<std::uint64_t>(*id)] = iana_name(mbedtls_ssl_get_ciphersuite_name(*id));
        return out;
    }();
    const auto found = names.find(suite);
    return found == names.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace tls
