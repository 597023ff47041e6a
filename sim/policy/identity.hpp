#pragma once
// Is this the server we meant? RFC 9525, and what MTAs take besides
// (docs/decisions/0009-personalities.md, "names").
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy/demand.hpp"

namespace policy {

/// What a certificate calls its owner.
struct PresentedNames {
    std::vector<std::string> dns_names;
    std::string common_name;  ///< Counts, if at all, only where there is no DNS name.
    std::vector<std::string> addresses = {};  ///< As text (RFC 5952).
};

/// What policy accepts: a host name, or ".domain" for any name below that domain; or an address.
struct ReferenceName {
    std::string name;
};

/// Expands "hostname" (the MX host), "nexthop" (the recipient domain), "dot-nexthop" (all below
/// it) and names for one destination. Made without a look at the certificate (ID-01).
std::vector<ReferenceName> reference_names(const std::vector<std::string>& match,
                                           std::string_view host, std::string_view nexthop);

/// Does a presented name fit a reference? Without case, and nothing is stripped from it: with a dot
/// at its end it is another name. A star is the whole left-most label, has two labels at least
/// behind it, and stands for one label of letters, digits and hyphens (RFC 9525 section 6.3, ID-03,
/// ID-04; OpenSSL's X509_check_host with X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS). ".domain" is a
/// plain suffix.
bool fits(std::string_view presented, const ReferenceName& reference);

/// The presented name that fits, or nothing. The rules say if a CN may stand in for DNS names that
/// are not there. An address fits no name but an equal address; and where names are accepted beside
/// it, one of them must fit as well (OpenSSL 3.0's SSL_add1_host; RFC 9525 section 6.5).
std::optional<std::string> matching_name(const PresentedNames& presented,
                                         const std::vector<ReferenceName>& accepted,
                                         NameRules rules);

}  // namespace policy
