#pragma once
// Records as text: the master files of RFC 1035 section 5.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/dns/message.hpp"

namespace dns {

/// As in a zone file: "bob.example. 3600 IN MX 10 mx.bob.example."
std::string zone_line(const Record& record);
/// The data alone: "10 mx.bob.example."
std::string data_text(const Record& record);

/// A record as a zone file has it.
struct ZoneRecord {
    Record record;
    bool own_ttl = false;  ///< Else it has its zone's.
};
/// The domain to which lines belong: "@" is its name. Empty: there is none, and names are whole.
struct Origin {
    std::string name;  ///< Canonical.
};
/// Records: RFC 1035 section 5.1, without the directives ($TTL and others). A line that begins with
/// a blank may have the name of the one before; parentheses hold what spans lines; a TTL may be
/// "1h". Names end with a dot, or like the domain. A Failure quotes the line and says what was
/// expected.
Result<std::vector<ZoneRecord>> parse_zone(std::string_view text, const Origin& origin);
/// One record: `name [ttl] [IN] type data`, the name and names in the data absolute with or without
/// their last dot. A failure says what was expected and what came.
Result<Record> parse_record(std::string_view line);
/// `word(type)` the other way round.
std::optional<Type> type_of(std::string_view word);

/// TLSA data taken apart (RFC 6698 section 2.1).
struct Tlsa {
    unsigned usage = 0, selector = 0, matching = 0;
    std::string data;  ///< Bytes: certificate association data.
};
std::string tlsa_bytes(const Tlsa& tlsa);
/// Nothing when there are fewer than three bytes.
std::optional<Tlsa> parse_tlsa(std::string_view rdata);

/// "192.0.2.1" or "2001:db8::1" as 4 or 16 bytes; nothing when it is neither.
std::optional<std::string> address_bytes(std::string_view text);
/// The other way round, IPv6 as RFC 5952 writes it.
std::string address_text(std::string_view bytes);

/// Bytes of pairs of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view text);

/// The words of a line, parted by spaces and tabs.
std::vector<std::string_view> words(std::string_view line);

}  // namespace dns
