#pragma once
// DNS messages on the wire: RFC 1035 section 4, with the AD bit of RFC 4035 section 3.2.3.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/core/units.hpp"

namespace dns {

using namespace core;

enum class Type : std::uint16_t {
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    TLSA = 52
};
/// All of them.
inline constexpr std::array known_types{Type::A,  Type::NS,  Type::CNAME, Type::SOA,
                                        Type::MX, Type::TXT, Type::AAAA,  Type::TLSA};
/// RFC 1035 section 4.1.1.
enum class Status : std::uint8_t { no_error = 0, server_failure = 2, name_error = 3 };
/// What the validating resolver says of its answer (RFC 4035 section 4.3). On the wire: the AD bit,
/// and for bogus the extended error 6 beside SERVFAIL (RFC 8914 section 4.7).
enum class Security : std::uint8_t { insecure, secure, bogus };

std::string_view word(Type type);
std::string_view word(Status status);
std::string_view word(Security security);

/// Lower case, without the last dot: names compare so (RFC 1035 section 2.3.3).
std::string canonical(std::string_view name);
/// Labels of 1 to 63 letters, digits, underscores and hyphens, no hyphen at either end of one, at
/// most 253 characters in all: docs/decisions/0012-names.md.
bool is_name(std::string_view name);

struct Record {
    std::string name;
    Type type = Type::A;
    std::uint32_t ttl = 0;         ///< Seconds.
    std::uint16_t preference = 0;  ///< MX only.
    /// A, AAAA: the address as text; MX, CNAME, NS: a name ("" is the root); TXT: the text; SOA:
    /// its seven fields as in a zone file; TLSA: the bytes of RFC 6698 section 2.1.
    std::string data;
};

struct Question {
    std::string name;
    Type type = Type::A;
};

struct Message {
    std::uint16_t id = 0;
    bool response = false;
    Question question;
    Status status = Status::no_error;
    Security security = Security::insecure;
    std::vector<Record> answers;
};

/// The record with the data that these bytes of the wire are (RFC 1035 section 3.2.1, names
/// uncompressed); nothing where they are no data of its type.
std::optional<Record> with_data(Record record, std::string_view bytes);

std::string encode(const Message& message);
/// Failure dns-failure with what is wrong and where. Records of other types or classes are passed
/// over.
Result<Message> decode(std::string_view bytes);

}  // namespace dns
