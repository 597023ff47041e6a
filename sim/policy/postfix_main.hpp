#pragma once
// What Postfix's main.cf says of TLS for outgoing mail: postconf(5). Text in, rules out.
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/postfix_table.hpp"

namespace policy::postfix {

/// A list of tables as a setting names it, every $name expanded.
struct Maps {
    std::string list;
    std::string setting;  ///< "smtp_tls_policy_maps".
    std::string file;     ///< Where the setting stands.
    int line = 0;
};

/// Where mail goes, before MX records are asked for.
struct Ways {
    std::string relayhost;                     ///< Empty: by MX.
    std::vector<std::string> more_relayhosts;  ///< Tried in turn behind it (Postfix 3.5).
    std::vector<std::string> fallback_relays;  ///< Next hops where no other host takes a mail.
    std::string default_transport = "smtp";
    Maps transports{{}, "transport_maps", {}, 0};
    Maps sender_relayhosts{{}, "sender_dependent_relayhost_maps", {}, 0};
};

/// The settings of a main.cf, or of a part of one.
struct Main {
    Defaults defaults;
    Entry usual;  ///< smtp_tls_security_level: whoever has no rule of his own.
    Maps maps{{}, "smtp_tls_policy_maps", {}, 0};
    Ways ways;
    std::vector<std::string> ca_files;  ///< smtp_tls_CAfile.
    bool trusts_public_roots = false;   ///< A folder of CAs, or the system's own.
    bool soft_bounce = false;
    bool asks_mx = true;                ///< Does DNS say where mail goes?
    std::vector<std::string> discards;  ///< EHLO keywords that are taken for absent.
    std::vector<Remark> remarks;
};

/// `name = value` in the place of what main.cf says: -o of a service in master.cf.
struct Override {
    std::string name, value;
    int line = 0;  ///< Of master.cf.
};

/// `file` is its name, for remarks. Settings that bear on outgoing TLS, and that mailtls cannot
/// play, are remarked on as unsupported; all others in one note.
Main read_main(std::string_view text, std::string_view file,
               const std::vector<Override>& overrides = {});

/// What a file of CAs holds: empty where it is a system's bundle of public roots, else the name of
/// a CA made from the file's: "Other CA" of "/etc/postfix/other.pem".
std::string authority_in(std::string_view file);

using policy::Beside;

/// What a table says, before it is known what of.
struct Pair {
    std::string key, value;
    std::string file;
    int line = 0;
};

/// What is answered in the place of tables that nobody can ask here (mysql, socketmap, pcre, …).
struct Answers {
    const std::string* text = nullptr;  ///< Lines of key and value; nothing: there are none.
    std::string file;
};

/// The tables that a setting names, one behind the other: inline:, static:, and texthash: and its
/// like, of which the text is read that postmap makes a table of. Folders are left out: the file
/// stands beside main.cf.
Table read_maps(const Maps& maps, const Defaults& defaults, const Beside& beside,
                const Answers& answers = {});
/// The same, of any setting: the first pair of a key counts. Keys are in lower case.
std::vector<Pair> read_pairs(const Maps& maps, const Beside& beside, const Answers& answers,
                             std::vector<Remark>& remarks);

}  // namespace policy::postfix
