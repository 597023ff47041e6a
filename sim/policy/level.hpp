#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace policy {

/// Postfix's security levels for mail between servers.
enum class Level : std::uint8_t {
    none,
    may,
    encrypt,
    fingerprint,
    verify,
    secure,
    dane,
    dane_only,
    mta_sts,  ///< Never an author's: what an enforced policy makes of may, encrypt or dane.
};

std::string_view word(Level level);
std::optional<Level> level_of(std::string_view word);
/// The text that rules what it demands.
std::string_view source(Level level);

/// Does the level ask DNS for TLSA records?
constexpr bool uses_dane(Level level) { return level == Level::dane || level == Level::dane_only; }

/// What a session with one host must reach. A level says it, and for DANE what DNS holds.
enum class Demand : std::uint8_t {
    clear,          ///< No TLS.
    opportunistic,  ///< TLS where it is to be had.
    encrypted,      ///< TLS with whomever.
    fingerprint,    ///< TLS, and a certificate or key that is listed.
    pkix,           ///< TLS, a trusted chain, a name.
    dane,           ///< TLS, and a TLSA record that matches.
};

/// Is mail held back rather than sent in clear text?
constexpr bool demands_tls(Demand demand) { return demand >= Demand::encrypted; }

/// What level `may` does when TLS was offered and then failed.
enum class ClearFallback : std::uint8_t {
    later,      ///< An attempt of a mail older than 5 minutes reconnects in clear text, as Postfix
                ///< does.
    reconnect,  ///< At once, on a new connection.
    same_connection,  ///< At once, on the same connection.
    never,
};
std::string_view word(ClearFallback fallback);
std::optional<ClearFallback> clear_fallback_of(std::string_view word);

/// How names are compared (ID-01 to ID-05).
enum class NameRules : std::uint8_t {
    postfix,  ///< CN where there is no DNS name (RFC 7672 section 3.2.3); ".domain" at any depth.
    rfc9525,  ///< DNS names alone, CN never.
};
std::string_view word(NameRules rules);
std::optional<NameRules> name_rules_of(std::string_view word);

}  // namespace policy
