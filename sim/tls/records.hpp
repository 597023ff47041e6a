#pragma once
// Where TLS begins in a stream, and its records (RFC 8446 section 5.1).
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tls {

inline constexpr std::size_t record_header_size = 5;

/// A CLIENT-HELLO as SSL 2.0 writes it, perhaps one that offers later versions (RFC 6101 appendix
/// E), as far as it has come. SMTP has no such line.
enum class Ssl2Hello : std::uint8_t { no, perhaps, yes };
Ssl2Hello ssl2_hello(std::string_view bytes);
/// A record of SSL 2.0: no TLS has such a content type.
inline bool is_ssl2_record(std::string_view bytes) {
    return !bytes.empty() && static_cast<unsigned char>(bytes[0]) >= 0x80;
}
/// The first bytes of a client that begins TLS or SSL: a handshake record, or an SSL 2.0 hello.
inline bool begins_handshake(std::string_view bytes) {
    return bytes.starts_with("\x16\x03") || ssl2_hello(bytes) == Ssl2Hello::yes;
}

/// Takes the records of one way out of a stream that begins in clear text: TLS begins with a record
/// at the beginning of a line.
class RecordSplitter {
  public:
    struct Found {
        std::string clear;                 ///< Text before the first record.
        std::vector<std::string> records;  ///< Those that are whole now, with their headers.
    };
    Found add(std::string_view bytes);
    bool begun() const { return begun_; }
    /// TLS begins here, in the middle of a line.
    void begin() { begun_ = true; }
    /// TLS or SSL 2.0 begins here: records of both may come.
    void begin_with_ssl2() { begun_ = has_ssl2_ = true; }
    bool has_ssl2() const { return has_ssl2_; }
    /// What has come of a record that is not whole.
    const std::string& rest() const { return rest_; }
    std::string take_rest() { return std::exchange(rest_, {}); }

  private:
    std::string take_clear();
    bool begun_ = false;
    bool has_ssl2_ = false;
    bool line_begins_ = true;
    std::string rest_;
};

}  // namespace tls
