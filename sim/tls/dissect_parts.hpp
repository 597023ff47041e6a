#pragma once
// The parts of which the dissector is made.
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/core/field_reader.hpp"
#include "sim/tls/dissect.hpp"

namespace tls {

using core::FieldReader;
using core::bytes_of_hex;
using core::hex_text;
using core::NameOf;

inline constexpr core::CommonIds ids{not_understood, "tls.length"};

enum class Sender : std::uint8_t { client, server };
enum class Version13 : std::uint8_t { no, yes };  ///< Is it TLS 1.3?

inline constexpr std::size_t handshake_header_size = 4;
/// Of a message with its header, of which the header is there.
inline std::size_t handshake_size(std::string_view message) {
    const auto octet = [&](std::size_t i) {
        return std::size_t{static_cast<unsigned char>(message[i])};
    };
    return handshake_header_size + (octet(1) << 16 | octet(2) << 8 | octet(3));
}

/// The random of a ServerHello that asks for another ClientHello: SHA-256 of "HelloRetryRequest"
/// (RFC 8446 section 4.1.3).
inline constexpr std::string_view hello_retry_random =
    "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91"
    "\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C";

/// Handshake messages, one after another.
std::vector<Field> dissect_handshake(std::string_view bytes, Version13 version);
/// One record of SSL 2.0.
void dissect_ssl2(std::string_view record, std::vector<Field>& out);
/// A list of extensions with its length; nothing where nothing is left.
void dissect_extensions(FieldReader& in, Sender sender);
/// The rest is one certificate (RFC 5280).
void dissect_certificate(FieldReader& in);

}  // namespace tls
