#pragma once
// The numbers of TLS and their names, as IANA's registries have them. Empty: not known here.
#include <cstdint>
#include <string_view>

namespace tls {

std::string_view content_type_name(std::uint64_t type);
std::string_view version_name(std::uint64_t version);
std::string_view handshake_name(std::uint64_t type);
std::string_view extension_name(std::uint64_t type);
std::string_view group_name(std::uint64_t group);
std::string_view signature_name(std::uint64_t scheme);
std::string_view cipher_suite_name(std::uint64_t suite);
/// A cipher of three bytes, as hellos of SSL 2.0 have them.
std::string_view ssl2_cipher_name(std::uint64_t cipher);
std::string_view ssl2_message_name(std::uint64_t type);
std::string_view ssl2_error_name(std::uint64_t error);
std::string_view alert_level_name(std::uint64_t level);
std::string_view alert_name(std::uint64_t description);
std::string_view client_certificate_type_name(std::uint64_t type);
std::string_view compression_name(std::uint64_t method);
std::string_view point_format_name(std::uint64_t format);
std::string_view psk_mode_name(std::uint64_t mode);
std::string_view curve_type_name(std::uint64_t type);
std::string_view key_update_name(std::uint64_t request);

}  // namespace tls
