#pragma once
// Certificates minted from the seed, with virtual dates. The same wish in the same world is the
// same certificate.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/tls/library.hpp"
#include "sim/tls/signing.hpp"

namespace tls {

enum class KeyKind : std::uint8_t {
    ecdsa_p256,
    rsa_2048,
    rsa_1024,
    ecdsa_p384,
    ecdsa_p521,
    rsa_4096,
    rsa_512,
};
enum class Digest : std::uint8_t { sha256, sha1, sha384, sha512 };
/// Extended key usage (RFC 5280 section 4.2.1.12); `none`: the extension is left out.
enum class Usage : std::uint8_t { server, client, none, any, mail };
/// What is sent behind the certificate: all up to the root; nothing; all but the root; the CAs that
/// `CertificateWish::sent` names.
enum class Chain : std::uint8_t { complete, incomplete, without_root, listed };
enum class X509Version : std::uint8_t { v3, v1 };  ///< Version 1 has no extensions.

/// Bits of key usage (section 4.2.1.3).
enum KeyUsage : unsigned {
    digital_signature = 1,
    key_encipherment = 2,
    key_agreement = 4,
    cert_sign = 8,
    crl_sign = 16,
};

/// The root that everybody trusts who was not told otherwise.
inline constexpr const char* lab_root = "Lab Root CA";

/// What a certificate shall say. Names are as `general_name` takes them (name_constraints.hpp).
struct CertificateWish {
    std::string owner;             ///< Whose key it is: each owner has its own.
    std::string key_name;          ///< Which of the owner's keys; empty: the first.
    std::string authority;         ///< The CA at the top; empty: signed with its own key.
    std::vector<std::string> via;  ///< CAs between: the first by `authority`, the last signs it.
    std::string beside;            ///< A CA that signed nothing of it, and is shown all the same.
    Chain chain = Chain::complete;
    std::vector<std::string> sent;  ///< For Chain::listed: names of CAs, in that order.
    std::vector<std::string> names;
    std::string common_name;
    Instant valid_from, valid_until;
    KeyKind key = KeyKind::ecdsa_p256;
    Digest digest = Digest::sha256;
    std::optional<Usage> usage;           ///< Else server; of a CA and of what signs itself, none.
    std::optional<unsigned> key_usage;    ///< Bits of KeyUsage; 0: no extension. Else as it needs.
    std::optional<bool> is_ca;            ///< Basic constraints. Else as it needs.
    std::optional<unsigned> path_length;  ///< Most CAs below, without the last certificate.
    std::vector<std::string> permits,
        excludes;  ///< Name constraints, as `subtree_name` takes them.
    X509Version version = X509Version::v3;
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
    /// The store of these CAs, and of certificates (DER) beside.
    std::shared_ptr<const TrustStore> trust(const std::set<std::string>& authorities,
                                            const std::vector<std::string>& others = {});
    /// What the CA of that name is like, wherever it stands. False: it has signed or was trusted
    /// before, or was described already.
    bool describe(const std::string& authority, CertificateWish wish);
    /// Of every CA that was not described; its name and its owner are left empty.
    CertificateWish usual_authority() const;
    /// A key that signs mail: each owner has its own, and none is a certificate's.
    SigningKey signing_key(const std::string& owner);

  private:
    enum class Role : std::uint8_t { host, authority, own_authority };  // the last: self-signed
    /// CAs by name, from the root down.
    using Path = std::vector<std::string>;
    Minted& minted(KeyKind kind);
    /// Where a certificate below that path belongs.
    Minted& minted(const Path& path, KeyKind leaf);
    std::shared_ptr<PrivateKey> key_of(const std::string& owner, KeyKind kind,
                                       const std::string& key_name = {});
    const Issued& authority(const Path& path);
    const CertificateWish* description_of(const std::string& name) const;
    std::string described(const Path& names) const;
    std::vector<std::string> sent_behind(const CertificateWish& wish, const Path& path);
    Issued sign(const CertificateWish& wish, const Issued* issuer, Role role);

    Library& library_;
    std::uint64_t seed_;
    KeyCache* cache_;
    std::shared_ptr<Minted> shared_;
    /// With RSA: Mbed TLS draws when such a key signs for the first time, and notes it in the key.
    std::unique_ptr<Minted> own_;
    std::map<std::string, CertificateWish> descriptions_;
    std::set<std::string> used_;  ///< CAs that have signed, were shown or trusted.
};

/// DER of the chain that an identity sends, leaf first.
std::vector<std::string> chain_der(const Identity& identity);
/// DER of its private key: RSAPrivateKey (RFC 8017 section A.1.2) or ECPrivateKey (RFC 5915).
std::string private_key_der(const Identity& identity);
/// DER of each trusted CA certificate.
std::vector<std::string> roots_der(const TrustStore& store);
/// The certificate itself, and the top of its chain: what TLSA records are made of.
ShownCertificate leaf_of(const Identity& identity);
ShownCertificate anchor_of(const Identity& identity);
/// The CA that signed it, where that is not the top; nothing where it is.
std::optional<ShownCertificate> intermediate_of(const Identity& identity);
/// How long the message would be that shows the chain: in TLS 1.3 (RFC 8446 section 4.4.2), which
/// needs more room than TLS 1.2.
std::size_t certificate_message_size(const Identity& identity);
/// The longest that Mbed TLS sends: it puts a message into one record (RFC 8446 section 5.1).
inline constexpr std::size_t longest_certificate_message = 16384;
/// RFC 7468 section 5.
std::string pem(std::string_view der);

}  // namespace tls
