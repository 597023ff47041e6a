#include "visualize/datagrams.hpp"

#include <cstdint>
#include <optional>

#include <fmt/core.h>

namespace visualize {
namespace {

constexpr std::size_t longest = 240;

std::string type_name(unsigned type) {
    switch (type) {  // RFC 1035 section 3.2.2, RFC 3596, RFC 4034, RFC 6698
        case 1: return "A";
        case 2: return "NS";
        case 5: return "CNAME";
        case 6: return "SOA";
        case 15: return "MX";
        case 16: return "TXT";
        case 28: return "AAAA";
        case 41: return "OPT";
        case 46: return "RRSIG";
        case 52: return "TLSA";
        default: return fmt::format("TYPE{}", type);  // RFC 3597 section 5
    }
}

std::string status_name(unsigned code) {
    switch (code) {  // RFC 1035 section 4.1.1
        case 0: return "no data";
        case 1: return "FORMERR";
        case 2: return "SERVFAIL";
        case 3: return "NXDOMAIN";
        case 5: return "REFUSED";
        default: return fmt::format("RCODE{}", code);
    }
}

std::string text_of(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto u = static_cast<unsigned char>(c);
        out += u < 0x20 || u >= 0x7F ? '.' : c;
    }
    return out;
}

/// Reads a message from its beginning; once it has run over the end it reads nothing more.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool failed() const { return failed_; }
    std::size_t at() const { return at_; }
    unsigned byte() {
        if (at_ >= bytes_.size()) failed_ = true;
        return failed_ ? 0 : static_cast<unsigned char>(bytes_[at_++]);
    }
    unsigned two() {
        const unsigned high = byte();
        return high << 8 | byte();
    }
    std::string_view take(std::size_t count) {
        if (count > bytes_.size() - at_) failed_ = true;
        if (failed_) return {};
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }
    /// RFC 1035 section 4.1.4: a pointer leads backwards, so that it comes to an end.
    std::string name() {
        std::string out;
        std::size_t back = 0, lowest = at_;
        while (!failed_) {
            const unsigned length = byte();
            if (length == 0) break;
            if (length >= 0xC0) {
                const std::size_t target = (length & 0x3F) << 8 | byte();
                if (back == 0) back = at_;
                failed_ = failed_ || target >= lowest;
                at_ = lowest = target;
                continue;
            }
            const std::string label = text_of(take(length < 0x40 ? length : bytes_.size() + 1));
            out += (out.empty() ? "" : ".") + label;
        }
        if (back != 0) at_ = back;
        return out.empty() ? "." : out;
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

std::string hex(std::string_view bytes) {
    std::string out;
    constexpr std::size_t most = 8;
    for (const char c : bytes.substr(0, most))
        out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out + (bytes.size() > most ? "…" : "");
}

// What a record says, as in a zone file; of what is long, the beginning.
std::string data_of(Reader& r, unsigned type, std::size_t length) {
    const std::size_t begin = r.at();
    std::string out;
    if (type == 1 && length == 4) {
        const std::string_view a = r.take(4);
        for (const char c : a)
            out += fmt::format("{}{}", out.empty() ? "" : ".", static_cast<unsigned char>(c));
    } else if (type == 15 && length > 2) {
        const unsigned preference = r.two();
        out = fmt::format("{} {}", preference, r.name());
    } else if (type == 2 || type == 5) {
        out = r.name();
    } else if (type == 16) {
        while (!r.failed() && r.at() < begin + length) out += text_of(r.take(r.byte()));
        out = '"' + out + '"';
    } else if (type == 52 && length > 3) {  // RFC 6698 section 2.1
        const unsigned usage = r.byte(), selector = r.byte(), matching = r.byte();
        out = fmt::format("{} {} {} {}", usage, selector, matching, hex(r.take(length - 3)));
    } else {
        out = hex(r.take(length));
    }
    return r.at() == begin + length ? out : std::string();
}

std::optional<std::string> answers_of(Reader& r, unsigned asked, unsigned count) {
    std::string out;
    for (unsigned i = 0; i < count; ++i) {
        r.name();
        const unsigned type = r.two();
        r.take(6);  // class and TTL
        const unsigned length = r.two();
        const std::string data = data_of(r, type, length);
        if (r.failed() || data.empty()) return std::nullopt;
        if (type == 46) continue;  // a signature says nothing of its own
        if (out.size() > longest) continue;
        if (!out.empty()) out += "; ";
        out += type == asked ? data : type_name(type) + " " + data;
    }
    return out;
}

}  // namespace

std::string describe_datagram(std::string_view bytes) {
    const std::string unknown = fmt::format("a datagram of {} bytes", bytes.size());
    Reader r(bytes);
    r.two();
    const unsigned flags = r.two(), questions = r.two(), answers = r.two();
    r.take(4);
    if (questions != 1) return unknown;
    const std::string name = r.name();
    const unsigned type = r.two();
    r.two();
    if (r.failed()) return unknown;
    if ((flags & 0x8000) == 0) return fmt::format("{}? {}", type_name(type), name);
    std::optional<std::string> said = answers_of(r, type, answers);
    if (!said) return unknown;
    if (said->empty()) said = status_name(flags & 15);
    return fmt::format("{} {}: {}", type_name(type), name, *said);
}

}  // namespace visualize
