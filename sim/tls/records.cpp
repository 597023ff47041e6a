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

// All that is no record for sure.
std::string RecordSplitter::take_clear() {
    std::size_t at = 0;
    for (; at < rest_.size(); ++at) {
        if (line_begins_ && may_begin_record(std::string_view(rest_).substr(at))) {
            begun_ = at + 1 < rest_.size();
            break;
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
        const std::size_t size =
            record_header_size + (octet_of(rest_, at + 3) << 8 | octet_of(rest_, at + 4));
        if (rest_.size() - at < size) break;
        out.records.push_back(rest_.substr(at, size));
        at += size;
    }
    rest_.erase(0, at);
    return out;
}

}  // namespace tls
