#include "sim/policy/identity.hpp"

#include "sim/core/text.hpp"

namespace policy {
namespace {

std::string lower(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return core::lower(name);
}

// Four numbers, or one with a colon: an address, which no DNS name is (RFC 9525 section 6.4).
bool looks_like_an_address(std::string_view name) {
    if (name.find(':') != std::string_view::npos) return true;
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
}

// A name with a NUL or a space is no name: it was made to deceive (CVE-2009-2408).
bool plausible(std::string_view name) {
    for (const char c : name)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return false;
    return !name.empty();
}

}  // namespace

std::vector<ReferenceName> reference_names(const std::vector<std::string>& match,
                                           std::string_view host, std::string_view nexthop) {
    std::vector<ReferenceName> out;
    for (const std::string& word : match) {
        if (word == "hostname")
            out.push_back({lower(host)});
        else if (word == "nexthop")
            out.push_back({lower(nexthop)});
        else if (word == "dot-nexthop")
            out.push_back({"." + lower(nexthop)});
        else
            out.push_back({lower(word)});
    }
    return out;
}

bool fits(std::string_view presented, const ReferenceName& reference) {
    if (!plausible(presented)) return false;
    const std::string name = lower(presented);
    const bool wildcard = name.starts_with("*.") && name.find('*', 1) == std::string::npos;
    if (!wildcard && name.find('*') != std::string::npos) return false;
    if (reference.name.starts_with('.')) {
        const std::string below = wildcard ? name.substr(1) : name;
        const bool is_wildcard_of_it = wildcard && below.size() == reference.name.size();
        return (below.size() > reference.name.size() || is_wildcard_of_it) &&
               below.ends_with(reference.name);
    }
    if (!wildcard) return name == reference.name;
    const std::size_t dot = reference.name.find('.');
    return dot != std::string::npos && dot > 0 && reference.name.substr(dot) == name.substr(1);
}

std::optional<std::string> matching_name(const PresentedNames& presented,
                                         const std::vector<ReferenceName>& accepted,
                                         NameRules rules) {
    std::vector<std::string> names = presented.dns_names;
    if (rules == NameRules::with_common_name && names.empty() && !presented.common_name.empty())
        names.push_back(presented.common_name);
    for (const std::string& name : names) {
        if (rules == NameRules::rfc9525 && looks_like_an_address(name)) continue;  // ID-05
        for (const ReferenceName& reference : accepted)
            if (fits(name, reference)) return name;
    }
    return std::nullopt;
}

}  // namespace policy
