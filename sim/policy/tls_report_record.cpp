// The TXT record at _smtp._tls.<domain>: RFC 8460 section 3.
#include <charconv>

#include <fmt/core.h>

#include "sim/policy/grammar.hpp"
#include "sim/policy/tls_report.hpp"

namespace policy::tls_report {
namespace {

// "%2C" is ",", for a bare one ends a URI. Nothing where a "%" has no two digits.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const char* const end = digits.data() + digits.size();
        if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end)
            return std::nullopt;
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

// Dot-string "@" Domain (RFC 5321 section 4.1.2): what may stand in a header and a command as it
// is.
bool is_address(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64) return false;
    const std::string_view local = text.substr(0, at);
    const auto fits = [](char c) {
        return is_letter_or_digit(c) ||
               std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
    };
    return local.front() != '.' && local.back() != '.' &&
           local.find("..") == std::string_view::npos && all(local, fits) &&
           is_domain(text.substr(at + 1));
}

// The scheme is cut off already. RFC 3986 section 3, without user and IP literal.
bool is_https(std::string_view text) {
    if (!text.starts_with("//")) return false;
    text.remove_prefix(2);
    const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
    std::string_view host = text.substr(0, end);
    const std::size_t colon = host.find(':');
    if (colon != std::string_view::npos) {
        unsigned port = 0;
        const std::string_view digits = host.substr(colon + 1);
        const char* const last = digits.data() + digits.size();
        const auto r = std::from_chars(digits.data(), last, port);
        if (r.ec != std::errc{} || r.ptr != last || port == 0 || port > 65535) return false;
        host = host.substr(0, colon);
    }
    return is_domain(host) && std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c < 0x7F &&
                      std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
           });
}

// Empty: all is well. The scheme has no case (RFC 3986 section 3.1).
std::string take_uri(std::string_view uri, std::vector<Destination>& out) {
    const std::size_t colon = uri.find(':');
    if (colon == std::string_view::npos || !is_key(uri.substr(0, colon)))
        return fmt::format("the TXT record's rua is no URI: '{}'", uri);
    const std::string scheme = core::lower(uri.substr(0, colon));
    const std::string_view rest = uri.substr(colon + 1);
    if (scheme == "mailto") {
        // Header fields of a mailto (RFC 6068 section 2) have no say in a report.
        const auto address = percent_decoded(rest.substr(0, rest.find('?')));
        if (!address || !is_address(*address))
            return fmt::format("the TXT record's rua has no mail address: '{}'", uri);
        out.push_back({Destination::Way::mail, *address});
    } else if (scheme == "https") {
        if (!is_https(rest)) return fmt::format("the TXT record's rua has no URL: '{}'", uri);
        out.push_back({Destination::Way::https, "https:" + std::string(rest)});
    }
    return {};
}

std::string take_uris(std::string_view value, std::vector<Destination>& out) {
    for (;;) {
        const std::size_t comma = value.find(',');
        const std::string trouble = take_uri(trimmed(value.substr(0, comma)), out);
        if (!trouble.empty() || comma == std::string_view::npos) return trouble;
        value.remove_prefix(comma + 1);
    }
}

// One record that begins as it should. Empty: all is well.
std::string read_record(std::string_view rest, std::vector<Destination>& out) {
    bool has_rua = false;
    for (rest = trimmed(rest); !rest.empty();) {
        const std::size_t end = rest.find(';');
        const std::string_view field = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : trimmed(rest.substr(end + 1));
        if (field.empty()) return "the TXT record has an empty field";
        const std::size_t equals = field.find('=');
        const std::string_view key = field.substr(0, equals);
        if (equals == std::string_view::npos || !is_key(key))
            return fmt::format("the TXT record has a field that is no key=value: '{}'", field);
        const std::string_view value = field.substr(equals + 1);
        if (key == "rua") {
            has_rua = true;
            const std::string trouble = take_uris(value, out);
            if (!trouble.empty()) return trouble;
        } else if (!is_text_value(value)) {
            return fmt::format("the TXT record has no good value for '{}': '{}'", key, value);
        }
    }
    if (!has_rua) return "the TXT record has no rua";
    return out.empty() ? "the TXT record's rua names neither mailto: nor https:" : "";
}

}  // namespace

std::string record_name(std::string_view domain) { return fmt::format("_smtp._tls.{}", domain); }

Record parse_record(const std::vector<std::string>& texts) {
    std::vector<std::string_view> records;
    for (const std::string& text : texts)
        if (const auto rest = after_version(text, "v=TLSRPTv1")) records.push_back(*rest);
    if (records.empty()) return {{}, "there is no TXT record that begins with v=TLSRPTv1;"};
    if (records.size() > 1)
        return {{}, fmt::format("{} TXT records begin with v=TLSRPTv1;", records.size())};
    Record out;
    out.why = read_record(records.front(), out.destinations);
    if (!out.why.empty()) out.destinations.clear();
    return out;
}

}  // namespace policy::tls_report
