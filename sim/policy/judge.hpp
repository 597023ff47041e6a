#pragma once
// The decisions of a sender: facts in, verdict with reasons out. No clock, no network, no
// coroutine.
#include <optional>
#include <string>
#include <vector>

#include "sim/core/reason.hpp"
#include "sim/core/units.hpp"
#include "sim/policy/dane.hpp"
#include "sim/policy/demand.hpp"
#include "sim/policy/identity.hpp"
#include "sim/policy/mta_sts.hpp"

namespace policy {

/// How much a session proves about the peer (the words are those of Postfix's TLS_README).
enum class Standing : std::uint8_t { untrusted, trusted, verified };

/// Does the sender accept the session, and what does it prove?
struct Judgement {
    bool accepted = false;
    Standing standing = Standing::untrusted;
    core::Reason reason = core::Reason::none;
    std::string code;  ///< Enhanced status code of a refusal.
    std::string why;   ///< One sentence.
};

/// What DNS said of one host.
struct DnsFacts {
    NamedBy named = NamedBy::insecure_mx;
    TlsaLookup lookup = TlsaLookup::not_asked;
    std::vector<TlsaRecord> records;
    std::string base;  ///< Where they were found.
};

/// What a session with one host must reach, known before it is connected.
struct Plan {
    Demand demand = Demand::opportunistic;
    std::vector<TlsaRecord> tlsa;      ///< For Demand::dane: the usable ones.
    std::string base;                  ///< And the name they stand for.
    std::optional<Judgement> refusal;  ///< The host is not to be used.
    std::string why;
};
/// RFC 7672 section 2.2 (DANE-09 to DANE-14, DANE-26); without DANE its demand alone.
Plan plan_session(const Requirement& wanted, const DnsFacts& facts, std::string_view host);

/// The rule of an enforced policy: a trusted chain that names the MX host, by DNS names alone, with
/// that name as SNI (RFC 8461 sections 4.2 and 7.1, STS-20, STS-21). In the words of the usual one.
Requirement mta_sts_requirement(const Requirement& usual);
/// What an enforced policy demands of one host (section 4.1, STS-19).
Plan plan_mta_sts(const mta_sts::Policy& policy, std::string_view host);

struct CertificateFacts {
    bool trusted = false;                 ///< The chain leads to a trusted root and breaks no rule.
    bool weakly_signed = false;           ///< SHA-1 or a short key is the only rule it breaks.
    bool for_no_server = false;           ///< The certificate's purpose is the only rule it breaks.
    bool weak_and_for_no_server = false;  ///< Both are.
    bool expired = false;                 ///< Or one of its issuers.
    bool not_yet_valid = false;           ///< Likewise.
    bool own_dates_hold = false;
    std::string trouble;  ///< In words.
    PresentedNames names;
    std::vector<ShownCertificate> chain;     ///< Leaf first.
    std::vector<PublishedAnchor> published;  ///< Of the plan's records.
};

/// Where a session leads: `host` is the MX host, `nexthop` the recipient domain.
struct SessionPeer {
    std::string host, nexthop;
    NamedBy named = NamedBy::insecure_mx;
    /// The next hop at the end of its aliases, all of them secure; empty: it has none.
    std::string expanded_nexthop;
};

/// After a handshake (RFC 3207 section 4.1).
Judgement judge_certificate(const Requirement& wanted, const Plan& plan,
                            const CertificateFacts& facts, const SessionPeer& to);

/// Why there is no TLS.
enum class NoTls : std::uint8_t {
    not_offered,
    refused,          ///< STARTTLS, with a reply.
    refused_for_now,  ///< With 4yz.
    not_begun,        ///< The sender begins none (Begins::never).
};
Judgement judge_absence(const Requirement& wanted, Demand demand, NoTls how);

/// After a failure of TLS: may this attempt go on in clear text, and how?
enum class Fallback : std::uint8_t { none, same_connection, new_connection };
Fallback fallback_after(TlsFailure failure, Demand demand, const ClearText& habit,
                        core::Duration mail_age);

}  // namespace policy
