#pragma once
// Exim's words for what is demanded: options of its smtp transport (spec chapters 30 and 43). A
// front end: the decisions know requirements alone.
#include <string_view>
#include <vector>

#include "sim/policy/demand.hpp"

namespace policy::exim {

/// What the transport says of one host, with the defaults of 4.96. Options that are lists of hosts
/// say here if this host is on them.
struct Options {
    bool hosts_avoid_tls = false;
    bool hosts_require_tls = false;
    bool tls_verify_hosts = false;
    bool tls_verify_cert_hostnames = true;
    bool tls_tempfail_tryclear = true;
    bool hosts_try_dane = true;
    bool hosts_require_dane = false;
    /// dnssec_request_domains, and does the stub resolver pass on that an answer is secure
    /// (trust-ad)?
    bool dnssec = true;
    bool operator==(const Options&) const = default;
};

/// `word` is what the trace calls it; static.
Requirement requirement_of(const Options& options, std::string_view word = "exim");

/// A set of options under a name of ours, as it was measured.
struct Level {
    std::string_view word;
    Options options;
};
/// The default first.
const std::vector<Level>& levels();
/// The level that has these options, else "exim".
std::string_view word_of(const Options& options);
/// The default for a word that is none.
const Level& level_of(std::string_view word);

}  // namespace policy::exim
