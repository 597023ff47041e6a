#pragma once
// Exim's words for what is demanded: options of its smtp transport (spec chapters 30 and 43). A
// front end: the decisions know requirements alone.
#include <span>
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

/// An option by its name, and how it is told where it is not as by default.
struct OptionWords {
    std::string_view name;
    bool Options::*said;
    std::string_view otherwise;
};
std::span<const OptionWords> option_words();
inline constexpr std::string_view no_dnssec = "no DNSSEC";

/// `word` is what the trace calls it; static.
Requirement requirement_of(const Options& options, std::string_view word = "exim");

/// A set of options under a name of ours, as it was measured.
struct Level {
    std::string_view word;
    Options options;
    std::string_view source;  ///< The text that rules what it demands.
};
/// The default first.
const std::vector<Level>& levels();
/// The level that has these options, else "exim".
std::string_view word_of(const Options& options);
/// The default for a word that is none.
const Level& level_of(std::string_view word);

}  // namespace policy::exim
