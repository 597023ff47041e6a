#pragma once
// The least that a sender is content with, whatever a destination says of itself: who has to have
// named its hosts, and no less protection than it once had.
#include <optional>
#include <string>
#include <string_view>

#include "sim/policy/judge.hpp"

namespace policy {

/// Who must have named an MX host before mail goes there. MX records alone prove nothing: whoever
/// answers in DNS's place names hosts of his own (RFC 8461 section 1, RFC 7672 section 1.3.2).
enum class MxProof : std::uint8_t {
    nothing,
    dnssec,   ///< Signed MX records; where there are none, the signed address of the domain.
    mta_sts,  ///< A policy of MTA-STS in mode enforce, which names the host.
    either,
};
/// "anything", "signed", "sts", "signed or sts".
std::optional<MxProof> mx_proof_of(std::string_view word);

/// Who named it.
struct MxNamedBy {
    bool dnssec = false;
    bool mta_sts = false;
};
/// Nothing where that is enough; else the refusal: mx-not-proven, 4.7.0 (RFC 3463 section 3.8).
std::optional<Judgement> refuse_mx(MxProof wanted, MxNamedBy found, std::string_view host);

/// How well a session is protected, the least first.
enum class Protected : std::uint8_t {
    not_at_all,     ///< Clear text.
    encrypted,      ///< TLS, with whomever.
    authenticated,  ///< TLS with a host that proves its name, by a trusted chain or by DANE.
};
/// "clear text", "TLS", "authenticated TLS".
std::string_view word(Protected session);
/// Nothing where a session gives what the domain once had; else the refusal: protection-lost,
/// 4.7.10 (encryption needed, RFC 5248).
std::optional<Judgement> refuse_less(Protected once, Protected now, std::string_view domain);

/// What a certificate is judged by where none is demanded, and an untrusted one counts as a failure
/// of TLS all the same: a trusted chain, and the name of the host.
Requirement lenient_requirement(const Requirement& usual);

}  // namespace policy
