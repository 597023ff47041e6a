#pragma once
// What Postfix's main.cf says of TLS for outgoing mail: postconf(5). Text in, rules out.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/policy/postfix_table.hpp"

namespace policy::postfix {

/// The settings of a main.cf, or of a part of one.
struct Main {
    Defaults defaults;
    Entry usual;       ///< smtp_tls_security_level: whoever has no rule of his own.
    std::string maps;  ///< smtp_tls_policy_maps, with all names expanded.
    int maps_line = 0;
    std::vector<Remark> remarks;
};

/// `file` is its name, for remarks. Settings that bear on outgoing TLS, and that mailtls cannot
/// play, are remarked on as unsupported; all others in one note.
Main read_main(std::string_view text, std::string_view file);

/// Gives the text of a file beside main.cf, or says why not.
using Beside = std::function<core::Result<std::string>(const std::string& name)>;
/// The tables that smtp_tls_policy_maps names, one behind the other: inline:, static:, and
/// texthash: and its like, of which the text is read that postmap makes a table of. Folders are
/// left out: the file stands beside main.cf.
Table read_maps(const Main& main, std::string_view file, const Beside& beside);

}  // namespace policy::postfix
