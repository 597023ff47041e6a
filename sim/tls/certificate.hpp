#pragma once
// Certificates minted from the seed, with virtual dates. The same wish in the same world is the
// same certificate.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/tls/library.hpp"
#include "sim/tls/signing.hpp"

namespace tls {

enum class KeyKind : std::uint8_t { ecdsa_p256, rsa_2048, rsa_1024 };
enum class Digest : std::uint8_t { sha256, sha1 };
enum class Usage : std::uint8_t { server, client };
enum class Chain : std::uint8_t { complete, incomplete };

/// The root that everybody trusts who was not told otherwise.
inline constexpr const char* lab_root = "Lab Root CA";

/// What a certificate shall say. Names are DNS names, or IPv4 addresses.
struct CertificateWish {
    std::string owner;              ///< Whose key it is: each owner has its own.
    std::string key_name;           ///< Which of the owner's keys; empty: the first.
    std::string authority;          ///< The CA that signs; empty: signed with its own key.
    std::string intermediate;       ///< A CA between `authority` and the certificate, or empty.
    std::string beside;             ///< A CA that signed nothing of it, and is shown all the same.
    Chain chain = Chain::complete;  ///< Up to the root; `incomplete`: the leaf alone is sent.
    std::vector<std::string> names;
    std::string common_name;
    Instant valid_from, valid_until;
    KeyKind key = KeyKind::ecdsa_p256;
    Digest digest = Digest::sha256;
    Usage usage = Usage::server;
};

/// One certificate of the chain that a peer showed.
struct ShownCertificate {
    std::string certificate, key;  ///< DER: all of it; its SubjectPublicKeyInfo.
    std::string certificate_sha256, certificate_sha512, key_sha256, key_sha512;
    bool anchors_leaf = false;  ///< With it as the only trust anchor, the chain below it holds ...
    bool dates_hold = false;    ///< ... and so do all dates on the way.
};

struct PrivateKey;
/// A certificate as a signer sees it.
struct Issued;
/// A private key and the chain that goes with it, leaf first.
class Identity;
/// The CA certificates that a peer believes.
class TrustStore;

/// What several mints make alike, and none of them changes.
struct Minted;

/// Keys that several worlds of one seed share, and what is signed with them, so that each is made
/// once. A key depends on the seed and on whose it is alone, a certificate on what is wished, too:
/// with or without the cache, they are the same.
class KeyCache {
  public:
    /// DER (RFC 5915, RFC 8017) by seed and owner.
    std::map<std::pair<std::uint64_t, std::string>, std::string> keys;

  private:
    friend class Mint;
    /// All that certificates depend on beside the wish, and whose arithmetic makes them.
    struct Origin {
        std::uint64_t seed;
        Instant begins;
        Curves curves;
        auto operator<=>(const Origin&) const = default;
    };
    std::shared_ptr<Minted> minted_in(const Origin& origin);
    std::map<Origin, std::shared_ptr<Minted>> minted_;
};

class Mint {
  public:
    /// `seed` names the world in the cache, which may be absent and must outlive the mint.
    explicit Mint(Library& library, std::uint64_t seed = 0, KeyCache* cache = nullptr);
    ~Mint();
    std::shared_ptr<const Identity> issue(const CertificateWish& wish);
    std::shared_ptr<const TrustStore> trust(const std::set<std::string>& authorities);
    /// A key that signs mail: each owner has its own, and none is a certificate's.
    SigningKey signing_key(const std::string& owner);

  private:
    enum class Role : std::uint8_t { host, authority, own_authority };  // the last: self-signed
    Minted& minted(KeyKind kind) { return kind == KeyKind::ecdsa_p256 ? *shared_ : *own_; }
    std::shared_ptr<PrivateKey> key_of(const std::string& owner, KeyKind kind,
                                       const std::string& key_name = {});
    const Issued& authority(const std::string& name, const std::string& above);
    Issued sign(const CertificateWish& wish, const Issued* issuer, Role role);

    Library& library_;
    std::uint64_t seed_;
    KeyCache* cache_;
    std::shared_ptr<Minted> shared_;
    /// With RSA: Mbed TLS draws when such a key signs for the first time, and notes it in the key.
    std::unique_ptr<Minted> own_;
};

/// DER of the chain that an identity sends, leaf first.
std::vector<std::string> chain_der(const Identity& identity);
/// DER of each trusted CA certificate.
std::vector<std::string> roots_der(const TrustStore& store);
/// The certificate itself, and the top of its chain: what TLSA records are made of.
ShownCertificate leaf_of(const Identity& identity);
ShownCertificate anchor_of(const Identity& identity);
/// RFC 7468 section 5.
std::string pem(std::string_view der);

}  // namespace tls
