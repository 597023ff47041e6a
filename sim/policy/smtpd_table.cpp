#include "sim/policy/smtpd_table.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"
#include "sim/policy/remark.hpp"

namespace policy::smtpd {
namespace {

constexpr std::size_t longest_key = 1023, longest_url = 1023, most_odd = 3;

constexpr std::string_view white = " \t\r\v\f";

std::string_view without_white(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(white) + 1 - begin);
}

// What parts a key from its value is passed over: blanks, and a colon before a blank.
std::string_view value_behind(std::string_view rest) {
    for (std::size_t at = 0; at < rest.size(); ++at) {
        const bool blank = white.find(rest[at]) != white.npos;
        const bool mark =
            rest[at] == ':' && at + 1 < rest.size() && white.find(rest[at + 1]) != white.npos;
        if (!blank && !mark) return rest.substr(at);
    }
    return {};
}

struct Scheme {
    std::string_view name;
    Tls tls;
    bool immediate, lmtp;
    std::uint16_t port;
};
constexpr Scheme schemes[] = {
    {"smtp://", Tls::opportunistic, false, false, 25},
    {"smtp+tls://", Tls::verified, false, false, 25},
    {"smtp+notls://", Tls::none, false, false, 25},
    {"lmtp://", Tls::none, false, true, 0},
    {"smtps://", Tls::verified, true, false, 465},
};

// Four numbers, or what has two colons and hexadecimal digits: near enough to tell a slip.
bool is_literal(std::string_view host) {
    if (core::lower(host).starts_with("ipv6:")) host.remove_prefix(5);
    const bool six = std::count(host.begin(), host.end(), ':') >= 2;
    const auto fits = [&](char c) {
        const char l = core::lower(c);
        return (c >= '0' && c <= '9') || c == '.' || (six && (c == ':' || (l >= 'a' && l <= 'f')));
    };
    return !host.empty() && host.size() <= 45 && std::all_of(host.begin(), host.end(), fits) &&
           (six || std::count(host.begin(), host.end(), '.') == 3);
}

// Nothing: it is no port.
std::uint16_t port_of(std::string_view digits) {
    unsigned out = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9' || out > 65535) return 0;
        out = out * 10 + static_cast<unsigned>(c - '0');
    }
    return out > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(out);
}

// What is before whatever a host's name has not; brackets with what they enclose.
std::string_view host_before(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        return end == text.npos ? std::string_view() : text.substr(0, end + 1);
    }
    const auto ends = std::find_if(text.begin(), text.end(), [](char c) {
        return !is_letter_or_digit(c) && c != '_' && c != '.' && c != '-';
    });
    return text.substr(0, static_cast<std::size_t>(ends - text.begin()));
}

}  // namespace

void read_entries(std::string_view text, Table& into) {
    bool known = false;
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view whole = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), whole.size() + 1));
        const std::string_view line = without_white(whole);
        if (line.empty()) continue;
        if (line.front() == '#') {
            if (!known && without_white(line.substr(1)) == "@list") known = true;
            continue;
        }
        if (!known) into.is_mapping = line.find_first_of(" \t:") != line.npos;
        known = true;
        const std::size_t end = into.is_mapping ? line.find_first_of(" \t:") : line.size();
        const std::string_view value = into.is_mapping && end != line.npos
                                           ? value_behind(line.substr(end + 1))
                                           : std::string_view();
        if (into.is_mapping && value.empty()) {
            into.wrong = fmt::format("line {} has no value behind its key", number);
            return;
        }
        if (end <= longest_key) into.entries[core::lower(line.substr(0, end))] = std::string(value);
    }
    into.is_mapping = into.is_mapping || !known;
}

Domains::Domains(const Table& table, bool email) {
    for (const auto& [key, value] : table.entries) {
        const std::size_t sign = email ? key.rfind('@') : key.npos;
        if (!email) {
            add(key);
        } else if (sign == 0 && key.size() > 1) {
            add(key.substr(1));
        } else if (key == "@") {
            patterns_.emplace_back("*");
        } else {
            users_ = true;
        }
    }
}

void Domains::add(const std::string& name) {
    const auto fits = [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '*' || c == '[' ||
               c == ']' || c == ':';
    };
    if (name.find('*') != name.npos)
        patterns_.push_back(name);
    else
        names_.insert(name);
    const bool odd = name.starts_with('.') || !std::all_of(name.begin(), name.end(), fits);
    if (odd && odd_.size() < most_odd) odd_.push_back(name);
}

bool fits_pattern(std::string_view name, std::string_view pattern) {
    std::size_t n = 0, p = 0;
    while (p < pattern.size() && n < name.size()) {
        if (pattern[p] == '*') {
            while (p < pattern.size() && pattern[p] == '*') ++p;
            while (n < name.size() && (p == pattern.size() || name[n] != pattern[p])) ++n;
            continue;
        }
        if (pattern[p++] != name[n++]) return false;
    }
    return n == name.size() && p == pattern.size();
}

bool Domains::has(std::string_view domain) const {
    return names_.contains(domain) ||
           std::any_of(patterns_.begin(), patterns_.end(),
                       [&](const std::string& pattern) { return fits_pattern(domain, pattern); });
}

std::vector<std::string> Domains::names() const {
    std::vector<std::string> out;
    for (const std::string& name : names_)
        if (is_domain(name)) out.push_back(name);
    for (const std::string& pattern : patterns_)
        if (pattern.starts_with("*.") && is_domain(std::string_view(pattern).substr(2)))
            out.push_back(pattern.substr(1));
    return out;
}

Hop read_url(std::string_view url) {
    Hop out;
    const std::string lower = core::lower(url.substr(0, longest_url + 1));
    const auto refuse = [&](std::string_view why) {
        Hop held;
        held.held = fmt::format("{} is no relay URL: {}", shown(url), why);
        return held;
    };
    if (lower.size() > longest_url) return refuse("it is longer than 1023 characters");
    const Scheme* scheme = std::begin(schemes);
    const auto found = std::find_if(std::begin(schemes), std::end(schemes),
                                    [&](const Scheme& s) { return lower.starts_with(s.name); });
    std::string_view rest = url;
    if (found != std::end(schemes)) {
        scheme = found;
        rest.remove_prefix(scheme->name.size());
    } else if (lower.find("://") != lower.npos) {
        return refuse("smtp://, smtp+tls://, smtp+notls://, smtps:// and lmtp:// are known");
    }
    out.tls = scheme->tls;
    out.immediate = scheme->immediate;
    out.lmtp = scheme->lmtp;
    out.port = scheme->port;
    const std::size_t sign = rest.find('@');
    if (sign != rest.npos) {
        out.label = rest.substr(0, sign);
        rest.remove_prefix(sign + 1);
    }
    const std::string_view host = host_before(rest);
    const bool sound =
        host.starts_with('[') ? is_literal(host.substr(1, host.size() - 2)) : is_domain(host);
    if (!sound) return refuse("a host's name, or an address in brackets, is missing");
    out.host = core::lower(host);
    rest.remove_prefix(host.size());
    if (rest.starts_with(':')) {
        out.port = port_of(rest.substr(1));
        if (out.port == 0) return refuse("its port is no number from 1 to 65535");
    }
    if (out.port == 0) return refuse("lmtp:// needs a port");
    if (!out.label.empty() && out.tls != Tls::verified)
        return refuse("a label@ is for smtp+tls:// and smtps:// alone");
    return out;
}

}  // namespace policy::smtpd
