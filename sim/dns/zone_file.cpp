#include "sim/dns/zone_file.hpp"

#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace dns {
namespace {

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
        if (core::lower(text) == core::lower(word(type))) return type;
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

}  // namespace dns
