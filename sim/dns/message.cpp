#include "sim/dns/message.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace dns {
namespace {

constexpr std::uint16_t class_in = 1;

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
std::string address_bytes(std::string_view dotted) {
    std::string out;
    while (!dotted.empty()) {
        unsigned part = 0;
        std::from_chars(dotted.data(), dotted.data() + dotted.size(), part);
        out += static_cast<char>(part);
        const std::size_t dot = dotted.find('.');
        dotted = dot == std::string_view::npos ? std::string_view() : dotted.substr(dot + 1);
    }
    return out;
}
std::string record_data(const Record& record) {
    std::string out;
    switch (record.type) {
        case Type::A: return address_bytes(record.data);
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
        default: return record.data;
    }
}

// Reads from a message; every step says if it was there.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool ok() const { return ok_; }
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
            const std::string_view label = take(length);
            ok_ = ok_ && length < 64 && out.size() + length < 255;
            if (!out.empty()) out += '.';
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

void read_data(Reader& reader, std::size_t length, Record& record) {
    const std::size_t end = reader.at() + length;
    if (record.type == Type::MX) record.preference = static_cast<std::uint16_t>(reader.get16());
    if (record.type == Type::MX || record.type == Type::CNAME || record.type == Type::NS) {
        record.data = reader.name();
    } else if (record.type == Type::A && length == 4) {
        std::array<unsigned, 4> part{};
        for (unsigned& p : part) p = reader.get8();
        record.data = fmt::format("{}.{}.{}.{}", part[0], part[1], part[2], part[3]);
    } else if (record.type == Type::TXT) {
        while (reader.ok() && reader.at() < end) {
            const unsigned size = reader.get8();
            record.data += reader.take(size);
        }
    } else {
        record.data = reader.take(length);
    }
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
    return security == Security::secure ? "secure" : "insecure";
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
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (c == '.' ? label == 0 : !letter || ++label > 63) return false;
        if (c == '.') label = 0;
    }
    return label > 0;
}

std::string data_text(const Record& record) {
    if (record.type == Type::MX) return fmt::format("{} {}.", record.preference, record.data);
    if (record.type == Type::CNAME || record.type == Type::NS) return record.data + ".";
    if (record.type == Type::TXT) return "\"" + record.data + "\"";
    return record.data;
}

std::string zone_line(const Record& record) {
    return fmt::format("{}. {} IN {} {}", record.name, record.ttl, word(record.type),
                       data_text(record));
}

std::string encode(const Message& m) {
    std::string out;
    put16(out, m.id);
    // QR, RD, RA; AD says that all of the answer is secure.
    const unsigned flags = (m.response ? 0x8180u : 0x0100u) | static_cast<unsigned>(m.status) |
                           (m.security == Security::secure || !m.response ? 0x0020u : 0u);
    put16(out, flags);
    put16(out, 1);
    put16(out, static_cast<unsigned>(m.answers.size()));
    put16(out, 0);
    put16(out, 0);
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
    return out;
}

Result<Message> decode(std::string_view bytes) {
    Reader reader(bytes);
    Message m;
    m.id = static_cast<std::uint16_t>(reader.get16());
    const unsigned flags = reader.get16();
    m.response = (flags & 0x8000) != 0;
    m.status = static_cast<Status>(flags & 15);
    if (m.status != Status::no_error && m.status != Status::name_error)
        m.status = Status::server_failure;
    m.security = m.response && (flags & 0x0020) != 0 ? Security::secure : Security::insecure;
    const unsigned questions = reader.get16();
    const unsigned answers = reader.get16();
    reader.get32();
    if (!reader.ok() || questions != 1) return malformed(reader);
    m.question.name = canonical(reader.name());
    m.question.type = static_cast<Type>(reader.get16());
    reader.get16();
    for (unsigned i = 0; i < answers && reader.ok(); ++i) {
        Record record;
        record.name = canonical(reader.name());
        record.type = static_cast<Type>(reader.get16());
        reader.get16();
        record.ttl = reader.get32();
        const std::size_t length = reader.get16();
        const std::size_t end = reader.at() + length;
        if (reader.ok()) read_data(reader, length, record);
        if (!reader.ok() || reader.at() != end) return malformed(reader);
        m.answers.push_back(std::move(record));
    }
    if (!reader.ok()) return malformed(reader);
    return m;
}

}  // namespace dns
