#pragma once
// The decisions of a sender: facts in, verdict with reasons out. No clock, no network, no
// coroutine.
#include <string>
#include <vector>

#include "sim/core/reason.hpp"
#include "sim/core/units.hpp"
#include "sim/policy/identity.hpp"
#include "sim/policy/level.hpp"

namespace policy {

/// One destination's rule.
struct Rule {
    Level level = Level::may;
    std::vector<std::string> match;  ///< Empty: the level's own (`default_match`).
};
/// verify: hostname; secure: nexthop, dot-nexthop (Postfix's smtp_tls_*_cert_match).
std::vector<std::string> default_match(Level level);

struct CertificateFacts {
    bool trusted = false;
    bool expired = false;
    bool not_yet_valid = false;
    std::string trouble;  ///< In words.
    PresentedNames names;
};

/// Does the sender accept the session, and is the peer proven?
struct Judgement {
    bool accepted = false;
    bool proven = false;
    core::Reason reason = core::Reason::none;
    std::string code;  ///< Enhanced status code of a refusal.
    std::string why;   ///< One sentence.
};

/// After a handshake (RFC 3207 section 4.1). `host` is the MX host, `nexthop` the recipient domain.
Judgement judge_certificate(const Rule& rule, const CertificateFacts& facts, std::string_view host,
                            std::string_view nexthop);

/// TLS is not to be had: the server does not offer it, or refused STARTTLS with a reply.
enum class NoTls : std::uint8_t { not_offered, refused };
Judgement judge_absence(Level level, NoTls how);

/// After a failed handshake: may this attempt go on in clear text, and how?
enum class Fallback : std::uint8_t { none, same_connection, new_connection };
Fallback fallback_after_failure(Level level, ClearFallback personality, core::Duration mail_age);

/// Postfix's minimal_backoff_time: a mail younger than that is never sent in clear text after a
/// failed handshake.
inline constexpr core::Duration fallback_age = core::minutes(5);

}  // namespace policy
