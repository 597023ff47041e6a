#pragma once
// Which names a CA may vouch for: name constraints (RFC 5280 section 4.2.1.10). Mbed TLS does not
// look at them.
#include <string>
#include <string_view>
#include <vector>

namespace tls {

/// One GeneralName (RFC 5280 section 4.2.1.6): its number in the CHOICE, and the bytes inside.
struct GeneralName {
    enum Kind : unsigned char { rfc822 = 1, dns = 2, directory = 4, uri = 6, ip = 7 };
    unsigned char kind = dns;
    std::string data;  ///< ip: 4 or 16 bytes, in a constraint twice as many, with the mask behind.
    bool operator==(const GeneralName&) const = default;
};

/// What an author calls a host or an address: "192.0.2.7" and "2001:db8::1" are addresses,
/// "a@b.example" is an rfc822Name, what has "://" in it a URI; all else is a DNS name.
GeneralName general_name(std::string_view text);
/// The same for a constraint: "192.0.2.0/24" and "2001:db8::/32" are networks, "@b.example" is all
/// mail of that host, "@.b.example" of all hosts below it. A bare address is a network of one.
GeneralName subtree_name(std::string_view text);
/// Why it is no constraint, in words; empty when it is one.
std::string subtree_fault(std::string_view text);

/// The extension's value, DER, and back. A part that is not understood makes `readable` false.
struct NameConstraints {
    std::vector<GeneralName> permitted, excluded;
    bool readable = true;
};
std::string name_constraints_der(const NameConstraints& constraints);
NameConstraints parse_name_constraints(std::string_view der);

/// May a CA with these constraints vouch for the name? As OpenSSL 3.0 decides: of names of another
/// kind than the constraints' nothing is said.
bool allows(const NameConstraints& constraints, const GeneralName& name);

/// Is a common name spelled as a DNS name of two labels or more? Such a one is held to constraints
/// where a certificate has no DNS name (X509_check_host would take it as one).
bool looks_like_dns_name(std::string_view common_name);

}  // namespace tls
