#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace policy {

/// Postfix's security levels for mail between servers, weakest first.
enum class Level : std::uint8_t { none, may, encrypt, verify, secure };

std::string_view word(Level level);
std::optional<Level> level_of(std::string_view word);

/// Is mail at this level held back rather than sent in clear text?
constexpr bool demands_tls(Level level) { return level >= Level::encrypt; }
/// Must the peer prove its name?
constexpr bool demands_proof(Level level) { return level >= Level::verify; }

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

}  // namespace policy
