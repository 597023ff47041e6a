#include "sim/policy/identity.hpp"

#include <algorithm>

#include "sim/core/text.hpp"
#include "sim/policy/grammar.hpp"

namespace policy {
namespace {

// A name that is looked for comes from DNS or from an author: the root's dot says nothing there.
std::string sought(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return core::lower(name);
}

// Four numbers, or one with a colon: an address, which no DNS name is (RFC 9525 section 6.4).
bool looks_like_an_address(std::string_view name) {
    if (name.find(':') != std::string_view::npos) return true;
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
}

// What a star's name has behind the star: at least two labels of letters, digits and hyphens, none
// of them with a hyphen at its ends (OpenSSL, crypto/x509/v3_utl.c: valid_star).
bool is_under_two_labels(std::string_view behind) {
    int labels = 0;
    while (behind.starts_with('.')) {
        behind.remove_prefix(1);
        const std::string_view label = behind.substr(0, behind.find('.'));
        const bool plain = std::all_of(label.begin(), label.end(),
                                       [](char c) { return c == '-' || is_letter_or_digit(c); });
        if (label.empty() || !plain || label.front() == '-' || label.back() == '-') return false;
        behind.remove_prefix(label.size());
        ++labels;
    }
    return behind.empty() && labels >= 2;
}

// One label of letters, digits and hyphens, or a star itself.
bool star_covers(std::string_view label) {
    if (label == "*") return true;
    return !label.empty() && std::all_of(label.begin(), label.end(),
                                         [](char c) { return c == '-' || is_letter_or_digit(c); });
}

// ".domain" is the end of any name; but nothing is cut off before a NUL (CVE-2009-2408).
bool ends_with(std::string_view name, std::string_view end) {
    return name.ends_with(end) &&
           name.substr(0, name.size() - end.size()).find('\0') == std::string_view::npos;
}

}  // namespace

std::vector<ReferenceName> reference_names(const std::vector<std::string>& match,
                                           std::string_view host, std::string_view nexthop) {
    std::vector<ReferenceName> out;
    for (const std::string& word : match) {
        if (word == "hostname")
            out.push_back({sought(host)});
        else if (word == "nexthop")
            out.push_back({sought(nexthop)});
        else if (word == "dot-nexthop")
            out.push_back({"." + sought(nexthop)});
        else
            out.push_back({sought(word)});
    }
    return out;
}

bool fits(std::string_view presented, const ReferenceName& reference) {
    if (presented.empty()) return false;
    const std::string name = core::lower(presented);
    const std::string_view looked_for = reference.name;
    if (looked_for.size() > 1 && looked_for.starts_with('.')) return ends_with(name, looked_for);
    if (name == looked_for) return true;
    if (!name.starts_with('*') || !is_under_two_labels(std::string_view(name).substr(1)))
        return false;
    const std::size_t dot = looked_for.find('.');
    return dot != std::string_view::npos && looked_for.substr(dot) == name.substr(1) &&
           star_covers(looked_for.substr(0, dot));
}

std::optional<std::string> matching_name(const PresentedNames& presented,
                                         const std::vector<ReferenceName>& accepted,
                                         NameRules rules) {
    if (rules == NameRules::unchecked) return "anybody";
    std::vector<ReferenceName> sought_names;
    std::optional<std::string> address;
    for (const ReferenceName& reference : accepted) {
        if (reference.name.starts_with('.') || !looks_like_an_address(reference.name))
            sought_names.push_back(reference);
        else
            address = reference.name;
    }
    if (address) {
        const auto& shown = presented.addresses;
        const bool found = std::find(shown.begin(), shown.end(), *address) != shown.end();
        if (!found) return std::nullopt;
        if (sought_names.empty()) return address;
    }
    std::vector<std::string> names = presented.dns_names;
    if (rules == NameRules::with_common_name && names.empty() && !presented.common_name.empty())
        names.push_back(presented.common_name);
    for (const std::string& name : names) {
        if (rules == NameRules::rfc9525 && looks_like_an_address(name)) continue;  // ID-05
        for (const ReferenceName& reference : sought_names)
            if (fits(name, reference)) return name;
    }
    return std::nullopt;
}

}  // namespace policy
