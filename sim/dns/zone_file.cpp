#include "sim/dns/zone_file.hpp"

#include <array>
#include <charconv>

#include <fmt/core.h>

namespace dns {
namespace {

bool same_word(std::string_view a, std::string_view b) { return canonical(a) == canonical(b); }

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

// RFC 1035 section 5.1: \X is X, \DDD is the byte of that number.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7E)
            out += fmt::format("\\{:03}", byte);
        else if (c == '"' || c == '\\')
            (out += '\\') += c;
        else
            out += c;
    }
    return out;
}

Failure bad(std::string_view line, std::string_view why) {
    return {Reason::dns_failure, fmt::format("zone line '{}': {}", line.substr(0, 100), why)};
}

// The strings of a TXT record; each in quotes, or a word. Nothing: a quote does not end.
std::optional<std::string> text_data(std::string_view rest) {
    std::string out;
    std::size_t at = 0;
    const auto character = [&] {
        if (rest[at] != '\\' || at + 1 == rest.size()) return rest[at++];
        ++at;
        const auto code = number<unsigned>(rest.substr(at, 3));
        if (!code || *code > 255 || rest.size() - at < 3) return rest[at++];
        at += 3;
        return static_cast<char>(*code);
    };
    constexpr std::string_view blanks = " \t\r\n";
    while (at < rest.size()) {
        if (blanks.find(rest[at]) != blanks.npos) {
            ++at;
        } else if (rest[at] == '"') {
            ++at;
            while (at < rest.size() && rest[at] != '"') out += character();
            if (at++ >= rest.size()) return std::nullopt;
        } else {
            while (at < rest.size() && blanks.find(rest[at]) == blanks.npos) out += character();
        }
    }
    return out;
}

Result<Record> parse_tlsa_data(Record record, const std::vector<std::string_view>& word,
                               std::string_view line) {
    if (word.size() < 4) return bad(line, "TLSA needs usage, selector, matching type and data");
    Tlsa tlsa;
    unsigned* const fields[] = {&tlsa.usage, &tlsa.selector, &tlsa.matching};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = number<unsigned>(word[i]);
        if (!value || *value > 255)
            return bad(line, fmt::format("expected a number from 0 to 255, got '{}'", word[i]));
        *fields[i] = *value;
    }
    std::string digits;
    for (std::size_t i = 3; i < word.size(); ++i) digits += word[i];
    const auto data = from_hex(digits);
    if (!data) return bad(line, "the data of TLSA must be pairs of hexadecimal digits");
    tlsa.data = *data;
    record.data = tlsa_bytes(tlsa);
    return record;
}

Result<Record> parse_soa_data(Record record, const std::vector<std::string_view>& word,
                              std::string_view line) {
    const auto names = [](std::string_view text) { return text == "." || is_name(text); };
    if (word.size() != 7 || !names(word[0]) || !names(word[1]))
        return bad(line, "SOA needs two names and five numbers");
    record.data = fmt::format("{}. {}.", canonical(word[0]), canonical(word[1]));
    for (std::size_t i = 2; i < 7; ++i) {
        const auto value = number<std::uint32_t>(word[i]);
        if (!value) return bad(line, fmt::format("expected a number, got '{}'", word[i]));
        record.data += fmt::format(" {}", *value);
    }
    return record;
}

Result<Record> parse_data(Record record, std::string_view rest, std::string_view line) {
    const std::vector<std::string_view> word = words(rest);
    const auto one_name = [&](std::size_t at) {
        if (word.size() != at + 1 || (word[at] != "." && !is_name(word[at]))) return false;
        record.data = canonical(word[at]);
        return true;
    };
    switch (record.type) {
        case Type::A:
        case Type::AAAA: {
            const std::size_t size = record.type == Type::A ? 4 : 16;
            const auto bytes = word.size() == 1 ? address_bytes(word[0]) : std::nullopt;
            if (!bytes || bytes->size() != size)
                return bad(line,
                           size == 4 ? "expected an IPv4 address" : "expected an IPv6 address");
            record.data = address_text(*bytes);
            return record;
        }
        case Type::MX: {
            const auto preference = word.empty() ? std::nullopt : number<std::uint16_t>(word[0]);
            if (!preference || !one_name(1))
                return bad(line, "MX needs a preference from 0 to 65535 and a name");
            record.preference = *preference;
            return record;
        }
        case Type::CNAME:
        case Type::NS:
            if (!one_name(0)) return bad(line, "expected a name");
            return record;
        case Type::TXT: {
            if (word.empty()) return bad(line, "expected a string");
            auto text = text_data(rest);
            if (!text) return bad(line, "a quoted string does not end");
            record.data = std::move(*text);
            return record;
        }
        case Type::SOA: return parse_soa_data(std::move(record), word, line);
        case Type::TLSA: return parse_tlsa_data(std::move(record), word, line);
    }
    return bad(line, "unknown type");
}

std::string_view without_comment(std::string_view line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ';' && !quoted)
            return line.substr(0, i);
    }
    return line;
}

std::optional<std::string> ipv4_bytes(std::string_view text) {
    std::string out;
    for (int i = 0; i < 4; ++i) {
        const std::size_t dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return std::nullopt;
        const auto part = number<unsigned>(text.substr(0, dot));
        if (!part || *part > 255 || dot > 3) return std::nullopt;
        out += static_cast<char>(*part);
        text.remove_prefix(std::min(text.size(), dot + 1));
    }
    return text.empty() ? std::optional(out) : std::nullopt;
}

// Groups parted by colons; the last may be an IPv4 address (RFC 4291 section 2.2).
std::optional<std::string> ipv6_groups(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
            const auto tail = ipv4_bytes(group);
            return tail ? std::optional(out + *tail) : std::nullopt;
        }
        unsigned value = 0;
        const auto r = std::from_chars(group.data(), group.data() + group.size(), value, 16);
        if (group.empty() || group.size() > 4 || r.ec != std::errc{} ||
            r.ptr != group.data() + group.size())
            return std::nullopt;
        out += static_cast<char>(value >> 8);
        out += static_cast<char>(value);
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
        if (text.empty()) return std::nullopt;
    }
    return out;
}

std::optional<std::string> ipv6_bytes(std::string_view text) {
    const std::size_t gap = text.find("::");
    const auto front = ipv6_groups(text.substr(0, gap));
    if (!front) return std::nullopt;
    if (gap == std::string_view::npos) return front->size() == 16 ? front : std::nullopt;
    if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
    const auto back = ipv6_groups(text.substr(gap + 2));
    if (!back || front->size() + back->size() > 14) return std::nullopt;
    return *front + std::string(16 - front->size() - back->size(), '\0') + *back;
}

// RFC 5952 section 4: the longest run of two or more zero groups becomes "::".
std::string ipv6_text(std::string_view bytes) {
    std::array<unsigned, 8> group{};
    for (std::size_t i = 0; i < 8; ++i)
        group[i] = static_cast<unsigned>(static_cast<unsigned char>(bytes[2 * i])) << 8 |
                   static_cast<unsigned char>(bytes[2 * i + 1]);
    std::size_t best = 8, best_size = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t size = 0;
        while (i + size < 8 && group[i + size] == 0) ++size;
        if (size > best_size) {
            best = i;
            best_size = size;
        }
    }
    std::string out;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == best) {
            out += i == 0 ? "::" : ":";
            i += best_size - 1;
            continue;
        }
        out += fmt::format("{:x}", group[i]);
        if (i < 7) out += ':';
    }
    return out;
}

}  // namespace

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned byte = 0;
        const auto r = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        if (r.ec != std::errc{} || r.ptr != text.data() + i + 2) return std::nullopt;
        out += static_cast<char>(byte);
    }
    return out;
}

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < line.size();) {
        at = line.find_first_not_of(" \t\r\n", at);
        if (at == std::string_view::npos) break;
        const std::size_t end = std::min(line.find_first_of(" \t\r\n", at), line.size());
        out.push_back(line.substr(at, end - at));
        at = end;
    }
    return out;
}

std::optional<Type> type_of(std::string_view text) {
    for (const Type type : known_types)
        if (same_word(text, word(type))) return type;
    return std::nullopt;
}

std::string tlsa_bytes(const Tlsa& tlsa) {
    std::string out;
    for (const unsigned field : {tlsa.usage, tlsa.selector, tlsa.matching})
        out += static_cast<char>(field);
    return out + tlsa.data;
}

std::optional<Tlsa> parse_tlsa(std::string_view rdata) {
    if (rdata.size() < 3) return std::nullopt;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rdata[i]); };
    return Tlsa{byte(0), byte(1), byte(2), std::string(rdata.substr(3))};
}

std::optional<std::string> address_bytes(std::string_view text) {
    return text.find(':') == std::string_view::npos ? ipv4_bytes(text) : ipv6_bytes(text);
}

std::string address_text(std::string_view bytes) {
    if (bytes.size() == 16) return ipv6_text(bytes);
    std::string out;
    for (const char c : bytes)
        out += (out.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
    return out;
}

std::string data_text(const Record& record) {
    switch (record.type) {
        case Type::MX: return fmt::format("{} {}.", record.preference, record.data);
        case Type::CNAME:
        case Type::NS: return record.data + ".";
        case Type::TXT: {
            std::string out;
            std::string_view rest = record.data;
            do {
                out +=
                    fmt::format("{}\"{}\"", out.empty() ? "" : " ", escaped(rest.substr(0, 255)));
                rest.remove_prefix(std::min<std::size_t>(rest.size(), 255));
            } while (!rest.empty());
            return out;
        }
        case Type::TLSA: {
            const std::optional<Tlsa> t = parse_tlsa(record.data);
            if (!t) return "\\# " + std::to_string(record.data.size()) + " " + hex(record.data);
            return fmt::format("{} {} {} {}", t->usage, t->selector, t->matching, hex(t->data));
        }
        default: return record.data;
    }
}

std::string zone_line(const Record& record) {
    return fmt::format("{}. {} IN {} {}", record.name, record.ttl, word(record.type),
                       data_text(record));
}

Result<Record> parse_record(std::string_view line) {
    const std::string_view text = without_comment(line);
    const std::vector<std::string_view> word = words(text);
    if (word.empty()) return bad(line, "expected a record, got nothing");
    if (word[0] != "." && !is_name(word[0]))
        return bad(line, fmt::format("'{}' is no name", word[0]));
    Record record;
    record.name = canonical(word[0]);
    for (std::size_t i = 1; i < word.size(); ++i) {
        if (const auto ttl = number<std::uint32_t>(word[i])) {
            record.ttl = *ttl;
        } else if (const auto type = type_of(word[i])) {
            record.type = *type;
            const auto end =
                static_cast<std::size_t>(word[i].data() - text.data()) + word[i].size();
            return parse_data(std::move(record), text.substr(end), line);
        } else if (!same_word(word[i], "IN")) {
            return bad(line,
                       fmt::format("expected a TTL, IN or one of A, AAAA, CNAME, MX, NS, SOA, "
                                   "TLSA, TXT, got '{}'",
                                   word[i]));
        }
    }
    return bad(line, "the type is missing");
}

}  // namespace dns
