#pragma once
// Postfix's tables of rules by destination: smtp_tls_policy_maps (postconf(5), and "Client TLS
// security levels" and "Configuring TLS policies" of TLS_README). Text in, rules out.
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/postfix_level.hpp"
#include "sim/policy/postfix_text.hpp"

namespace policy::postfix {

/// What main.cf says, and a rule that says nothing of it takes over. As Postfix has it where there
/// is no main.cf.
struct Defaults {
    std::vector<std::string> verify_match, secure_match;  ///< Empty: the level's own.
    std::vector<std::string> fingerprints;                ///< smtp_tls_fingerprint_cert_match.
    std::string server_name;
    Versions protocols{{"TLSv1.2", "TLSv1.3"}, true, {}};            ///< Level may.
    Versions mandatory_protocols{{"TLSv1.2", "TLSv1.3"}, true, {}};  ///< Levels above it.
    Rule::InsecureMx insecure_mx = Rule::InsecureMx::may;
    std::string digest = "sha256";  ///< smtp_tls_fingerprint_digest.
    /// Does Postfix ask for signatures (smtp_dns_support_level = dnssec)? Without, dane is may.
    enum class Dnssec : std::uint8_t { asked, not_asked } dnssec = Dnssec::asked;
};

/// Hosts below a destination need room for their own labels (RFC 1035 section 2.3.4).
inline constexpr std::size_t longest_played = 240;

/// One destination's rule.
struct Entry {
    std::string
        destination;  ///< Lower case: "bob.example", ".bob.example", "[mx.bob.example]:587";
                      ///< "*" matches whatever is looked up (static:).
    Rule rule;
    std::vector<std::string> versions;  ///< Of TLSv1.2 and TLSv1.3.
    std::string file;
    int line = 0;
};

struct Table {
    std::vector<Entry> entries;  ///< In the order of the file.
    std::vector<Remark> remarks;
};

/// The text of a table, as postmap or texthash: take it. `file` is its name, for remarks. An entry
/// with a mistake is left out, and remarked on.
Table read_table(std::string_view text, std::string_view file, const Defaults& defaults);
/// One entry's right-hand side, as "secure match=.bob.example": where a table stands in main.cf.
/// `line` says where.
Table read_entry(std::string_view destination, std::string_view rule, std::string_view file,
                 int line, const Defaults& defaults);

/// The rule of a level alone, as smtp_tls_security_level gives it.
Entry usual_entry(Level level, const Defaults& defaults);

/// As Postfix looks up: the next hop itself; where it is a bare domain, then each parent with a
/// dot before it. Nothing: the level of main.cf holds.
const Entry* find(const std::vector<Entry>& entries, std::string_view next_hop);

/// The host or domain inside a destination: "mx.bob.example" of "[mx.bob.example]:587".
std::string_view host_of(std::string_view destination);

/// A list of fingerprints, parted by any of `separators`, put into `out` as bytes. Empty: all went
/// well; else what is wrong.
std::string add_fingerprints(std::string_view list, std::string_view separators,
                             std::string_view digest, std::vector<std::string>& out);
/// Cipher words of OpenSSL that mailtls, whose suites are all strong, lacks anyway. Else the first
/// that it could only pretend to leave out.
std::string_view first_that_counts(std::string_view exclusions);

}  // namespace policy::postfix
