#pragma once
// Opens records with the secrets of a session (RFC 8446 sections 5.2 and 7.3, RFC 5246 sections
// 6.2.3 and 6.3).
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tls {

/// What protects one way of a session, and how many records it has protected.
class RecordKeys {
  public:
    virtual ~RecordKeys() = default;
    /// The content of a record, header included; nothing when the keys do not fit. A record of TLS
    /// 1.3 ends with its true content type.
    virtual std::optional<std::string> open(std::string_view record) = 0;
};

/// TLS 1.3: from a traffic secret. nullptr: no such suite.
std::unique_ptr<RecordKeys> keys13(std::uint64_t suite, const std::string& secret);
/// The traffic secret after a KeyUpdate (section 7.2).
std::string next_secret13(std::uint64_t suite, const std::string& secret);

/// TLS 1.2: from the master secret and both randoms.
struct Session12 {
    std::uint64_t suite = 0;
    std::string master, client_random, server_random;
    bool encrypt_then_mac = false;  ///< RFC 7366.
};
enum class Writer : std::uint8_t { client, server };
/// Does the client send the premaster secret, sealed for the key of the server's certificate (RFC
/// 5246 section 7.4.7.1)? False for suites that are unknown.
bool has_rsa_key_exchange(std::uint64_t suite);
/// The master secret from the premaster secret, the suite and both randoms (RFC 5246 section 8.1),
/// or from the handshake's messages up to ClientKeyExchange (RFC 7627 section 4). Empty: no such
/// suite.
std::string master12(const Session12& session, std::string_view premaster);
std::string extended_master12(const Session12& session, std::string_view premaster,
                              std::string_view messages);
std::unique_ptr<RecordKeys> keys12(const Session12& session, Writer writer);

/// RFC 5246 section 6.3: the key block as a whole, and its parts, the client's first. A suite that
/// authenticates as it seals has no MAC keys, one in CBC mode no vectors. Empty: no such suite.
struct KeyBlock {
    std::string whole;
    std::string mac_keys[2], keys[2], vectors[2];
};
KeyBlock key_block12(const Session12& session);
/// What `writer`'s Finished says of the messages before it (RFC 5246 section 7.4.9).
std::string verify_data12(const Session12& session, Writer writer, std::string_view messages);

/// What the key schedule of TLS 1.3 is made of (RFC 8446 section 7.1), with the hash of a suite,
/// which is that of its PRF in TLS 1.2. Empty: no such suite.
std::string suite_digest(std::uint64_t suite, std::string_view bytes);
std::string suite_hmac(std::uint64_t suite, std::string_view key, std::string_view bytes);
/// HKDF-Extract (RFC 5869 section 2.2).
std::string hkdf_extract(std::uint64_t suite, std::string_view salt, std::string_view secret);
/// HKDF-Expand-Label; at most one hash long.
std::string hkdf_expand_label(std::uint64_t suite, const std::string& secret,
                              std::string_view label, std::string_view context, std::size_t size);
/// How long a key is that seals records; 0: no such suite.
std::size_t write_key_size(std::uint64_t suite);

}  // namespace tls
