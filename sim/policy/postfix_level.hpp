#pragma once
// Postfix's words for what is demanded: smtp_tls_security_level and smtp_tls_policy_maps
// (TLS_README). A front end: the decisions know requirements alone.
#include "sim/policy/demand.hpp"

namespace policy {

/// Postfix's security levels for mail between servers.
enum class Level : std::uint8_t {
    none,
    may,
    encrypt,
    fingerprint,
    verify,
    secure,
    dane,
    dane_only,
    mta_sts,  ///< Never an author's: what an enforced policy makes of may, encrypt or dane.
};

std::string_view word(Level level);
std::optional<Level> level_of(std::string_view word);
/// "postfix", which looks at the CN, or "rfc9525".
std::string_view word(NameRules rules);
std::optional<NameRules> name_rules_of(std::string_view word);
/// The text that rules what it demands.
std::string_view source(Level level);

/// Does the level ask DNS for TLSA records?
constexpr bool uses_dane(Level level) { return level == Level::dane || level == Level::dane_only; }
/// Does MTA-STS have a say where this is the rule?
constexpr bool follows_mta_sts(Level level) {
    return level == Level::may || level == Level::encrypt || level == Level::dane;
}

/// One destination's rule.
struct Rule {
    Level level = Level::may;
    std::vector<std::string> match;         ///< Empty: the level's own (`default_match`).
    std::vector<std::string> fingerprints;  ///< SHA-256 of certificates or keys, 32 bytes each.
    NameRules names = NameRules::with_common_name;
    std::string server_name;  ///< As Requirement has it.
    /// What DANE becomes where the MX records are insecure (smtp_tls_dane_insecure_mx_policy).
    enum class InsecureMx : std::uint8_t { dane, may, encrypt } insecure_mx = InsecureMx::dane;
    std::string held;          ///< As Requirement has it.
    std::string no_handshake;  ///< As Requirement has it.
};
/// verify: hostname; secure: nexthop, dot-nexthop (Postfix's smtp_tls_*_cert_match).
std::vector<std::string> default_match(Level level);

/// "dane", "may", "encrypt".
std::string_view word(Rule::InsecureMx insecure_mx);
std::optional<Rule::InsecureMx> insecure_mx_of(std::string_view word);

/// Where a table of destinations says `dane` and no more: the level for all decides.
Rule::InsecureMx insecure_mx_below(Level for_all);

Requirement requirement_of(const Rule& rule);
/// Of the level alone.
Requirement requirement_of(Level level);

}  // namespace policy
