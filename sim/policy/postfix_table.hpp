#pragma once
// Postfix's tables of rules by destination: smtp_tls_policy_maps (postconf(5), and "Client TLS
// security levels" and "Configuring TLS policies" of TLS_README). Text in, rules out.
#include <map>
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
    std::string fingerprints;                             ///< smtp_tls_fingerprint_cert_match.
    std::string server_name;
    Versions protocols{{"TLSv1.2", "TLSv1.3"}, true, {}};            ///< Level may.
    Versions mandatory_protocols{{"TLSv1.2", "TLSv1.3"}, true, {}};  ///< Levels above it.
    /// Why no handshake begins with smtp_tls_ciphers, smtp_tls_mandatory_ciphers; empty: it does.
    std::string ciphers_wrong, mandatory_ciphers_wrong;
    Rule::InsecureMx insecure_mx = Rule::InsecureMx::may;
    std::string digest = "sha256";  ///< smtp_tls_fingerprint_digest.
    /// Why dane is may, and dane-only holds mail back: empty where TLSA records are asked for.
    std::string no_dane;
    /// smtp_tls_trust_anchor_file, in the place of the usual CAs; levels verify and secure.
    std::vector<std::string> anchor_files;
};

/// Hosts below a destination need room for their own labels (RFC 1035 section 2.3.4).
inline constexpr std::size_t longest_played = 240;

/// One destination's rule.
struct Entry {
    std::string
        destination;  ///< Lower case: "bob.example", ".bob.example", "[mx.bob.example]:587";
                      ///< "*" matches whatever is looked up (static:).
    Rule rule;
    Level asked = Level::may;               ///< The level as it is written, whatever is made of it.
    std::vector<std::string> versions;      ///< Of TLSv1.2 and TLSv1.3.
    std::vector<std::string> anchor_files;  ///< tafile: in the place of the usual CAs.
    std::string file;
    int line = 0;
};

struct Table {
    std::vector<Entry> entries;  ///< In the order of the file.
    std::vector<Remark> remarks;
};

/// How a text becomes a table, and so what a key that stands there twice is.
enum class TableKind : std::uint8_t {
    compiled,  ///< postmap made it (hash, btree, lmdb, cdb): the first counts.
    texthash,  ///< Postfix reads the text: the whole table fails (dict_thash.c).
};

/// The text of a table. `file` is its name, for remarks. A rule that Postfix cannot read is an
/// entry whose mail is held back; a table that fails is one entry "*" of that kind.
Table read_table(std::string_view text, std::string_view file, const Defaults& defaults,
                 TableKind kind = TableKind::compiled);
/// One entry's right-hand side, as "secure match=.bob.example": where a table stands in main.cf.
/// `line` says where.
Table read_entry(std::string_view destination, std::string_view rule, std::string_view file,
                 int line, const Defaults& defaults);
/// A table whose every look-up fails: "*", held back.
Table failing_table(std::string sentence, std::string_view file, int line);

/// The rule of a level alone, as smtp_tls_security_level gives it.
Entry usual_entry(Level level, const Defaults& defaults);

/// Looks up as Postfix does: the next hop itself; where it is a bare domain, then each parent with
/// a dot before it. Holds on to the entries, which must outlive it.
class Index {
  public:
    explicit Index(const std::vector<Entry>& entries);
    /// Nothing: the level of main.cf holds.
    const Entry* find(std::string_view next_hop) const;

  private:
    const std::vector<Entry>& entries_;
    std::map<std::string_view, std::size_t> first_;
    std::size_t star_;  ///< The first "*", or the number of entries.
};

/// Is what stands in brackets an address, as "192.0.2.7", "2001:db8::1" or "ipv6:2001:db8::1"?
bool is_address(std::string_view host);

/// Can mail go there: "host", "host:port", "[host]", "[host]:port", in lower case?
bool is_next_hop(std::string_view text);

/// The host or domain inside a destination: "mx.bob.example" of "[mx.bob.example]:587".
std::string_view host_of(std::string_view destination);

/// Does a match list a name of its own, beside hostname, nexthop and dot-nexthop?
bool lists_names(const std::vector<std::string>& match);

/// A name as Postfix takes one (valid_hostname.c): letters, digits, '-' and '_', in labels.
bool is_hostname(std::string_view text);

/// The fingerprints of a list, parted by any of `separators`, put into `out` as bytes where they
/// have the length of `digest`. What is no hexadecimal is left out; gives how many were left, of
/// whatever length, and the first that is wrong in `wrong` (tls_dane.c).
std::size_t add_fingerprints(std::string_view list, std::string_view separators,
                             std::string_view digest, std::vector<std::string>& out,
                             std::string& wrong);
/// Is it a digest that certificates are pinned by?
bool is_digest(std::string_view word);
/// Cipher words of OpenSSL that mailtls, whose suites are all strong, lacks anyway. Else the first
/// that it could only pretend to leave out.
std::string_view first_that_counts(std::string_view exclusions);
/// Why no handshake begins with such a grade; empty: one does.
std::string grade_wrong(std::string_view grade);

}  // namespace policy::postfix
