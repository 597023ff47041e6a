#pragma once
// What a sender may demand of a session, whatever words its MTA has for that. An MTA's levels are a
// front end that makes it (postfix_level.hpp).
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/units.hpp"

namespace policy {

/// What a session with one host must reach.
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

/// How names are compared (ID-01 to ID-05).
enum class NameRules : std::uint8_t {
    with_common_name,  ///< CN where there is no DNS name (RFC 7672 section 3.2.3).
    rfc9525,           ///< DNS names alone, CN never.
    unchecked,         ///< Any name will do: a trusted chain is enough.
};
/// What a trusted chain may break all the same.
enum class Tolerated : std::uint8_t {
    weakness,  ///< SHA-1 signatures, short keys.
    purpose,   ///< A certificate that is not for servers (extended key usage).
};

/// What TLSA records have to say.
enum class Dane : std::uint8_t {
    not_asked,
    where_found,  ///< They decide where there are secure ones (RFC 7672 section 2.2).
    always,       ///< A host without usable ones is not used.
};
/// What becomes of Dane::where_found where the MX records are insecure.
enum class InsecureMx : std::uint8_t {
    dane,
    opportunistic,
    encrypted,  ///< Where there are TLSA records; they prove nothing then.
};
/// What becomes of a host without usable TLSA records under Dane::always.
struct NoTlsa {
    enum class Unusable : std::uint8_t {
        refused,
        encrypted,  ///< TLS with whomever: they prove nothing.
    } unusable = Unusable::refused;
    enum class Missing : std::uint8_t {
        waits,
        bounces,
    } missing = Missing::waits;  ///< There are none, or DNSSEC proves nothing of them.
};
/// Of records with digests of several kinds, which count? (RFC 7671 section 9, DANE-22)
enum class Agility : std::uint8_t { strongest_alone, all };
/// Whose names a certificate below a trust anchor may bear (RFC 7672 section 3.2.2, DANE-17).
enum class AnchorNames : std::uint8_t { host_and_next_hop, host_alone };
/// Does the sender take its resolver's word that an answer is secure (AD, RFC 4035 section 3.2.3)?
enum class Dnssec : std::uint8_t { believed, ignored };
/// Is TLS begun where it is offered?
enum class Begins : std::uint8_t {
    where_wanted,
    never,  ///< Whatever is demanded: a demand is never met then.
};
/// STARTTLS is refused with 4yz where no TLS is demanded.
enum class RefusedForNow : std::uint8_t {
    clear_text,
    next_host,  ///< The host fails for now.
};
/// Has an MTA-STS policy a say? Not where no TLS is wanted, nor where a stronger rule is the
/// author's own.
enum class Sts : std::uint8_t { ignored, followed };
/// What a refusal of STARTTLS is worth where TLS is demanded.
enum class Refusal : std::uint8_t {
    as_it_is_read,  ///< smtp::Step::starttls_demanded says.
    for_now,        ///< Whatever its digit (RFC 8461 section 5.1, STS-26).
};

/// What opportunistic TLS does when TLS was offered and then failed.
enum class ClearFallback : std::uint8_t {
    later,            ///< On a new connection, once the mail has a certain age.
    reconnect,        ///< At once, on a new connection.
    same_connection,  ///< At once, on the same connection.
    never,
};
/// How TLS came to nothing behind a STARTTLS that was accepted.
enum class TlsFailure : std::uint8_t {
    handshake,    ///< It did not come to its end.
    lost,         ///< The connection was lost inside TLS.
    certificate,  ///< It proves nothing: untrusted, out of date, of another name.
};
/// What an MTA does then, where TLS is opportunistic.
struct ClearText {
    ClearFallback fallback;
    core::Duration from_age;      ///< A younger mail does not go by ClearFallback::later.
    std::set<TlsFailure> causes;  ///< What else happens is no reason.
};

/// What mail for one destination requires.
struct Requirement {
    // Static words of the MTA's, for the trace.
    std::string_view word = "opportunistic";     ///< Its own.
    std::string_view lenient = "opportunistic";  ///< What is opportunistic is called so.
    std::string_view strict = "authenticated";   ///< What demands a chain and the host's name.
    Demand demand = Demand::opportunistic;       ///< Where TLSA records have no say.
    Begins begins = Begins::where_wanted;
    RefusedForNow refused_for_now = RefusedForNow::clear_text;
    std::optional<ClearText> clear_text;  ///< Nothing: the MTA's own.
    Dane dane = Dane::not_asked;
    Dnssec dnssec = Dnssec::believed;
    InsecureMx insecure_mx = InsecureMx::dane;
    NoTlsa no_tlsa;
    Agility agility = Agility::strongest_alone;
    AnchorNames anchor_names = AnchorNames::host_and_next_hop;
    std::set<Tolerated> tolerated;
    std::vector<std::string> match;         ///< Names for Demand::pkix: see `reference_names`.
    std::vector<std::string> fingerprints;  ///< SHA-256 of certificates or keys, 32 bytes each.
    NameRules names = NameRules::with_common_name;
    /// "hostname", "nexthop" or a name, to be sent as SNI; empty: none but for DANE (DANE-21).
    std::string server_name;
    Sts sts = Sts::followed;
    Refusal refusal = Refusal::as_it_is_read;
    /// Not empty: the rule itself is wrong, and mail waits before any host is tried; the reason.
    std::string held;
    /// Not empty: TLS is asked for, and the library refuses to begin a handshake; the reason.
    std::string no_handshake;
};
/// The same with TLS where it is to be had, or none where none is wanted (RFC 8689 section 4.2.2).
Requirement at_most_opportunistic(const Requirement& requirement);

std::string_view word(ClearFallback fallback);
std::optional<ClearFallback> clear_fallback_of(std::string_view word);
/// "handshake", "loss", "certificate".
std::optional<TlsFailure> tls_failure_of(std::string_view word);

}  // namespace policy
