#include "sim/tls/records.hpp"

namespace tls {
namespace {

std::size_t octet_of(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

// Handshake, alert or another content type, of SSL 3.0 or TLS; as far as it has come.
bool may_begin_record(std::string_view bytes) {
    return octet_of(bytes, 0) >= 20 && octet_of(bytes, 0) <= 23 &&
           (bytes.size() < 2 || octet_of(bytes, 1) == 3);
}

}  // namespace

// The length with the highest bit set, 1 for CLIENT-HELLO, and a version.
Ssl2Hello ssl2_hello(std::string_view bytes) {
    if (bytes.empty()) return Ssl2Hello::perhaps;
    if (octet_of(bytes, 0) < 0x80 || (bytes.size() > 2 && octet_of(bytes, 2) != 1))
        return Ssl2Hello::no;
    if (bytes.size() > 3 && octet_of(bytes, 3) != 0 && octet_of(bytes, 3) != 3)
        return Ssl2Hello::no;
    if (bytes.size() < 5) return Ssl2Hello::perhaps;
    const std::size_t version = octet_of(bytes, 3) << 8 | octet_of(bytes, 4);
    return version == 0x0002 || (version >= 0x0300 && version <= 0x0303) ? Ssl2Hello::yes
                                                                         : Ssl2Hello::no;
}

// All that is no record for sure.
std::string RecordSplitter::take_clear() {
    std::size_t at = 0;
    for (; at < rest_.size(); ++at) {
        if (line_begins_ && may_begin_record(std::string_view(rest_).substr(at))) {
            begun_ = at + 1 < rest_.size();
            break;
        }
        if (line_begins_ && is_ssl2_record(std::string_view(rest_).substr(at))) {
            const Ssl2Hello hello = ssl2_hello(std::string_view(rest_).substr(at));
            if (hello == Ssl2Hello::yes) begin_with_ssl2();
            if (hello != Ssl2Hello::no) break;
        }
        line_begins_ = rest_[at] == '\n';
    }
    std::string clear = rest_.substr(0, at);
    rest_.erase(0, at);
    return clear;
}

RecordSplitter::Found RecordSplitter::add(std::string_view bytes) {
    Found out;
    rest_ += bytes;
    if (!begun_) out.clear = take_clear();
    if (!begun_) return out;
    std::size_t at = 0;
    while (rest_.size() - at >= record_header_size) {
        // RFC 6101 appendix E: a length of two bytes, and its highest bit means no padding.
        const bool ssl2 = has_ssl2_ && octet_of(rest_, at) >= 0x80;
        const std::size_t size =
            ssl2 ? 2 + ((octet_of(rest_, at) & 0x7F) << 8 | octet_of(rest_, at + 1))
                 : record_header_size + (octet_of(rest_, at + 3) << 8 | octet_of(rest_, at + 4));
        if (rest_.size() - at < size) break;
        out.records.push_back(rest_.substr(at, size));
        at += size;
    }
    rest_.erase(0, at);
    return out;
}

}  // namespace tls
