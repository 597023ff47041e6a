#include "sim/dns/message.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/dns/zone_file.hpp"

namespace dns {
namespace {

constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t type_opt = 41;               // RFC 6891 section 6.1.1
constexpr std::uint16_t option_extended_error = 15;  // RFC 8914 section 2
constexpr std::uint16_t error_dnssec_bogus = 6;      // RFC 8914 section 4.7

void put16(std::string& out, unsigned value) {
    out += static_cast<char>(value >> 8);
    out += static_cast<char>(value);
}
void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xFFFF);
}
void put_name(std::string& out, std::string_view name) {
    while (!name.empty()) {
        const std::size_t dot = name.find('.');
        const std::string_view label = name.substr(0, dot);
        out += static_cast<char>(label.size());
        out += label;
        name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    }
    out += '\0';
}
std::string_view without_dot(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}
std::string soa_bytes(std::string_view text) {
    const std::vector<std::string_view> field = words(text);
    if (field.size() != 7) return {};
    std::string out;
    put_name(out, without_dot(field[0]));
    put_name(out, without_dot(field[1]));
    for (std::size_t i = 2; i < 7; ++i) {
        std::uint32_t number = 0;
        std::from_chars(field[i].data(), field[i].data() + field[i].size(), number);
        put32(out, number);
    }
    return out;
}
std::string record_data(const Record& record) {
    std::string out;
    switch (record.type) {
        case Type::A:
        case Type::AAAA: return address_bytes(record.data).value_or(std::string());
        case Type::MX:
            put16(out, record.preference);
            put_name(out, record.data);
            return out;
        case Type::CNAME:
        case Type::NS: put_name(out, record.data); return out;
        case Type::TXT:  // strings of at most 255 bytes (RFC 1035 section 3.3.14)
            for (std::string_view rest = record.data;;) {
                const std::string_view part = rest.substr(0, 255);
                out += static_cast<char>(part.size());
                out += part;
                rest.remove_prefix(part.size());
                if (rest.empty()) return out;
            }
        case Type::SOA: return soa_bytes(record.data);
        default: return record.data;
    }
}

// As text: 255 bytes less the first length and the root (RFC 1035 section 2.3.4).
constexpr std::size_t longest_text_name = 253;

// Reads from a message; every step says if it was there.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool ok() const { return ok_; }
    void fail() { ok_ = false; }
    std::size_t at() const { return at_; }
    unsigned get8() {
        if (at_ >= bytes_.size()) {
            ok_ = false;
            return 0;
        }
        return static_cast<unsigned char>(bytes_[at_++]);
    }
    unsigned get16() {
        const unsigned high = get8();
        return high << 8 | get8();
    }
    std::uint32_t get32() {
        const std::uint32_t high = get16();
        return high << 16 | get16();
    }
    std::string_view take(std::size_t count) {
        if (count > bytes_.size() - at_) {
            ok_ = false;
            return {};
        }
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }
    // A label may hold any byte (RFC 2181 section 11); ours are text, in which a dot parts two of
    // them. What a text cannot tell from something else is refused.
    static bool is_text(std::string_view label) {
        return std::all_of(label.begin(), label.end(),
                           [](char c) { return c > ' ' && c < 0x7F && c != '.'; });
    }
    // Pointers lead backwards only, so that none makes a circle (RFC 1035 section 4.1.4).
    std::string name() {
        std::string out;
        std::size_t back_to = 0;
        std::size_t bound = at_;
        while (ok_) {
            const unsigned length = get8();
            if (length == 0) break;
            if ((length & 0xC0) == 0xC0) {
                const std::size_t target = (length & 0x3Fu) << 8 | get8();
                if (back_to == 0) back_to = at_;
                ok_ = ok_ && target < bound;
                bound = target;
                at_ = target;
                continue;
            }
            if (!out.empty()) out += '.';
            const std::string_view label = take(length);
            ok_ = ok_ && is_text(label) && length < 64 && out.size() + length <= longest_text_name;
            out += label;
        }
        if (back_to != 0) at_ = back_to;
        return out;
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

Failure malformed(const Reader& reader) {
    return {Reason::dns_failure, fmt::format("DNS message malformed near byte {}", reader.at()),
            "4.4.3"};
}

// RFC 1035 sections 3.4.1 and 3.3.14, RFC 3596 section 2.2, RFC 6698 section 2.1.
bool may_have(Type type, std::size_t length) {
    switch (type) {
        case Type::A: return length == 4;
        case Type::AAAA: return length == 16;
        case Type::TXT: return length >= 1;
        case Type::TLSA: return length >= 3;
        default: return true;
    }
}

void read_data(Reader& reader, std::size_t length, Record& record) {
    const std::size_t end = reader.at() + length;
    if (!may_have(record.type, length)) return reader.fail();
    if (record.type == Type::MX) record.preference = static_cast<std::uint16_t>(reader.get16());
    if (record.type == Type::MX || record.type == Type::CNAME || record.type == Type::NS) {
        record.data = reader.name();
    } else if (record.type == Type::A || record.type == Type::AAAA) {
        record.data = address_text(reader.take(length));
    } else if (record.type == Type::SOA) {
        record.data = reader.name() + ". ";
        record.data += reader.name() + ".";
        for (int i = 0; i < 5; ++i) record.data += fmt::format(" {}", reader.get32());
    } else if (record.type == Type::TXT) {
        while (reader.ok() && reader.at() < end) {
            const unsigned size = reader.get8();
            record.data += reader.take(size);
        }
    } else {
        record.data = reader.take(length);
    }
}

// EDNS(0) with DO: the client wants to know what DNSSEC says (RFC 6891, RFC 3225).
void put_opt(std::string& out, const Message& m) {
    const bool bogus = m.response && m.security == Security::bogus;
    out += '\0';
    put16(out, type_opt);
    put16(out, 1232);  // bytes a datagram may have
    put32(out, 0x8000);
    put16(out, bogus ? 6 : 0);
    if (!bogus) return;
    put16(out, option_extended_error);
    put16(out, 2);
    put16(out, error_dnssec_bogus);
}

bool says_bogus(std::string_view options) {
    Reader reader(options);
    while (reader.ok() && reader.at() < options.size()) {
        const unsigned code = reader.get16();
        const std::string_view value = reader.take(reader.get16());
        if (code == option_extended_error && value.starts_with(std::string_view("\0\6", 2)))
            return true;
    }
    return false;
}

// Type, class, TTL and length; false when the message ends before.
struct Head {
    std::string name;
    unsigned type = 0, klass = 0;
    std::uint32_t ttl = 0;
    std::size_t length = 0;
};
Head read_head(Reader& reader) {
    Head head;
    head.name = canonical(reader.name());
    head.type = reader.get16();
    head.klass = reader.get16();
    head.ttl = reader.get32();
    head.length = reader.get16();
    return head;
}

// A signature beside the answer, for one (RFC 4035 section 3.2.1), is the resolver's business.
bool is_of_use(const Head& head) {
    const auto type = static_cast<Type>(head.type);
    return head.klass == class_in &&
           std::find(known_types.begin(), known_types.end(), type) != known_types.end();
}

bool read_answers(Reader& reader, unsigned count, Message& m) {
    for (unsigned i = 0; i < count && reader.ok(); ++i) {
        Head head = read_head(reader);
        if (!is_of_use(head)) {
            reader.take(head.length);
            continue;
        }
        Record record;
        record.name = std::move(head.name);
        record.type = static_cast<Type>(head.type);
        record.ttl = head.ttl;
        const std::size_t end = reader.at() + head.length;
        if (reader.ok()) read_data(reader, head.length, record);
        if (!reader.ok() || reader.at() != end) return false;
        m.answers.push_back(std::move(record));
    }
    return reader.ok();
}

// Authority and additional records: of these, only OPT is of use here.
bool read_rest(Reader& reader, unsigned count, Message& m) {
    for (unsigned i = 0; i < count && reader.ok(); ++i) {
        const Head head = read_head(reader);
        const std::string_view data = reader.take(head.length);
        if (head.type == type_opt && m.response && says_bogus(data)) m.security = Security::bogus;
    }
    return reader.ok();
}

}  // namespace

std::string_view word(Type type) {
    switch (type) {
        case Type::A: return "A";
        case Type::NS: return "NS";
        case Type::CNAME: return "CNAME";
        case Type::SOA: return "SOA";
        case Type::MX: return "MX";
        case Type::TXT: return "TXT";
        case Type::AAAA: return "AAAA";
        case Type::TLSA: return "TLSA";
    }
    return "TYPE?";
}
std::string_view word(Status status) {
    switch (status) {
        case Status::no_error: return "NOERROR";
        case Status::server_failure: return "SERVFAIL";
        case Status::name_error: return "NXDOMAIN";
    }
    return "SERVFAIL";
}
std::string_view word(Security security) {
    switch (security) {
        case Security::insecure: return "insecure";
        case Security::secure: return "secure";
        case Security::bogus: return "bogus";
    }
    return "insecure";
}

std::string canonical(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    std::string out(name);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > 253) return false;
    std::size_t label = 0;
    char before = '.';
    for (const char c : name) {
        if ((c == '-' && before == '.') || (c == '.' && before == '-')) return false;
        before = c;
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (c == '.' ? label == 0 : !letter || ++label > 63) return false;
        if (c == '.') label = 0;
    }
    return label > 0 && before != '-';
}

std::optional<Record> with_data(Record record, std::string_view bytes) {
    Reader reader(bytes);
    record.data.clear();
    read_data(reader, bytes.size(), record);
    const bool all = reader.ok() && reader.at() == bytes.size();
    return all ? std::optional(std::move(record)) : std::nullopt;
}

std::string encode(const Message& m) {
    std::string out;
    out.reserve(64 * (1 + m.answers.size()));  // about what each takes
    put16(out, m.id);
    // QR, RD, RA; AD says that all of the answer is secure.
    const unsigned bits = (m.response ? 0x8180u : 0x0100u) | static_cast<unsigned>(m.status) |
                          (m.security == Security::secure || !m.response ? 0x0020u : 0u);
    put16(out, bits);
    put16(out, 1);
    put16(out, static_cast<unsigned>(m.answers.size()));
    put16(out, 0);
    put16(out, 1);
    put_name(out, m.question.name);
    put16(out, static_cast<unsigned>(m.question.type));
    put16(out, class_in);
    for (const Record& record : m.answers) {
        put_name(out, record.name);
        put16(out, static_cast<unsigned>(record.type));
        put16(out, class_in);
        put32(out, record.ttl);
        const std::string data = record_data(record);
        put16(out, static_cast<unsigned>(data.size()));
        out += data;
    }
    put_opt(out, m);
    return out;
}

Result<Message> decode(std::string_view bytes) {
    Reader reader(bytes);
    Message m;
    m.id = static_cast<std::uint16_t>(reader.get16());
    const unsigned bits = reader.get16();
    m.response = (bits & 0x8000) != 0;
    m.status = static_cast<Status>(bits & 15);
    if (m.status != Status::no_error && m.status != Status::name_error)
        m.status = Status::server_failure;
    m.security = m.response && (bits & 0x0020) != 0 ? Security::secure : Security::insecure;
    const unsigned questions = reader.get16();
    const unsigned answers = reader.get16();
    const unsigned rest = reader.get16() + reader.get16();
    if (!reader.ok() || questions != 1) return malformed(reader);
    m.question.name = canonical(reader.name());
    m.question.type = static_cast<Type>(reader.get16());
    reader.get16();
    if (!read_answers(reader, answers, m) || !read_rest(reader, rest, m)) return malformed(reader);
    return m;
}

}  // namespace dns
