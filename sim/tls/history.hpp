#pragma once
// Versions that are forbidden, as bytes: Mbed TLS speaks none of them. They are played as far as
// the hellos, at record level.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/net/stream.hpp"

namespace tls {

enum class OldVersion : std::uint8_t { ssl2, ssl3, tls10, tls11 };

/// What a version on the wire is called, and the RFC that forbids it: "SSL 3.0, which RFC 7568
/// forbids". Empty above TLS 1.1.
std::string forbidden(unsigned version);

/// The hello of a client that offers these versions alone, at least one, none above TLS 1.1. It has
/// the form of SSL 2.0 where that is among them. `random`: 32 bytes. Only TLS has room for a
/// server's name.
std::string old_client_hello(const std::vector<OldVersion>& versions, std::string_view random,
                             std::string_view server_name);

/// What a server that speaks this version alone makes of a hello: a ServerHello; the fatal alert
/// protocol_version where less is offered; nothing where it cannot even read that, and hangs up.
/// `certificate`, in DER, is shown where the hello has room for it, which is in SSL 2.0.
std::string old_server_answer(OldVersion version, std::string_view client_hello,
                              std::string_view certificate);

/// The next record, of TLS or of SSL 2.0; where the stream ends before it, what has come of it.
core::Task<std::string> next_record(net::Stream& stream);

/// Plays a client with this hello as far as the server's answer, and says how it ends. There is no
/// other end than failure.
core::Task<std::string> offer_old_versions(net::Stream& stream,
                                           const std::vector<OldVersion>& versions,
                                           std::string hello);

}  // namespace tls
