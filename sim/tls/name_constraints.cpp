#include "sim/tls/name_constraints.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/tls/der.hpp"

namespace tls {
namespace {

std::optional<unsigned> number_in(std::string_view text, unsigned most, int base) {
    unsigned out = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), out, base);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size() || out > most)
        return std::nullopt;
    return out;
}

std::optional<std::string> ipv4_bytes(std::string_view text) {
    std::string out;
    for (;;) {
        const std::size_t dot = text.find('.');
        const auto part = number_in(text.substr(0, dot), 255, 10);
        if (!part) return std::nullopt;
        out += static_cast<char>(*part);
        if (dot == std::string_view::npos) break;
        text.remove_prefix(dot + 1);
    }
    return out.size() == 4 ? std::optional(out) : std::nullopt;
}

// Groups of 16 bits between colons; at the end there may be an IPv4 address (RFC 4291 section 2.2).
std::optional<std::string> groups_bytes(std::string_view text) {
    std::string out;
    if (text.empty()) return out;
    for (;;) {
        const std::size_t colon = text.find(':');
        const std::string_view part = text.substr(0, colon);
        if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
            const auto last = ipv4_bytes(part);
            return last ? std::optional(out + *last) : std::nullopt;
        }
        const auto group = part.size() <= 4 ? number_in(part, 0xFFFF, 16) : std::nullopt;
        if (!group) return std::nullopt;
        out += static_cast<char>(*group >> 8);
        out += static_cast<char>(*group & 0xFF);
        if (colon == std::string_view::npos) return out;
        text.remove_prefix(colon + 1);
    }
}

std::optional<std::string> ipv6_bytes(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto all = groups_bytes(text);
        return all && all->size() == 16 && text.find(':') != std::string_view::npos ? all
                                                                                    : std::nullopt;
    }
    const auto before = groups_bytes(text.substr(0, gap));
    const auto behind = groups_bytes(text.substr(gap + 2));
    if (!before || !behind || before->size() + behind->size() > 14) return std::nullopt;
    return *before + std::string(16 - before->size() - behind->size(), '\0') + *behind;
}

std::optional<std::string> address(std::string_view text) {
    if (auto bytes = ipv4_bytes(text)) return bytes;
    return ipv6_bytes(text);
}

// An address with its mask behind it.
std::optional<std::string> network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto bytes = address(text.substr(0, slash));
    if (!bytes) return std::nullopt;
    const auto width = static_cast<unsigned>(8 * bytes->size());
    auto bits = std::optional<unsigned>(width);
    if (slash != std::string_view::npos) bits = number_in(text.substr(slash + 1), width, 10);
    if (!bits) return std::nullopt;
    std::string mask(bytes->size(), '\0');
    for (unsigned i = 0; i < *bits; ++i)
        mask[i / 8] = static_cast<char>(mask[i / 8] | (0x80 >> i % 8));
    std::string out = *bytes;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] & mask[i]);
    return out + mask;
}

std::string subtrees_der(unsigned char number, const std::vector<GeneralName>& names) {
    if (names.empty()) return {};
    std::string out;
    for (const GeneralName& name : names)
        out += der_element(der_sequence, der_element(der_context | name.kind, name.data));
    return der_element(der_context | der_constructed | number, out);
}

// GeneralSubtrees. A minimum or maximum, which RFC 5280 forbids, is not understood.
bool read_subtrees(std::string_view in, std::vector<GeneralName>& out) {
    while (!in.empty()) {
        auto subtree = take_der_element(in);
        if (!subtree || subtree->tag != der_sequence) return false;
        const auto base = take_der_element(subtree->content);
        if (!base || (base->tag & 0xC0) != der_context || !subtree->content.empty()) return false;
        out.push_back({static_cast<unsigned char>(base->tag & 0x1F), std::string(base->content)});
    }
    return true;
}

// ---- does a name lie within a subtree?

bool ends_with(std::string_view name, std::string_view end) {
    return name.size() >= end.size() &&
           core::lower(name.substr(name.size() - end.size())) == core::lower(end);
}

// ".b.example" is all that ends so, "b.example" itself, too.
bool dns_within(std::string_view name, std::string_view base) {
    if (base.empty()) return true;
    if (!ends_with(name, base)) return false;
    return name.size() == base.size() || base[0] == '.' ||
           name[name.size() - base.size() - 1] == '.';
}

// A host, or with a dot before it the hosts below.
bool host_within(std::string_view host, std::string_view base) {
    if (base.starts_with('.')) return host.size() > base.size() && ends_with(host, base);
    return host.size() == base.size() && ends_with(host, base);
}

bool mail_within(std::string_view name, std::string_view base) {
    const std::size_t at = name.rfind('@');
    if (at == std::string_view::npos) return false;
    const std::size_t base_at = base.rfind('@');
    if (base_at == std::string_view::npos) return host_within(name.substr(at + 1), base);
    return (base_at == 0 || name.substr(0, at) == base.substr(0, base_at)) &&
           host_within(name.substr(at + 1), base.substr(base_at + 1));
}

bool uri_within(std::string_view name, std::string_view base) {
    const std::size_t begin = name.find("://");
    if (begin == std::string_view::npos) return false;
    std::string_view host = name.substr(begin + 3);
    host = host.substr(0, host.find_first_of(":/"));
    return !host.empty() && host_within(host, base);
}

bool ip_within(std::string_view name, std::string_view base) {
    if (base.size() != 2 * name.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (((name[i] ^ base[i]) & base[name.size() + i]) != 0) return false;
    return true;
}

// The names as DER: the base's parts first.
bool directory_within(std::string_view name, std::string_view base) {
    const auto all = take_der_element(name), first = take_der_element(base);
    return all && first && all->content.starts_with(first->content);
}

bool within(const GeneralName& name, const GeneralName& base) {
    switch (name.kind) {
        case GeneralName::rfc822: return mail_within(name.data, base.data);
        case GeneralName::dns: return dns_within(name.data, base.data);
        case GeneralName::directory: return directory_within(name.data, base.data);
        case GeneralName::uri: return uri_within(name.data, base.data);
        case GeneralName::ip: return ip_within(name.data, base.data);
        default: return false;
    }
}

bool is_understood(unsigned char kind) {
    return kind == GeneralName::rfc822 || kind == GeneralName::dns ||
           kind == GeneralName::directory || kind == GeneralName::uri || kind == GeneralName::ip;
}

}  // namespace

GeneralName general_name(std::string_view text) {
    if (auto bytes = address(text)) return {GeneralName::ip, std::move(*bytes)};
    if (text.find("://") != std::string_view::npos) return {GeneralName::uri, std::string(text)};
    if (text.find('@') != std::string_view::npos) return {GeneralName::rfc822, std::string(text)};
    return {GeneralName::dns, std::string(text)};
}

GeneralName subtree_name(std::string_view text) {
    if (auto bytes = network(text)) return {GeneralName::ip, std::move(*bytes)};
    if (text.find('@') != std::string_view::npos)
        return {GeneralName::rfc822, std::string(text.substr(text.starts_with('@') ? 1 : 0))};
    return {GeneralName::dns, std::string(text)};
}

std::string subtree_fault(std::string_view text) {
    constexpr std::string_view expected =
        "a domain, a network such as 192.0.2.0/24, or a mail address";
    const auto is_odd = [](char c) { return c <= ' ' || c == 0x7F || c == '*' || c == '/'; };
    if (network(text)) return {};
    if (text.empty() || text.size() > 253 || std::any_of(text.begin(), text.end(), is_odd))
        return fmt::format("expected {}, got '{}'", expected, text);
    return {};
}

std::string name_constraints_der(const NameConstraints& constraints) {
    return der_element(der_sequence, subtrees_der(0, constraints.permitted) +
                                         subtrees_der(1, constraints.excluded));
}

NameConstraints parse_name_constraints(std::string_view der) {
    NameConstraints out;
    const auto whole = take_der_element(der);
    out.readable = whole && whole->tag == der_sequence && der.empty();
    std::string_view in = whole ? whole->content : std::string_view();
    while (out.readable && !in.empty()) {
        const auto part = take_der_element(in);
        const bool permitted = part && part->tag == (der_context | der_constructed);
        out.readable = (permitted || (part && part->tag == (der_context | der_constructed | 1))) &&
                       read_subtrees(part->content, permitted ? out.permitted : out.excluded);
    }
    return out;
}

bool allows(const NameConstraints& constraints, const GeneralName& name) {
    const auto same_kind = [&](const GeneralName& base) { return base.kind == name.kind; };
    const auto holds = [&](const GeneralName& base) {
        return same_kind(base) && within(name, base);
    };
    const auto& permitted = constraints.permitted;
    const auto& excluded = constraints.excluded;
    const bool limited = std::any_of(permitted.begin(), permitted.end(), same_kind);
    const bool barred = std::any_of(excluded.begin(), excluded.end(), same_kind);
    if ((limited || barred) && !is_understood(name.kind)) return false;
    // An address of mail without a sign in it cannot be held against anything.
    if (barred && name.kind == GeneralName::rfc822 && name.data.find('@') == std::string::npos)
        return false;
    if (limited && std::none_of(permitted.begin(), permitted.end(), holds)) return false;
    return std::none_of(excluded.begin(), excluded.end(), holds);
}

bool looks_like_dns_name(std::string_view name) {
    bool labels = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')
            continue;
        if (i == 0 || i + 1 == name.size()) return false;
        if (c == '-') continue;
        if (c != '.' || name[i + 1] == '.' || name[i + 1] == '-' || name[i - 1] == '-')
            return false;
        labels = true;
    }
    return labels;
}

}  // namespace tls
