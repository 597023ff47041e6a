#pragma once
// DANE for SMTP: RFC 7672 with RFC 6698 and RFC 7671. Which records count, and does a chain match?
#include <array>
#include <string>
#include <vector>

#include "sim/core/units.hpp"

namespace policy {

/// One TLSA record: RFC 6698 section 2.1.
struct TlsaRecord {
    unsigned usage = 0, selector = 0, matching = 0;
    std::string data;  ///< Bytes.
    /// Full data (matching type 0): is it the certificate or the key that its selector says?
    bool readable = true;
};

/// How the host came by its name (RFC 7672 section 2.2.2, DANE-05).
enum class NamedBy : std::uint8_t {
    insecure_mx,  ///< An MX record for which nobody vouches.
    secure_mx,
    no_mx,  ///< The administrator, or the domain itself, which has no MX records.
};
/// A host that no MX record names counts as one that a secure MX record names.
constexpr bool is_vouched_for(NamedBy named) { return named != NamedBy::insecure_mx; }

/// What was learned about TLSA records of one host.
enum class TlsaLookup : std::uint8_t {
    not_asked,  ///< The address is insecure, so there is no use (RFC 7672 section 2.2.2, DANE-05).
    absent,     ///< Proven absent, or the answer is insecure (DANE-11).
    failed,     ///< Bogus, SERVFAIL, or no answer (DANE-12).
    found,
};

/// One certificate of the chain that was shown, as TLSA records may name it.
struct ShownCertificate {
    std::string certificate, key;  ///< DER: the certificate; its SubjectPublicKeyInfo.
    std::string certificate_sha256, certificate_sha512, key_sha256, key_sha512;
    /// As a trust anchor: does the chain below it hold, and are its dates right?
    bool anchors_leaf = false;
    bool dates_hold = false;
};

/// A trust anchor that a TLSA record holds in full (usage 2, matching type 0), tried on the chain:
/// the server need not send it (RFC 7671 sections 5.2.2 and 5.2.3).
struct PublishedAnchor {
    unsigned selector = 0;
    std::string data;
    bool anchors_leaf = false;
    bool dates_hold = false;
};

/// Can a client that speaks RFC 7672 use it at all? Usages 2 and 3, selectors 0 and 1, matching
/// types 0 to 2 (DANE-19, DANE-30).
bool is_usable(const TlsaRecord& record);
/// Has the data a length that its matching type can have, and is full data what it should be? Else
/// the record is unusable (RFC 7671 section 10.3).
bool is_well_formed(const TlsaRecord& record);
/// What counts among usable records: for each usage and selector the full data and the strongest
/// digest (RFC 7671 section 9, DANE-22).
std::vector<TlsaRecord> strongest(const std::vector<TlsaRecord>& records);
/// Does the record name this certificate?
bool matches(const TlsaRecord& record, const ShownCertificate& shown);
/// "3 1 1".
std::string parameters(const TlsaRecord& record);

}  // namespace policy
