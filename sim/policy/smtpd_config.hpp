#pragma once
// What an smtpd.conf of OpenSMTPD 6.8 says of outgoing mail: smtpd.conf(5), table(5). Text in,
// facts out.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/remark.hpp"
#include "sim/policy/smtpd_table.hpp"

namespace policy::smtpd {

struct Action {
    std::string name, file;
    int line = 0;
    std::string method;  ///< "relay", or how it delivers here: "maildir", "lmtp", …
    bool relays = false;
    /// relay: in turn, a mail each. One without a host: by MX.
    std::vector<Hop> hops;
    /// relay domain <…>: by the recipient's domain, in place of `hops`; who is not there waits.
    bool asks_by_domain = false;
    std::map<std::string, Hop, std::less<>> by_domain;
    std::string ca_file;         ///< Empty: the system's bundle of public roots.
    bool trusts_nobody = false;  ///< Its CA is declared nowhere: no certificate is good.
};

/// A match statement that may be about mail which this host itself sends, and what it asks of the
/// recipient's domain.
struct Rule {
    struct Condition {
        std::size_t domains = 0;  ///< Its place in Config::domains.
        bool negated = false;
    };
    std::string file;
    int line = 0;
    std::vector<Condition> conditions;  ///< All of them hold.
    std::optional<std::size_t> action;  ///< Its place in Config::actions; nothing: reject.
    bool asks_tls = false;              ///< It is never known: such mail is told to come later.
    std::optional<std::size_t> tags;    ///< Until all is read: in the tables of the reader.
    bool tags_negated = false;
};

/// Where mail to a domain goes.
struct Way {
    const Action* action = nullptr;  ///< Of the Config that was asked.
    Hop hop;                         ///< hop.host empty: by MX.
};

struct Config {
    std::vector<Action> actions;  ///< In the order of the file, as the rest.
    std::vector<Rule> rules;
    std::vector<Domains> domains;
    std::vector<Remark> remarks;

    /// For mail that this host itself sends (from local, not authenticated): the first rule that
    /// matches decides. Nothing: it goes nowhere by SMTP, and `why_not` says so.
    std::optional<Way> way_of(std::string_view domain, std::string& why_not) const;
    /// Is it an action with a mistake that takes such mail, and holds all of it back?
    bool holds(std::string_view domain) const;
    /// Domains that rules and tables name, where mail to them is relayed: once each; ".bob.example"
    /// for "*.bob.example".
    std::vector<std::string> named_domains() const;
};

/// `file` is the text's name, for remarks. `beside` gives included files, and those of tables that
/// say where mail goes (never a table of credentials). What OpenSMTPD does not begin with is a
/// mistake, with its place; what is not played is remarked on as unsupported, and then left out: a
/// rule as if it did not match.
Config read_config(std::string_view text, std::string_view file, const Beside& beside);

}  // namespace policy::smtpd
